//! Applying a preparation: the order of operations is the one on `Block`, in f32.

use super::dates;
use super::inputs::{Cells, Inputs};
use super::spelling::{Slot, Spellings};
use super::{Block, DatePart, InputKind, LIMIT, Matrix, Preparation};
use crate::table::{MISSING_CODE, MISSING_DATE};

impl Block {
    pub fn n_features(&self) -> usize {
        match self {
            Self::Number { indicator, .. } => 1 + usize::from(*indicator),
            Self::Category { levels, other, missing, .. } => levels.len() + usize::from(*other) + usize::from(*missing),
            Self::Date { indicator, parts, .. } => {
                1 + usize::from(*indicator) + parts.iter().map(|p| p.n_values()).sum::<usize>()
            }
            Self::Plain { .. } | Self::Code { .. } => 1,
            Self::Days { parts, .. } => 1 + parts.len(),
            Self::Words { words, missing, .. } => words.words.len() + usize::from(*missing),
        }
    }

    /// The position of the input that the block reads.
    pub fn input(&self) -> usize {
        match self {
            Self::Number { input, .. }
            | Self::Category { input, .. }
            | Self::Date { input, .. }
            | Self::Plain { input }
            | Self::Code { input, .. }
            | Self::Days { input, .. }
            | Self::Words { input, .. } => *input as usize,
        }
    }

    pub fn kind(&self) -> InputKind {
        match self {
            Self::Number { .. } | Self::Plain { .. } => InputKind::Number,
            Self::Category { .. } | Self::Code { .. } | Self::Words { .. } => InputKind::Text,
            Self::Date { .. } | Self::Days { .. } => InputKind::Date,
        }
    }

    /// Whether its parts fit each other, so that transforming cannot fail.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Words { words, .. } => words.is_whole(),
            Self::Number { .. }
            | Self::Category { .. }
            | Self::Date { .. }
            | Self::Plain { .. }
            | Self::Code { .. }
            | Self::Days { .. } => true,
        }
    }

    pub(super) fn feature_names(&self, column: &str) -> Vec<String> {
        let mut names = Vec::with_capacity(self.n_features());
        match self {
            Self::Number { indicator, .. } => {
                names.push(column.to_owned());
                if *indicator {
                    names.push(format!("{column} is missing"));
                }
            }
            Self::Category { levels, other, missing, .. } => {
                names.extend(levels.iter().map(|level| format!("{column} = {level}")));
                if *other {
                    names.push(format!("{column} is other"));
                }
                if *missing {
                    names.push(format!("{column} is missing"));
                }
            }
            Self::Date { indicator, parts, .. } => {
                names.push(column.to_owned());
                if *indicator {
                    names.push(format!("{column} is missing"));
                }
                for part in parts {
                    let name = |v| format!("{column}: {} = {}", part.word(), part.value_name(v));
                    names.extend((0..part.n_values()).map(name));
                }
            }
            Self::Plain { .. } | Self::Code { .. } => names.push(column.to_owned()),
            Self::Days { parts, .. } => {
                names.push(column.to_owned());
                names.extend(parts.iter().map(|part| format!("{column}: {}", part.word())));
            }
            Self::Words { words, missing, .. } => {
                names.extend(words.words.iter().map(|word| format!("{column} has {word}")));
                if *missing {
                    names.push(format!("{column} is missing"));
                }
            }
        }
        names
    }
}

impl Preparation {
    pub fn n_features(&self) -> usize {
        self.feature_names.len()
    }

    /// Whether an input is read for its words. Its cells are no values that stand for more than one row.
    pub fn reads_words(&self, input: usize) -> bool {
        self.blocks.iter().any(|block| block.input() == input && matches!(block, Block::Words { .. }))
    }

    /// For each feature the number of its codes where it is the code of a category (its levels and one for every other
    /// text), `None` for numbers.
    pub fn category_sizes(&self) -> Vec<Option<u32>> {
        let of = |block: &Block| match block {
            Block::Code { levels, .. } => vec![Some(levels.len() as u32 + 1)],
            Block::Number { .. }
            | Block::Category { .. }
            | Block::Date { .. }
            | Block::Plain { .. }
            | Block::Days { .. }
            | Block::Words { .. } => {
                vec![None; block.n_features()]
            }
        };
        self.blocks.iter().flat_map(of).collect()
    }

