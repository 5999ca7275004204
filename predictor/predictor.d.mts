/** A cell: what is missing may be null, undefined, NaN or "". Dates are ISO 8601 texts or Date. */
export type Cell = string | number | boolean | Date | null | undefined;

/** A row by column names. Columns that are left out are missing; others are of no account. */
export type Row = Record<string, Cell>;

/** What the model says of a row. Under "abstain" a row unlike those of the training has null in place of an answer. */
export interface ClassAnswer {
  /** The chosen class, at the model's threshold where it has one. */
  label: string | null;
  /** The probability of each class, in the order of `facts.labels`. */
  probabilities: Record<string, number> | null;
  /** The classes that could be the true one, as often as `facts.promise` says; none where no class is likely enough. Null where nothing is promised. */
  possible: string[] | null;
  /** What training never saw of this row, a sentence each; empty where all is known. */
  unseen: string[];
}

export interface ValueAnswer {
  /** The predicted number. */
  value: number | null;
  /** Lower and upper bound, which hold the truth as often as `facts.promise` says; null where nothing is promised. */
  range: [number, number] | null;
  unseen: string[];
}

export type Answer = ClassAnswer | ValueAnswer;

/**
 * What each column adds to a prediction, compared with a usual row: `base` and all parts sum to `total`. Where steps make a
 * column that the model reads of several columns of a row, the parts are of the columns that the model reads.
 */
export interface Reasons {
  /** Whether the parts are exact or estimated, and of which columns they are, in a sentence or two. */
  how: string;
  /** What a part of 1 means. */
  scale: 'log-odds' | 'logits' | 'value' | 'log-value' | 'probability';
  /** The class whose prediction is explained. */
  class?: string;
  /** What the model says of the usual row, and of this one, on that scale. */
  base: number;
  total: number;
  /** `error`: standard error; 0 where the part is exact. */
  parts: { column: string; part: number; error: number }[];
}

export interface ScoredCsv {
  /** The columns of the file as they were, then the predictions, then what training never saw of each row. */
  csv: string;
  rows: number;
  /** Rows with what training never saw. */
  unseen: number;
  warnings: string[];
}

export interface Column {
  name: string;
  kind: 'number' | 'text' | 'date';
  unit: string | null;
  /** Smallest and largest value in training. */
  range: [string, string] | null;
  /** Texts that the model knows; where steps come first, those that were seen often. */
  levels: string[];
  /** It knows others too, or some were too rare to be told apart. */
  other: boolean;
  hasTime: boolean;
  /** Share of training rows that missed it; null where that is not known. */
  missing: number | null;
  /** The value of the usual row. */
  typical: string | null;
}

export interface Facts {
  title: string;
  task: 'binary' | 'multiclass' | 'regression';
  target: string;
  labels: string[];
  /** The probability from which the second of two labels is chosen; null: the more probable one. */
  threshold: number | null;
  /** What is done with a row that holds what training never saw. */
  onUnseen: 'error' | 'flag' | 'abstain';
  /** How often ranges or sets hold the truth of new rows of the same kind, where rows were set aside for it. */
  promise: { level: number; words: string; byClass: boolean } | null;
  created: string;
  generator: string;
  /** What is done to a row before the model reads it, in order; empty where it is read as it comes. */
  steps: string[];
  /** What a row has: the columns before the steps. */
  columns: Column[];
  card: { title: string; lines: string[] }[];
}

/** What could not be done; thrown, also for rows that are refused under "error". */
export class PredictorError extends Error {
  problem: { place: string; event: string; kept: string; cure: string };
}

export class Predictor {
  readonly facts: Facts;
  predict(row: Row): Answer;
  explain(row: Row): Reasons;
  /** Bytes are decoded as UTF-8, UTF-16 with a mark, or Windows-1252. `name` is for messages. */
  predictCsv(file: string | Uint8Array, name?: string): ScoredCsv;
}

/** Unpacks the model in this module; once is enough. */
export function load(): Promise<Predictor>;
