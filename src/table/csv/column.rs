//! One column while it is read: first a sample, then typed values.

use super::super::{Column, ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values, date_text};
use super::dates::{self, DateOrder, Instant};
use super::decode::{Map, Place};
use super::infer::{self, Kind, Rules, trim};
use super::levels::{Levels, string};
use super::numbers::{self, Marks, Parsed, Plain};
use super::warnings::Collected;
use super::{Decimal, Warning, WarningKind, affix};

/// Distinct spellings of "missing" that a column remembers.
const MAX_SPELLINGS: usize = 100;
/// From this many distinct texts on, the reader asks whether they are free text.
const MANY_LEVELS: usize = 1 << 14;

/// What reading a cell needs beside the cell.
pub struct Context<'a> {
    pub text: &'a [u8],
    pub map: &'a mut Map,
    pub rules: &'a Rules,
    pub warnings: &'a mut Collected,
}

impl Context<'_> {
    fn place(&mut self, at: At) -> Place {
        match at {
            At::Text(at) => self.map.place(self.text, at),
            At::Noted(place) => place,
        }
    }
}

/// Where a cell stands: a position in the text, or a place that was noted.
#[derive(Clone, Copy)]
pub enum At {
    Text(usize),
    Noted(Place),
}

/// How a column is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The type is told from the first values.
    Infer,
    /// A person said so.
    As(ColumnType),
    /// A pass before found this.
    Known(Kind),
}

pub struct ColumnReader {
    pub name: String,
    start: Start,
    /// As a person or a model set it.
    unit: Option<String>,
    /// Texts that mean "missing" in this column only.
    stand_ins: Vec<String>,
    own_missing: infer::MissingTexts,
    builder: Builder,
    n_rows: usize,
    spellings: Vec<String>,
    /// Cells that are not missing, those that do not fit among them.
    n_values: u64,
    n_misfits: u64,
    /// All misfits are this word; `None` once there are two.
    misfit_word: Option<String>,
    n_codes: u64,
    /// Dates that fit with day and month exchanged, and the first one's place.
    n_exchangeable: u64,
    first_date: Option<(u64, Place)>,
    last_date: Option<ReadDate>,
    /// Where a year of two digits, a month without a day, and a number without its column's unit stood first.
    first_short_year: Option<(u64, Place)>,
    first_month_only: Option<(u64, Place)>,
    first_bare: Option<(u64, Place)>,
    n_bare: u64,
    /// The first number that fits two notations, and whether another one fits only one.
    first_either: Option<(u64, Place, String)>,
    notation_settled: bool,
}

/// A text that is a date, since the next row often has the same.
struct ReadDate {
    text: Vec<u8>,
    instant: Instant,
    exchangeable: bool,
}

enum Builder {
    Undecided { sample: Sample, enough: usize },
    Number { values: Vec<f64>, unit: String, decimal: Decimal },
    Date { order: DateOrder, milliseconds: Vec<i64>, has_time: bool, slashes: bool },
    Levels { codes: Vec<u32>, levels: Levels, words: u64, fixed: bool },
    Boolean { codes: Vec<u8>, spelling: [Option<String>; 2] },
    Text(Vec<Option<Box<str>>>),
}

/// The first values as they stand, with their places.
#[derive(Default)]
struct Sample {
    bytes: Vec<u8>,
    /// Row from 0, place, end in `bytes`.
    cells: Vec<(usize, Place, usize)>,
}

impl Sample {
    fn values(&self) -> impl Iterator<Item = &[u8]> + Clone {
        (0..self.cells.len()).map(|i| self.value(i))
    }