    /// For each feature whether it only says that something is so: a category, a part of a date, that a cell is missing, or a
    /// word, whose weight where it stands is left aside.
    pub fn marks(&self) -> Vec<bool> {
        let of = |block: &Block| {
            let first_is_number = match block {
                Block::Number { .. }
                | Block::Date { .. }
                | Block::Plain { .. }
                | Block::Code { .. }
                | Block::Days { .. } => true,
                Block::Category { .. } | Block::Words { .. } => false,
            };
            // Parts of a date that trees read are numbers.
            let all_are_numbers = matches!(block, Block::Days { .. });
            (0..block.n_features()).map(move |at| !all_are_numbers && (at > 0 || !first_is_number)).collect::<Vec<_>>()
        };
        self.blocks.iter().flat_map(of).collect()
    }

    /// Features of all rows. `inputs` has the cells of `self.inputs`, in their order and of their kinds; cells of another
    /// kind count as missing. Costs one lookup per distinct text and a few operations per cell.
    pub fn transform(&self, inputs: &Inputs) -> Matrix {
        self.transform_knowing(inputs, &self.known_texts())
    }

    /// The texts that each block knows; `None` where it reads no texts.
    pub fn known_texts(&self) -> Vec<Option<Spellings>> {
        let known = |block: &Block| match block {
            Block::Category { input, levels, .. } | Block::Code { input, levels } => {
                Some(Spellings::new(levels, &self.inputs[*input as usize].missing_spellings))
            }
            Block::Words { input, .. } => Some(Spellings::new(&[], &self.inputs[*input as usize].missing_spellings)),
            Block::Number { .. } | Block::Date { .. } | Block::Plain { .. } | Block::Days { .. } => None,
        };
        self.blocks.iter().map(known).collect()
    }

    /// `transform` with what `known_texts` gave, for whoever predicts row after row. A block whose texts are not there
    /// knows none.
    pub fn transform_knowing(&self, inputs: &Inputs, known: &[Option<Spellings>]) -> Matrix {
        let n_columns = self.n_features();
        let mut matrix = Matrix { values: vec![0.0; inputs.n_rows * n_columns], n_rows: inputs.n_rows, n_columns };
        if n_columns == 0 {
            return matrix;
        }
        let mut first = 0;
        let none = Spellings::default();
        for (position, block) in self.blocks.iter().enumerate() {
            let known = known.get(position).and_then(Option::as_ref).unwrap_or(&none);
            let missing;
            let kind = self.inputs[block.input()].kind;
            let cells = match inputs.cells.get(block.input()) {
                Some(cells) if cells.kind() == kind => cells,
                Some(_) | None => {
                    missing = Cells::missing(kind, inputs.n_rows);
                    &missing
                }
            };
            Self::write_block(block, (cells, known), first, &mut matrix);
            first += block.n_features();
        }
        matrix
    }

