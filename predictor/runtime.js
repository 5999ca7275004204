// A model that predicts on its own: the other half of src/bin/predictor.rs. The page and the module are made of this.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// What is asked of the program.
const LOAD = 0, PREDICT = 1, EXPLAIN = 2, FILE = 3;
const MISSING = 0xffffffff;

/** What could not be done, as place, event, what was kept, and the cure. */
export class PredictorError extends Error {
  constructor(problem) {
    super(`${problem.place}: ${problem.event} ${problem.cure}`);
    this.name = 'PredictorError';
    this.problem = problem;
  }
}

/** The bytes behind base64 of gzip. */
export async function unpack(base64) {
  const packed = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A text file's text: UTF-8 or UTF-16 as its first bytes say, else UTF-8, else Windows-1252. */
export function decode(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A cell as its text; null is missing. */
function cell(value) {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (value instanceof Date) return Number.isNaN(value.valueOf()) ? null : value.toISOString();
  return String(value);
}

export class Predictor {
  #program;
  #names;
  #labels;

  /** From the bytes of the program and of the model. */
  static async open(program, model) {
    const { instance } = await WebAssembly.instantiate(program, {});
    return new Predictor(instance.exports, model);
  }

  constructor(program, model) {
    this.#program = program;
    const at = program.buffer(model.length);
    new Uint8Array(program.memory.buffer, at, model.length).set(model);
    /** What the model says of itself: columns, labels, threshold, card. */
    this.facts = this.#told(LOAD, model.length);
    this.#names = this.facts.columns.map(column => column.name);
    this.#labels = this.facts.labels;
  }

  /** A row by column names; what is left out, null, NaN and "" are missing. */
  predict(row) {
    const answer = this.#ask(PREDICT, this.#cells(row));
    const { numbers, range = null, set, unseen } = answer;
    if (!this.#labels.length) return { value: numbers.length ? numbers[0] : null, range, unseen };
    const possible = set ? this.#labels.filter((_, k) => set[k]) : null;
    const probabilities = numbers.length ? Object.fromEntries(this.#labels.map((label, k) => [label, numbers[k]])) : null;
    return { label: answer.label ?? null, probabilities, possible, unseen };
  }

  /** What each column adds to the prediction of a row, compared with a usual row. */
  explain(row) {
    const { columns = this.#names, ...told } = this.#ask(EXPLAIN, this.#cells(row));
    const parts = told.parts.map(([column, part, error]) => ({ column: columns[column], part, error }));
    return { ...told, parts };
  }

  /** A CSV file's bytes or text in, the same CSV with predictions out. */
  predictCsv(file, name = 'rows.csv') {
    const text = typeof file === 'string' ? file : decode(file);
    const length = this.#ask(FILE, [name, text], true);
    const memory = this.#program.memory.buffer;
    const at = this.#program.answer();
    const head = new DataView(memory, at).getUint32(0, true);
    const told = this.#parsed(new Uint8Array(memory, at + 4, head));
    return { ...told, csv: decoder.decode(new Uint8Array(memory, at + 4 + head, length - 4 - head)) };
  }

  // A column may be called like something that every object has.
  #cells(row) {
    return this.#names.map(name => Object.hasOwn(row, name) ? cell(row[name]) : null);
  }

  #ask(what, texts, raw = false) {
    let most = 0;
    for (const text of texts) most += 4 + (text === null ? 0 : 3 * text.length);
    const at = this.#program.buffer(most);
    const memory = this.#program.memory.buffer;
    const view = new DataView(memory, at, most);
    let end = 0;
    for (const text of texts) {
      let length = MISSING;
      if (text !== null) length = encoder.encodeInto(text, new Uint8Array(memory, at + end + 4, 3 * text.length)).written;
      view.setUint32(end, length, true);
      end += 4 + (text === null ? 0 : length);
    }
    return raw ? this.#program.ask_predictor(what, end) : this.#told(what, end);
  }

  #told(what, length) {
    const answered = this.#program.ask_predictor(what, length);
    return this.#parsed(new Uint8Array(this.#program.memory.buffer, this.#program.answer(), answered));
  }

  #parsed(bytes) {
    const told = JSON.parse(decoder.decode(bytes));
    if (told.problem) throw new PredictorError(told.problem);
    return told;
  }
}