    fn value(&self, i: usize) -> &[u8] {
        let start = if i == 0 { 0 } else { self.cells[i - 1].2 };
        &self.bytes[start..self.cells[i].2]
    }
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Number(unit, decimal) => Self::Number { values: Vec::new(), unit, decimal },
            Kind::Date(order) => Self::Date { order, milliseconds: Vec::new(), has_time: false, slashes: false },
            Kind::Levels => Self::levels(false),
            Kind::Category => Self::levels(true),
            Kind::Boolean => Self::Boolean { codes: Vec::new(), spelling: [None, None] },
            Kind::Text => Self::Text(Vec::new()),
        }
    }

    fn levels(fixed: bool) -> Self {
        Self::Levels { codes: Vec::new(), levels: Levels::default(), words: 0, fixed }
    }

    fn push_missing(&mut self) {
        match self {
            Self::Undecided { .. } => {}
            Self::Number { values, .. } => values.push(f64::NAN),
            Self::Date { milliseconds, .. } => milliseconds.push(MISSING_DATE),
            Self::Levels { codes, .. } => codes.push(MISSING_CODE),
            Self::Boolean { codes, .. } => codes.push(MISSING_BOOLEAN),
            Self::Text(texts) => texts.push(None),
        }
    }
}

impl ColumnReader {
    /// A sample, where one is needed, is the first `enough` values.
    pub fn new(name: String, start: Start, unit: Option<String>, stand_ins: Vec<String>, enough: usize) -> Self {
        let kind = match &start {
            // The order of day and month, or the unit, has to be seen first.
            Start::Infer | Start::As(ColumnType::Date | ColumnType::Number) => None,
            Start::As(ColumnType::Category) => Some(Kind::Category),
            Start::As(ColumnType::Boolean) => Some(Kind::Boolean),
            Start::As(ColumnType::Text) => Some(Kind::Text),
            Start::Known(kind) => Some(kind.clone()),
        };
        Self {
            name,
            start,
            unit,
            own_missing: infer::MissingTexts::new(&stand_ins),
            stand_ins,
            builder: kind.map_or_else(|| Builder::Undecided { sample: Sample::default(), enough }, Builder::new),
            n_rows: 0,
            spellings: Vec::new(),
            n_values: 0,
            n_misfits: 0,
            misfit_word: None,
            n_codes: 0,
            n_exchangeable: 0,
            first_date: None,
            last_date: None,
            first_short_year: None,
            first_month_only: None,
            first_bare: None,
            n_bare: 0,
            first_either: None,
            notation_settled: false,
        }
    }

    /// A cell that the record does not have.
    pub fn push_absent(&mut self) {
        self.note_spelling(b"");
        self.builder.push_missing();
        self.n_rows += 1;
    }

    /// So many rows are expected in all: a column that grows to its size at once is not copied on the way, and holds no room
    /// that it does not need. Where there is no such room it grows by and by.
    pub fn expect(&mut self, n_rows: usize) {
        match &mut self.builder {
            Builder::Undecided { .. } => {}
            Builder::Number { values, .. } => grow(values, n_rows),
            Builder::Date { milliseconds, .. } => grow(milliseconds, n_rows),
            Builder::Levels { codes, .. } => grow(codes, n_rows),
            Builder::Boolean { codes, .. } => grow(codes, n_rows),
            Builder::Text(texts) => grow(texts, n_rows),
        }
    }

    /// The next cell as it stands. `record` counts from 1.
    pub fn push(&mut self, cell: &[u8], record: u64, at: At, context: &mut Context) {
        // Most cells of most files, by a short way to the same.
        if let Builder::Number { values, unit, decimal } = &mut self.builder
            && unit.is_empty()
            && context.rules.missing.spare_numbers
            && self.own_missing.spare_numbers
            && let Some(Plain { value, code_like, marked }) = numbers::plain(cell, *decimal)
        {
            values.push(value);
            self.n_rows += 1;
            self.n_values += 1;
            self.n_codes += u64::from(code_like);
            if marked && !self.notation_settled {
                self.note_marks(cell, record, at, context);
            }
            return;
        }
        let trimmed = trim(cell);
        if context.rules.missing.contains(trimmed) || self.own_missing.contains(trimmed) {
            self.note_spelling(cell);
            self.builder.push_missing();
            self.n_rows += 1;
            return;
        }
        if let Builder::Undecided { sample, enough } = &mut self.builder {
            let place = context.place(at);
            sample.bytes.extend_from_slice(cell);
            sample.cells.push((self.n_rows, place, sample.bytes.len()));
            let decide = sample.cells.len() == *enough;
            self.n_rows += 1;
            if decide {
                self.decide(context);
            }
            return;
        }
        self.n_rows += 1;
        self.push_value(cell, trimmed, record, at, context);
    }

