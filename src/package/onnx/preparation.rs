//! The preparation as nodes. Numbers and days are stacked side by side and pass through one chain of f32 operations, in
//! the order that `Block` documents; elementwise operations on a stack give the same bits as column by column.

use super::graph::{Graph, ML_DOMAIN, Value, int, ints, strings};
use super::proto::data_type::{DOUBLE, FLOAT};
use super::words;
use crate::prepare::spelling::{Slot, Spellings};
use crate::prepare::{Block, DatePart, LIMIT, Preparation};

/// A part of the feature matrix under construction: a `[N, features.len()]` value and the features that it holds.
struct Piece {
    value: Value,
    features: Vec<usize>,
}

/// Fitted numbers of one numeric column, and where its features go.
struct Numeric {
    /// f32 `[N,1]`, NaN where missing.
    column: Value,
    impute: f32,
    center: f32,
    scale: f32,
    smooth_clip: bool,
    feature: usize,
    indicator: Option<usize>,
}

/// The codes of a category as whole numbers, for models that look them up.
pub struct Codes {
    /// Which feature of the matrix holds them as float32.
    pub feature: usize,
    /// int64 `[N,1]`: the position of the level, `n_levels` for every other text, `n_levels + 1` for missing.
    pub value: Value,
    pub n_levels: usize,
}

/// What a preparation leaves in the graph.
pub struct Prepared {
    /// f32 `[N, n_features]`; `None` when the preparation has no features.
    pub matrix: Option<Value>,
    pub codes: Vec<Codes>,
}

/// Adds the nodes that turn `inputs` (graph values, one per column of the preparation) into the feature matrix.
pub fn features(graph: &mut Graph, preparation: &Preparation, inputs: &[Value]) -> Prepared {
    let mut pieces = Vec::new();
    let mut numerics = Vec::new();
    let mut codes = Vec::new();
    let mut next = 0;
    for block in &preparation.blocks {
        match block {
            Block::Plain { .. } | Block::Code { .. } | Block::Days { .. } => {
                as_it_is(graph, preparation, block, inputs, next, &mut pieces, &mut codes);
                next += block.n_features();
            }
            Block::Words { input, words, unit, missing } => {
                let column = *input as usize;
                let known = Spellings::new(&[], &preparation.inputs[column].missing_spellings);
                for value in words::features(graph, &inputs[column], words, *unit, &known, *missing) {
                    pieces.push(Piece { value: value.0, features: (next..next + value.1).collect() });
                    next += value.1;
                }
            }
            Block::Number { input, impute, center, scale, smooth_clip, indicator } => {
                let feature = next;
                next += 1 + usize::from(*indicator);
                numerics.push(Numeric {
                    column: inputs[*input as usize].clone(),
                    impute: *impute,
                    center: *center,
                    scale: *scale,
                    smooth_clip: *smooth_clip,
                    feature,
                    indicator: indicator.then_some(feature + 1),
                });
            }
            Block::Category { input, levels, other, missing } => {
                let n = levels.len() + usize::from(*other) + usize::from(*missing);
                let column = *input as usize;
                if n > 0 {
                    let texts = &preparation.inputs[column].missing_spellings;
                    let value = category(graph, &inputs[column], levels, texts, *other, *missing);
                    pieces.push(Piece { value, features: (next..next + n).collect() });
                }
                next += n;
            }
            Block::Date { input, impute, center, scale, smooth_clip, indicator, parts } => {
                let date = date(graph, &inputs[*input as usize]);
                let feature = next;
                next += 1 + usize::from(*indicator);
                numerics.push(Numeric {
                    column: date.days.clone(),
                    impute: *impute,
                    center: *center,
                    scale: *scale,
                    smooth_clip: *smooth_clip,
                    feature,
                    indicator: indicator.then_some(feature + 1),
                });
                for part in parts {
                    let value = date_part(graph, &date, *part);
                    pieces.push(Piece { value, features: (next..next + part.n_values()).collect() });
                    next += part.n_values();
                }
            }
        }
    }
    for smooth_clip in [false, true] {
        let group: Vec<&Numeric> = numerics.iter().filter(|n| n.smooth_clip == smooth_clip).collect();
        if !group.is_empty() {
            numeric_pieces(graph, &group, smooth_clip, &mut pieces);
        }
    }
    Prepared { matrix: assemble(graph, pieces), codes }
}