    fn write_block(block: &Block, (cells, known): (&Cells, &Spellings), first: usize, matrix: &mut Matrix) {
        let n_columns = matrix.n_columns;
        let rows = matrix.values.chunks_exact_mut(n_columns).map(|row| &mut row[first..]);
        match (block, cells) {
            (Block::Number { impute, center, scale, smooth_clip, indicator, .. }, Cells::Numbers(values)) => {
                for (row, &value) in rows.zip(values) {
                    row[0] = scaled(value, *impute, *center, *scale, *smooth_clip);
                    if *indicator {
                        row[1] = f32::from(u8::from(value.is_nan()));
                    }
                }
            }
            (Block::Category { levels, other, missing, .. }, Cells::Texts { codes, levels: texts }) => {
                let other_at = other.then_some(levels.len());
                let missing_at = missing.then_some(levels.len() + usize::from(*other));
                let place = |slot| match slot {
                    Some(Slot::Level(level)) => Some(level as usize),
                    Some(Slot::Missing) => missing_at,
                    None => other_at,
                };
                let places: Vec<Option<usize>> = texts.iter().map(|text| place(known.slot(text))).collect();
                for (row, &code) in rows.zip(codes) {
                    let place = if code == MISSING_CODE { missing_at } else { places[code as usize] };
                    if let Some(place) = place {
                        row[place] = 1.0;
                    }
                }
            }
            (Block::Date { impute, center, scale, smooth_clip, indicator, parts, .. }, Cells::Dates(values)) => {
                for (row, &value) in rows.zip(values) {
                    row[0] = scaled(dates::days(value), *impute, *center, *scale, *smooth_clip);
                    if *indicator {
                        row[1] = f32::from(u8::from(value == MISSING_DATE));
                    }
                    if value != MISSING_DATE {
                        write_parts(&mut row[1 + usize::from(*indicator)..], parts, value);
                    }
                }
            }
            (Block::Plain { .. }, Cells::Numbers(values)) => {
                for (row, &value) in rows.zip(values) {
                    row[0] = value.clamp(f32::MIN, f32::MAX);
                }
            }
            (Block::Code { levels, .. }, Cells::Texts { codes, levels: texts }) => {
                let code = |slot| match slot {
                    Some(Slot::Level(level)) => level as f32,
                    Some(Slot::Missing) => f32::NAN,
                    None => levels.len() as f32,
                };
                let of_text: Vec<f32> = texts.iter().map(|text| code(known.slot(text))).collect();
                for (row, &code) in rows.zip(codes) {
                    row[0] = if code == MISSING_CODE { f32::NAN } else { of_text[code as usize] };
                }
            }
            (Block::Days { parts, .. }, Cells::Dates(values)) => {
                for (row, &value) in rows.zip(values) {
                    row[0] = dates::days(value);
                    for (feature, part) in row[1..].iter_mut().zip(parts) {
                        *feature = part.number(value);
                    }
                }
            }
            (Block::Words { words, unit, missing, .. }, Cells::Texts { codes, levels: texts }) => {
                // Blocks of rows bring the texts of a whole column: only those of these rows are read, each once.
                let mut of_text: Vec<Option<Vec<(u32, f32)>>> = vec![None; texts.len()];
                for (row, &code) in rows.zip(codes) {
                    if code == MISSING_CODE || known.slot(&texts[code as usize]).is_some() {
                        if *missing {
                            row[words.words.len()] = 1.0;
                        }
                        continue;
                    }
                    let values = of_text[code as usize].get_or_insert_with(|| {
                        let found = words.in_text(&texts[code as usize]);
                        let values = words.values(&found, *unit);
                        found.into_iter().zip(values).collect()
                    });
                    values.iter().for_each(|(at, value)| row[*at as usize] = *value);
                }
            }
            // `transform` hands over cells of the input's kind, and a block has the kind of its input.
            (
                Block::Number { .. }
                | Block::Category { .. }
                | Block::Date { .. }
                | Block::Plain { .. }
                | Block::Code { .. }
                | Block::Days { .. }
                | Block::Words { .. },
                _,
            ) => {}
        }
    }
}

impl Cells<'_> {
    pub fn kind(&self) -> InputKind {
        match self {
            Self::Numbers(_) => InputKind::Number,
            Self::Texts { .. } => InputKind::Text,
            Self::Dates(_) => InputKind::Date,
        }
    }
}

fn scaled(value: f32, impute: f32, center: f32, scale: f32, smooth_clip: bool) -> f32 {
    let x = if value.is_nan() { impute } else { value };
    let z = ((x - center) / scale).clamp(-LIMIT, LIMIT);
    if smooth_clip {
        let third = z / 3.0;
        z / (1.0 + third * third).sqrt()
    } else {
        z
    }
}

fn write_parts(mut row: &mut [f32], parts: &[DatePart], milliseconds: i64) {
    for part in parts {
        row[part.position(milliseconds)] = 1.0;
        row = &mut row[part.n_values()..];
    }
}