    /// Chooses the type from the sample and reads the sample with it.
    fn decide(&mut self, context: &mut Context) {
        let Builder::Undecided { sample, .. } = &mut self.builder else {
            return;
        };
        let sample = std::mem::take(sample);
        let (rules, unit) = (context.rules, self.unit.as_deref());
        self.builder = Builder::new(match self.start {
            Start::As(ColumnType::Date) => Kind::Date(infer::date_order(sample.values(), rules).0),
            Start::As(ColumnType::Number) => {
                let decimal = infer::notation(sample.values(), rules);
                let found = || affix::unit_of(sample.values(), decimal, true).unwrap_or_default();
                Kind::Number(unit.map_or_else(found, str::to_owned), decimal)
            }
            _ => infer::kind_of(sample.values(), unit, rules),
        });
        let mut row = 0;
        for (i, &(at_row, place, _)) in sample.cells.iter().enumerate() {
            while row < at_row {
                self.builder.push_missing();
                row += 1;
            }
            let cell = sample.value(i);
            self.push_value(cell, trim(cell), at_row as u64 + 1, At::Noted(place), context);
            row += 1;
        }
        while row < self.n_rows {
            self.builder.push_missing();
            row += 1;
        }
    }

    fn push_value(&mut self, cell: &[u8], trimmed: &[u8], record: u64, at: At, context: &mut Context) {
        self.n_values += 1;
        match &mut self.builder {
            Builder::Undecided { .. } => {}
            Builder::Number { .. } => self.push_number(cell, trimmed, record, at, context),
            Builder::Date { .. } => self.push_date(cell, trimmed, record, at, context),
            Builder::Levels { codes, levels, words, fixed } => {
                let before = levels.len();
                codes.push(levels.code(cell));
                if levels.len() > before {
                    *words += n_words(cell);
                    let n = levels.len();
                    if !*fixed && n >= MANY_LEVELS && n.is_power_of_two() && is_free_text(levels, *words, self.n_values)
                    {
                        self.builder = Builder::Text(texts(codes, levels));
                    }
                }
            }
            Builder::Boolean { codes, spelling } => match infer::boolean_value(trimmed) {
                Some(value) => {
                    codes.push(value);
                    spelling[usize::from(value)].get_or_insert_with(|| String::from_utf8_lossy(trimmed).into_owned());
                }
                None => {
                    codes.push(MISSING_BOOLEAN);
                    self.misfit(cell, trimmed, record, at, ColumnType::Boolean, context);
                }
            },
            Builder::Text(texts) => texts.push(Some(string(cell).into())),
        }
    }

    fn push_number(&mut self, cell: &[u8], trimmed: &[u8], record: u64, at: At, context: &mut Context) {
        let Builder::Number { values, unit, decimal } = &mut self.builder else {
            return;
        };
        let affix::Read { parsed, bare } = affix::read(trimmed, *decimal, unit);
        match parsed {
            Parsed::Value { value, code_like } => {
                values.push(value);
                self.n_codes += u64::from(code_like);
                if !self.notation_settled {
                    self.note_marks(trimmed, record, at, context);
                }
                if bare && value != 0.0 {
                    self.n_bare += 1;
                    self.first_bare.get_or_insert_with(|| (record, context.place(at)));
                }
            }
            Parsed::NotANumber => {
                values.push(f64::NAN);
                self.n_values -= 1;
                self.note_spelling(cell);
            }
            Parsed::NotFinite => {
                values.push(f64::NAN);
                self.note_spelling(cell);
                let text = String::from_utf8_lossy(trimmed).into_owned();
                self.warn(record, at, WarningKind::NotFinite { text }, context);
            }
            Parsed::Other => {
                values.push(f64::NAN);
                self.misfit(cell, trimmed, record, at, ColumnType::Number, context);
            }
        }
    }