/// The features of a block of which nothing is filled in or scaled, from `first` on.
fn as_it_is(
    graph: &mut Graph,
    preparation: &Preparation,
    block: &Block,
    inputs: &[Value],
    first: usize,
    pieces: &mut Vec<Piece>,
    codes: &mut Vec<Codes>,
) {
    let column = block.input();
    let input = &inputs[column];
    let values = match block {
        // Infinities stay: trees treat them as the numbers that they would be clipped to (`super::trees`).
        Block::Plain { .. } => vec![input.clone()],
        Block::Code { levels, .. } => {
            let coded = code(graph, input, levels, &preparation.inputs[column].missing_spellings);
            codes.push(Codes { feature: first, value: coded.whole, n_levels: levels.len() });
            vec![coded.feature]
        }
        Block::Days { parts, .. } => {
            let date = date(graph, input);
            let numbers: Vec<Value> = parts.iter().map(|part| date_number(graph, &date, *part)).collect();
            std::iter::once(date.days).chain(numbers).collect()
        }
        Block::Number { .. } | Block::Category { .. } | Block::Date { .. } | Block::Words { .. } => Vec::new(),
    };
    pieces.extend(values.into_iter().enumerate().map(|(i, value)| Piece { value, features: vec![first + i] }));
}

/// Joins the pieces and brings the features into order.
fn assemble(graph: &mut Graph, pieces: Vec<Piece>) -> Option<Value> {
    let order: Vec<usize> = pieces.iter().flat_map(|p| p.features.iter().copied()).collect();
    let values: Vec<Value> = pieces.into_iter().map(|p| p.value).collect();
    let joined = concat(graph, &values)?;
    if order.iter().enumerate().all(|(place, feature)| place == *feature) {
        return Some(joined);
    }
    let mut places = vec![0i64; order.len()];
    for (place, feature) in order.iter().enumerate() {
        places[*feature] = place as i64;
    }
    let indices = graph.integers(&[places.len()], &places);
    Some(graph.node("Gather", &[&joined, &indices], vec![int("axis", 1)]))
}

fn concat(graph: &mut Graph, values: &[Value]) -> Option<Value> {
    match values {
        [] => None,
        [one] => Some(one.clone()),
        many => Some(graph.node("Concat", &many.iter().collect::<Vec<_>>(), vec![int("axis", 1)])),
    }
}

/// x ← impute where NaN; z = clip((x − center) / scale, −`LIMIT`, `LIMIT`); with `smooth_clip` z / √(1 + (z/3)·(z/3)); and the indicators.
fn numeric_pieces(graph: &mut Graph, group: &[&Numeric], smooth_clip: bool, pieces: &mut Vec<Piece>) {
    let columns: Vec<Value> = group.iter().map(|n| n.column.clone()).collect();
    let Some(x) = concat(graph, &columns) else { return };
    let row = [1, group.len()];
    let constant = |graph: &mut Graph, of: fn(&Numeric) -> f32| {
        let values: Vec<f32> = group.iter().map(|n| of(n)).collect();
        graph.floats(&row, &values)
    };
    let missing = graph.node("IsNaN", &[&x], Vec::new());
    let impute = constant(graph, |n| n.impute);
    let filled = graph.node("Where", &[&missing, &impute, &x], Vec::new());
    let center = constant(graph, |n| n.center);
    let centered = graph.node("Sub", &[&filled, &center], Vec::new());
    let scale = constant(graph, |n| n.scale);
    let scaled = graph.node("Div", &[&centered, &scale], Vec::new());
    let low = graph.floats(&[], &[-LIMIT]);
    let high = graph.floats(&[], &[LIMIT]);
    let mut z = graph.node("Clip", &[&scaled, &low, &high], Vec::new());
    if smooth_clip {
        let three = graph.floats(&[], &[3.0]);
        let third = graph.node("Div", &[&z, &three], Vec::new());
        let square = graph.node("Mul", &[&third, &third], Vec::new());
        let one = graph.floats(&[], &[1.0]);
        let sum = graph.node("Add", &[&one, &square], Vec::new());
        let root = graph.node("Sqrt", &[&sum], Vec::new());
        z = graph.node("Div", &[&z, &root], Vec::new());
    }
    pieces.push(Piece { value: z, features: group.iter().map(|n| n.feature).collect() });

    let marked: Vec<i64> = (0..group.len()).filter(|i| group[*i].indicator.is_some()).map(|i| i as i64).collect();
    if marked.is_empty() {
        return;
    }
    let flags = graph.cast(&missing, FLOAT);
    let places = graph.integers(&[marked.len()], &marked);
    let value = graph.node("Gather", &[&flags, &places], vec![int("axis", 1)]);
    pieces.push(Piece { value, features: group.iter().filter_map(|n| n.indicator).collect() });
}

