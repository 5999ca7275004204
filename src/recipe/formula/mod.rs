//! A small typed language for new columns and conditions: `if(age >= 18 and not is_missing(income), "adult", "other")`.
//!
//! ```text
//! text ─► tokens ─► tree ─► typed formula ─► values
//! ```
//!
//! A value depends on its own row only, so a formula cannot leak across folds. `functions` says what each function
//! means; `RULES` how operators and missing values behave.

mod check;
mod complete;
mod evaluate;
mod functions;
mod lexer;
mod parser;
mod print;
mod tree;
mod typed;

pub use complete::{Candidate, complete};
pub use functions::{ANY, Function, RULES, Signature};
pub use lexer::MOST_BYTES;
pub use parser::parse;
pub use print::{column_text, print};
pub use tree::{Arithmetic, Comparison, Expr, ExprKind, MOST_DEPTH, Operator};

use check::Checker;
use evaluate::{Block, DAY};
use typed::Typed;

use super::schema::Schema;
use crate::problem::Problem;
use crate::table::csv::Levels;
use crate::table::{ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// Rows that are computed at once.
const BLOCK: usize = 4_096;

/// Why a text is no formula for these columns: the bytes `start..end` of it, what was met, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    pub start: usize,
    pub end: usize,
    pub event: String,
    pub cure: String,
}

impl FormulaError {
    fn new((start, end): (usize, usize), event: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { start, end, event: event.into(), cure: cure.into() }
    }

    /// The error as it is told away from the formula's field; characters count from 1.
    pub fn problem(&self, text: &str) -> Problem {
        let character = text.get(..self.start).map_or(0, |before| before.chars().count()) + 1;
        Problem {
            place: format!("formula, character {character}"),
            event: self.event.clone(),
            kept: String::new(),
            cure: self.cure.clone(),
        }
    }
}

/// A formula that fits the columns that it was checked against.
#[derive(Clone, Debug)]
pub struct Formula {
    typed: Typed,
    column_type: ColumnType,
}

/// The canonical text of a formula, or why it is none.
pub fn format(text: &str) -> Result<String, FormulaError> {
    parse(text).map(|expr| print(&expr))
}

impl Formula {
    /// Reads and checks a formula.
    pub fn new(text: &str, schema: &Schema) -> Result<Self, FormulaError> {
        let expr = parse(text)?;
        let mut checker = Checker { schema, free_text: false };
        let typed = checker.typed(&expr)?;
        let column_type = match &typed {
            Typed::Number(_) => ColumnType::Number,
            Typed::Boolean(_) => ColumnType::Boolean,
            Typed::Date(_) => ColumnType::Date,
            Typed::Text(_) if checker.free_text => ColumnType::Text,
            Typed::Text(_) => ColumnType::Category,
            Typed::Missing => {
                let cure = "Name a column or a value too, as in if(a > 0, a, missing).";
                return Err(FormulaError::new(expr.span, "The formula is missing in every row.", cure));
            }
        };
        Ok(Self { typed, column_type })
    }

    /// As `new`, for a condition.
    pub fn condition(text: &str, schema: &Schema) -> Result<Self, FormulaError> {
        let formula = Self::new(text, schema)?;
        if formula.column_type == ColumnType::Boolean {
            return Ok(formula);
        }
        let event = format!("A condition must be true or false, but this is {}.", formula.typed.a_word());
        Err(FormulaError::new((0, text.len()), event, "Compare it with something, as in age >= 18."))
    }

    /// The type of the result. A text is a category unless free text, a number or a date goes into it.
    pub fn column_type(&self) -> ColumnType {
        self.column_type
    }

    /// The values of all rows. `columns` are those of the schema that the formula was checked against, each of `n_rows`.
    pub fn values(&self, columns: &[&Values], n_rows: usize) -> Values {
        let blocks =
            || (0..n_rows).step_by(BLOCK).map(|start| Block { columns, start, end: (start + BLOCK).min(n_rows) });
        match &self.typed {
            Typed::Missing => Values::Number(vec![f64::NAN; n_rows]),
            Typed::Number(numbers) => Values::Number(blocks().flat_map(|block| numbers.of(block)).collect()),
            Typed::Boolean(booleans) => Values::Boolean {
                codes: blocks().flat_map(|block| booleans.of(block)).collect(),
                spelling: ["false".to_owned(), "true".to_owned()],
            },
            Typed::Date(dates) => {
                let milliseconds: Vec<i64> = blocks().flat_map(|block| dates.of(block)).collect();
                let has_time = milliseconds.iter().any(|&date| date != MISSING_DATE && date.rem_euclid(DAY) != 0);
                Values::Date { milliseconds, has_time }
            }
            Typed::Text(texts) if self.column_type == ColumnType::Text => Values::Text(
                blocks()
                    .flat_map(|block| {
                        texts
                            .of(block)
                            .into_iter()
                            .map(|text| text.map(|text| text.into_owned().into()))
                            .collect::<Vec<_>>()
                    })
                    .collect(),
            ),
            Typed::Text(texts) => {
                let (mut codes, mut levels) = (Vec::with_capacity(n_rows), Levels::default());
                for block in blocks() {
                    let code = |text: Option<std::borrow::Cow<str>>| {
                        text.map_or(MISSING_CODE, |text| levels.code(text.as_bytes()))
                    };
                    codes.extend(texts.of(block).into_iter().map(code));
                }
                Values::Category { codes, levels: levels.into_strings() }
            }
        }
    }

    /// For a condition: 1 where it holds, 0 where not, `MISSING_BOOLEAN` where that is not known.
    pub fn holds(&self, columns: &[&Values], n_rows: usize) -> Vec<u8> {
        match self.values(columns, n_rows) {
            Values::Boolean { codes, .. } => codes,
            Values::Number(_) | Values::Category { .. } | Values::Date { .. } | Values::Text(_) => {
                vec![MISSING_BOOLEAN; n_rows]
            }
        }
    }
}