    /// What a number's marks tell about the column's notation.
    fn note_marks(&mut self, trimmed: &[u8], record: u64, at: At, context: &mut Context) {
        match affix::marks(trimmed) {
            Marks::None => {}
            Marks::Decisive => self.notation_settled = true,
            Marks::Either => {
                self.first_either
                    .get_or_insert_with(|| (record, context.place(at), String::from_utf8_lossy(trimmed).into_owned()));
            }
        }
    }

    fn push_date(&mut self, cell: &[u8], trimmed: &[u8], record: u64, at: At, context: &mut Context) {
        let Builder::Date { order, milliseconds, has_time, slashes } = &mut self.builder else {
            return;
        };
        if let Some(last) = self.last_date.as_ref().filter(|last| last.text == trimmed) {
            // What else it tells was noted before.
            self.n_exchangeable += u64::from(last.exchangeable);
            milliseconds.push(last.instant.milliseconds);
            return;
        }
        let (other, first_year) = (exchanged(*order), context.rules.first_year);
        let exchanged = other.and_then(|other| dates::parse(trimmed, other, first_year));
        let exchangeable = exchanged.is_some_and(|date| date.ordered);
        self.n_exchangeable += u64::from(exchangeable);
        let Some(instant) = dates::parse(trimmed, *order, first_year) else {
            milliseconds.push(MISSING_DATE);
            self.misfit(cell, trimmed, record, at, ColumnType::Date, context);
            return;
        };
        let mut text = self.last_date.take().map(|last| last.text).unwrap_or_default();
        text.clear();
        text.extend_from_slice(trimmed);
        self.last_date = Some(ReadDate { text, instant, exchangeable });
        milliseconds.push(instant.milliseconds);
        *has_time |= instant.has_time;
        // With dots the day always comes first.
        *slashes |= !instant.year_first && trimmed.iter().any(|byte| matches!(byte, b'/' | b'-'));
        for (noted, first) in [
            (other.is_some() && !instant.year_first, &mut self.first_date),
            (instant.short_year, &mut self.first_short_year),
            (instant.month_only, &mut self.first_month_only),
        ] {
            if noted && first.is_none() {
                *first = Some((record, context.place(at)));
            }
        }
    }

    fn misfit(
        &mut self,
        cell: &[u8],
        trimmed: &[u8],
        record: u64,
        at: At,
        expected: ColumnType,
        context: &mut Context,
    ) {
        self.n_misfits += 1;
        if self.n_misfits == 1 {
            self.misfit_word = infer::is_word(trimmed).then(|| String::from_utf8_lossy(trimmed).into_owned());
        } else if self.misfit_word.as_ref().is_some_and(|word| word.as_bytes() != trimmed) {
            self.misfit_word = None;
        }
        self.note_spelling(cell);
        let text = String::from_utf8_lossy(trimmed).into_owned();
        self.warn(record, at, WarningKind::NotOfType { text, expected }, context);
    }

    fn warn(&self, record: u64, at: At, kind: WarningKind, context: &mut Context) {
        if !context.warnings.wants(record) {
            context.warnings.count();
            return;
        }
        let place = context.place(at);
        let column = Some(self.name.clone());
        context.warnings.push(Warning { record, line: place.line, byte: place.byte, column, kind });
    }

    fn note_spelling(&mut self, cell: &[u8]) {
        let known = self.spellings.iter().any(|spelling| spelling.as_bytes() == cell);
        if !known && self.spellings.len() < MAX_SPELLINGS {
            self.spellings.push(String::from_utf8_lossy(cell).into_owned());
        }
    }