/// One-hot over levels, then "other", then "missing": texts become the position of their feature, or −1 for none.
fn category(
    graph: &mut Graph,
    input: &Value,
    levels: &[String],
    missing_spellings: &[String],
    other: bool,
    missing: bool,
) -> Value {
    let known = Spellings::new(levels, missing_spellings);
    let n_levels = levels.len() as i64;
    let unknown_code = if other { n_levels } else { -1 };
    let missing_code = if missing { n_levels + i64::from(other) } else { -1 };
    let code = |slot: Slot| match slot {
        Slot::Level(position) => i64::from(position),
        Slot::Missing => missing_code,
    };
    let attributes = vec![
        strings("keys_strings", known.iter().map(|(text, _)| text)),
        ints("values_int64s", known.iter().map(|(_, slot)| code(slot)).collect()),
        int("default_int64", unknown_code),
    ];
    let codes = graph.node_in(ML_DOMAIN, "LabelEncoder", &[input], attributes);
    one_hot(graph, &codes, levels.len() + usize::from(other) + usize::from(missing))
}

/// A category's code as a feature, NaN where missing, and as a whole number.
struct Coded {
    feature: Value,
    whole: Value,
}

/// The position of the level; `levels.len()` for every other text; missing is NaN, or `levels.len() + 1`.
fn code(graph: &mut Graph, input: &Value, levels: &[String], missing_spellings: &[String]) -> Coded {
    let known = Spellings::new(levels, missing_spellings);
    let n_levels = levels.len() as i64;
    let code = |slot: Slot| match slot {
        Slot::Level(position) => i64::from(position),
        Slot::Missing => n_levels + 1,
    };
    let attributes = vec![
        strings("keys_strings", known.iter().map(|(text, _)| text)),
        ints("values_int64s", known.iter().map(|(_, slot)| code(slot)).collect()),
        int("default_int64", n_levels),
    ];
    let whole = graph.node_in(ML_DOMAIN, "LabelEncoder", &[input], attributes);
    let nothing = graph.integer(n_levels + 1);
    let missing = graph.node("Equal", &[&whole, &nothing], Vec::new());
    let number = graph.cast(&whole, FLOAT);
    let nan = graph.floats(&[], &[f32::NAN]);
    let feature = graph.node("Where", &[&missing, &nan, &number], Vec::new());
    Coded { feature, whole }
}

/// `[N,1]` codes to `[N,n]`: 1 where the code equals the column's position, else 0.
fn one_hot(graph: &mut Graph, codes: &Value, n: usize) -> Value {
    let positions: Vec<i64> = (0..n as i64).collect();
    let positions = graph.integers(&[1, n], &positions);
    let equal = graph.node("Equal", &[codes, &positions], Vec::new());
    graph.cast(&equal, FLOAT)
}

/// A date column ready for arithmetic.
struct Date {
    /// bool `[N,1]`.
    missing: Value,
    /// int64 `[N,1]`, 0 where missing, so that no operation overflows.
    milliseconds: Value,
    /// f32 `[N,1]`, days since the epoch, NaN where missing.
    days: Value,
}

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

fn date(graph: &mut Graph, input: &Value) -> Date {
    let nothing = graph.integer(i64::MIN);
    let missing = graph.node("Equal", &[input, &nothing], Vec::new());
    let zero = graph.integer(0);
    let milliseconds = graph.node("Where", &[&missing, &zero, input], Vec::new());
    let exact = graph.cast(&milliseconds, DOUBLE);
    let day = graph.doubles(&[], &[DAY as f64]);
    let quotient = graph.node("Div", &[&exact, &day], Vec::new());
    let rounded = graph.cast(&quotient, FLOAT);
    let nan = graph.floats(&[], &[f32::NAN]);
    let days = graph.node("Where", &[&missing, &nan, &rounded], Vec::new());
    Date { missing, milliseconds, days }
}