    /// No more rows will come: the sample, if still held, is read. Then the kind that a second pass must use, if the
    /// values did not turn out as the first ones promised.
    pub fn end(&mut self, context: &mut Context) -> Option<Kind> {
        self.decide(context);
        let few = self.n_misfits == 0 || infer::few_misfits(self.n_misfits, self.n_values);
        match (&self.builder, &self.start) {
            (Builder::Date { order, .. }, Start::Infer | Start::As(_)) => {
                let n_read = self.n_values - self.n_misfits;
                if let Some(other) = exchanged(*order)
                    && self.n_exchangeable > n_read
                    && context.rules.day_first.is_none()
                    && (self.start != Start::Infer
                        || infer::few_misfits(self.n_values - self.n_exchangeable, self.n_values)
                        || self.n_exchangeable == self.n_values)
                {
                    return Some(Kind::Date(other));
                }
                (self.start == Start::Infer && !few).then_some(Kind::Levels)
            }
            (Builder::Number { .. }, Start::Infer) => {
                let one_word =
                    self.misfit_word.is_some() && self.n_misfits as f64 <= infer::ONE_WORD_SHARE * self.n_values as f64;
                let codes = self.n_codes as f64 > infer::CODE_SHARE * self.n_values as f64;
                (!(few || one_word) || codes).then_some(Kind::Levels)
            }
            _ => None,
        }
    }

    /// The kind as it stands, for a second pass.
    pub fn kind(&self) -> Kind {
        match &self.builder {
            Builder::Number { unit, decimal, .. } => Kind::Number(unit.clone(), *decimal),
            Builder::Date { order, .. } => Kind::Date(*order),
            Builder::Levels { fixed: true, .. } => Kind::Category,
            Builder::Levels { .. } | Builder::Undecided { .. } => Kind::Levels,
            Builder::Boolean { .. } => Kind::Boolean,
            Builder::Text(_) => Kind::Text,
        }
    }

    /// Call after `end`.
    pub fn finish(self, warnings: &mut Collected, rules: &Rules) -> Column {
        self.warn_of_guesses(warnings, rules);
        let unit = match &self.builder {
            Builder::Number { unit, .. } if !unit.is_empty() => Some(unit.clone()),
            _ => None,
        };
        let mut values = match self.builder {
            // `end` leaves no column undecided.
            Builder::Undecided { .. } => Values::Number(vec![f64::NAN; self.n_rows]),
            Builder::Number { values, .. } => Values::Number(values),
            Builder::Date { milliseconds, has_time, .. } => Values::Date { milliseconds, has_time },
            Builder::Levels { codes, levels, words, fixed } => {
                finish_levels(codes, levels, words, self.n_values, fixed)
            }
            Builder::Boolean { codes, spelling: [no, yes] } => Values::Boolean {
                codes,
                spelling: [no.unwrap_or_else(|| "no".to_owned()), yes.unwrap_or_else(|| "yes".to_owned())],
            },
            Builder::Text(texts) => Values::Text(texts),
        };
        values.shrink();
        take_away(&mut values, &self.stand_ins);
        Column { name: self.name, values, missing_spellings: self.spellings, unit }
    }

    /// What was read with a guess that holds for the whole column, each told once at its first place.
    fn warn_of_guesses(&self, warnings: &mut Collected, rules: &Rules) {
        let mut warn = |first: Option<(u64, Place)>, kind: WarningKind| {
            if let Some((record, place)) = first {
                let column = Some(self.name.clone());
                warnings.push(Warning { record, line: place.line, byte: place.byte, column, kind });
            }
        };
        match &self.builder {
            Builder::Date { order, slashes, .. } => {
                let guessed = *slashes
                    && rules.day_first.is_none()
                    && self.n_misfits == 0
                    && self.n_exchangeable == self.n_values;
                if guessed {
                    let day_first = *order == DateOrder::DayFirst;
                    warn(self.first_date, WarningKind::DateOrderGuessed { day_first });
                }
                warn(self.first_short_year, WarningKind::ShortYears { first_year: rules.first_year });
                warn(self.first_month_only, WarningKind::MonthsOnly);
            }
            Builder::Number { unit, decimal, .. } => {
                if !unit.is_empty() {
                    warn(self.first_bare, WarningKind::UnitAbsent { unit: unit.clone(), n: self.n_bare });
                }
                if let Some((record, place, text)) = self.first_either.as_ref().filter(|_| !self.notation_settled)
                    && let Some((value, other)) = affix::readings(text.as_bytes(), *decimal)
                {
                    warn(Some((*record, *place)), WarningKind::NotationGuessed { text: text.clone(), value, other });
                }
            }
            _ => {}
        }
    }
}

/// Room for so many values, and a little more, in steps that are worth the copy.
fn grow<T>(values: &mut Vec<T>, n: usize) {
    if n > values.capacity() {
        let wanted = (n + n / 32).max(values.capacity() + values.capacity() / 16);
        // Without the room they grow as they come.
        let _ = values.try_reserve_exact(wanted - values.len());
    }
}

fn exchanged(order: DateOrder) -> Option<DateOrder> {
    match order {
        DateOrder::YearFirst | DateOrder::ShortYearFirst => None,
        DateOrder::DayFirst => Some(DateOrder::MonthFirst),
        DateOrder::MonthFirst => Some(DateOrder::DayFirst),
    }
}

fn n_words(text: &[u8]) -> u64 {
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() as u64
}

/// Many distinct texts of several words, or very long ones: prose or names, not categories.
fn is_free_text(levels: &Levels, words: u64, n_values: u64) -> bool {
    let n = levels.len() as f64;
    n >= 20.0
        && n > 0.5 * n_values as f64
        && ((words as f64 >= 2.5 * n && levels.n_bytes() as f64 >= 12.0 * n) || levels.n_bytes() as f64 >= 100.0 * n)
}

fn texts(codes: &[u32], levels: &Levels) -> Vec<Option<Box<str>>> {
    let text = |&code: &u32| (code != MISSING_CODE).then(|| string(levels.get(code as usize)).into());
    codes.iter().map(text).collect()
}

/// Numbers and dates that stand for "missing", however they are written: −999 is −999.0.
fn take_away(values: &mut Values, stand_ins: &[String]) {
    if stand_ins.is_empty() {
        return;
    }
    match values {
        Values::Number(numbers) => {
            let marks: Vec<f64> = stand_ins.iter().filter_map(|text| text.parse().ok()).collect();
            numbers.iter_mut().filter(|value| marks.contains(value)).for_each(|value| *value = f64::NAN);
        }
        Values::Date { milliseconds, has_time } => {
            let is_mark = |value: i64| value != MISSING_DATE && stand_ins.contains(&date_text(value, *has_time));
            milliseconds.iter_mut().filter(|value| is_mark(**value)).for_each(|value| *value = MISSING_DATE);
        }
        Values::Category { .. } | Values::Boolean { .. } | Values::Text(_) => {}
    }
}

fn finish_levels(codes: Vec<u32>, levels: Levels, words: u64, n_values: u64, fixed: bool) -> Values {
    if !fixed {
        if is_free_text(&levels, words, n_values) {
            return Values::Text(texts(&codes, &levels));
        }
        if let Some(values) = as_booleans(&codes, &levels) {
            return values;
        }
    }
    Values::Category { codes, levels: levels.into_strings() }
}

/// Yes/no when both words of one pair occur and nothing else; the first spelling of each word stands for all.
fn as_booleans(codes: &[u32], levels: &Levels) -> Option<Values> {
    // Both words in a handful of cases each.
    if levels.len() < 2 || levels.len() > 16 {
        return None;
    }
    let words: Vec<(usize, u8)> = levels.iter().map(|level| infer::boolean_word(trim(level))).collect::<Option<_>>()?;
    if words.iter().any(|word| word.0 != words[0].0) {
        return None;
    }
    let spelling = [0, 1].map(|value| {
        let level = words.iter().position(|word| word.1 == value)?;
        Some(String::from_utf8_lossy(trim(levels.get(level))).into_owned())
    });
    let [Some(no), Some(yes)] = spelling else {
        return None;
    };
    let value = |&code: &u32| if code == MISSING_CODE { MISSING_BOOLEAN } else { words[code as usize].1 };
    Some(Values::Boolean { codes: codes.iter().map(value).collect(), spelling: [no, yes] })
}