/// Integer arithmetic on `[N,1]` values. ONNX's `Div` of integers truncates towards zero and its `Mod` takes the sign of
/// the divisor, so a floor division is `(x − x mod d) / d`.
struct Integers<'a>(&'a mut Graph);

impl Integers<'_> {
    fn apply(&mut self, op: &str, value: &Value, constant: i64) -> Value {
        let constant = self.0.integer(constant);
        self.0.node(op, &[value, &constant], Vec::new())
    }
    fn floor_div(&mut self, value: &Value, divisor: i64) -> Value {
        let rest = self.apply("Mod", value, divisor);
        let whole = self.0.node("Sub", &[value, &rest], Vec::new());
        self.apply("Div", &whole, divisor)
    }
    fn pair(&mut self, op: &str, left: &Value, right: &Value) -> Value {
        self.0.node(op, &[left, right], Vec::new())
    }
}

/// The one-hot group of a calendar part in UTC; all zero for a missing date.
fn date_part(graph: &mut Graph, date: &Date, part: DatePart) -> Value {
    let code = calendar(graph, date, part);
    let none = graph.integer(-1);
    let code = graph.node("Where", &[&date.missing, &none, &code], Vec::new());
    one_hot(graph, &code, part.n_values())
}

/// A calendar part in UTC as one number: month 1–12, weekday 1–7 from Monday on, hour 0–23; NaN for a missing date.
fn date_number(graph: &mut Graph, date: &Date, part: DatePart) -> Value {
    let mut position = calendar(graph, date, part);
    match part {
        DatePart::Month | DatePart::Weekday => position = Integers(graph).apply("Add", &position, 1),
        DatePart::Hour => {}
    }
    let number = graph.cast(&position, FLOAT);
    let nan = graph.floats(&[], &[f32::NAN]);
    graph.node("Where", &[&date.missing, &nan, &number], Vec::new())
}

/// int64 `[N,1]`: which of its values a calendar part has, the first being 0.
fn calendar(graph: &mut Graph, date: &Date, part: DatePart) -> Value {
    match part {
        DatePart::Hour => {
            let mut of = Integers(graph);
            let within_day = of.apply("Mod", &date.milliseconds, DAY);
            of.apply("Div", &within_day, HOUR)
        }
        DatePart::Weekday => {
            let mut of = Integers(graph);
            let day = of.floor_div(&date.milliseconds, DAY);
            // 1970-01-01 was a Thursday, the fourth day of the week.
            let shifted = of.apply("Add", &day, 3);
            of.apply("Mod", &shifted, 7)
        }
        DatePart::Month => month(&mut Integers(graph), &date.milliseconds),
    }
}

/// The month, January = 0, of the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
/// the last of its year, in eras of 400 years. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms"
/// (civil_from_days).
fn month(of: &mut Integers, milliseconds: &Value) -> Value {
    let day = of.floor_div(milliseconds, DAY);
    let since_march_0000 = of.apply("Add", &day, 719_468);
    let day_of_era = of.apply("Mod", &since_march_0000, 146_097);
    let four_years = of.apply("Div", &day_of_era, 1_460);
    let centuries = of.apply("Div", &day_of_era, 36_524);
    let era_end = of.apply("Div", &day_of_era, 146_096);
    let days = of.pair("Sub", &day_of_era, &four_years);
    let days = of.pair("Add", &days, &centuries);
    let days = of.pair("Sub", &days, &era_end);
    let year = of.apply("Div", &days, 365);
    let year_days = of.apply("Mul", &year, 365);
    let leap_days = of.apply("Div", &year, 4);
    let skipped = of.apply("Div", &year, 100);
    let before = of.pair("Add", &year_days, &leap_days);
    let before = of.pair("Sub", &before, &skipped);
    let day_of_year = of.pair("Sub", &day_of_era, &before);
    let scaled = of.apply("Mul", &day_of_year, 5);
    let scaled = of.apply("Add", &scaled, 2);
    let month_from_march = of.apply("Div", &scaled, 153);
    let shifted = of.apply("Add", &month_from_march, 2);
    of.apply("Mod", &shifted, 12)
}
