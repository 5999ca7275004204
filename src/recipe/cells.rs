//! Steps on the cells of one column: another type, dates by a format, fill, clip, bin; and formulas.

use std::borrow::Cow;

use super::dates::DateFormat;
use super::formula::{Formula, FormulaError};
use super::operation::Outside;
use super::values::{category, category_of, cell, dated, retyped};
use super::work::{Done, Refusal, Work, in_column, misfit, plain};
use crate::problem::Problem;
use crate::table::csv::{Decimal, boolean_of, date_of, number_of};
use crate::table::{ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

impl Work<'_> {
    pub fn rename(&mut self, from: &str, to: &str) -> Done {
        let position = self.position(from)?;
        self.new_name(to, &[position])?;
        if from != to {
            self.columns[position].to_mut().name = to.to_owned();
        }
        Ok(())
    }

    pub fn retype(&mut self, column: &str, to: ColumnType, decimal: Decimal, day_first: bool) -> Done {
        let position = self.position(column)?;
        if self.values(position).column_type() == ColumnType::Date && to == ColumnType::Number {
            let cure = "Take a part of it by a formula: year(…), month(…), days_between(…, …).";
            return Err(misfit(in_column(column), "A date is no number.", cure).into());
        }
        let values = retyped(self.values(position), to, decimal, day_first);
        self.replace_read(position, values, to.word());
        Ok(())
    }

    pub fn parse_dates(&mut self, column: &str, format: &str) -> Done {
        let position = self.position(column)?;
        let format = DateFormat::new(format).map_err(|event| {
            misfit(
                in_column(column),
                event,
                "Year, month, day, hour, minute are %Y, %m, %d, %H, %M; a month as a word is %b.",
            )
        })?;
        let values = match self.values(position) {
            // They are read already.
            Values::Date { .. } => return Ok(()),
            values => dated(values, &|text| format.read(text)),
        };
        self.replace_read(position, values, "date of this format");
        Ok(())
    }

    /// As `replace`; what could not be read is told with the first of it.
    fn replace_read(&mut self, position: usize, values: Values, what: &str) {
        let old = self.values(position);
        let lost = |row: &usize| values.is_missing(*row) && !old.is_missing(*row);
        let first = (0..self.n_rows).find(lost).and_then(|row| Some((row, cell(old, row)?.into_owned())));
        let before = self.report.n_became_missing;
        self.replace(position, values);
        if let Some((row, text)) = first {
            let n = self.report.n_became_missing - before;
            let cells = if n == 1 { "1 cell is".to_owned() } else { format!("{n} cells are") };
            let text: String = text.chars().take(40).collect();
            let event = format!("{cells} no {what} and became missing; the first is “{text}” in row {}.", row + 1);
            let cure = "Replace such texts before this step if they can be mended.";
            self.report.problems.push(misfit(in_column(&self.columns[position].name), event, cure));
        }
    }

    pub fn fill(&mut self, column: &str, value: &str) -> Done {
        let position = self.position(column)?;
        let values = self.values(position);
        let unread = || unreadable(column, value, values.column_type());
        let filled = match values {
            Values::Number(numbers) => {
                let value = number_of(value, Decimal::Point).ok_or_else(unread)?;
                Values::Number(numbers.iter().map(|number| if number.is_nan() { value } else { *number }).collect())
            }
            Values::Boolean { codes, spelling } => {
                let of = spelling.iter().position(|word| word == value).map(|at| at == 1).or_else(|| boolean_of(value));
                let value = u8::from(of.ok_or_else(unread)?);
                let of = |code: &u8| if *code == MISSING_BOOLEAN { value } else { *code };
                Values::Boolean { codes: codes.iter().map(of).collect(), spelling: spelling.clone() }
            }
            Values::Date { milliseconds, has_time } => {
                let (value, with_time) = date_of(value, true).ok_or_else(unread)?;
                let of = |date: &i64| if *date == MISSING_DATE { value } else { *date };
                let has_time = *has_time || with_time;
                Values::Date { milliseconds: milliseconds.iter().map(of).collect(), has_time }
            }
            Values::Category { .. } | Values::Text(_) if value.is_empty() => return Err(unread().into()),
            Values::Category { codes, levels } => {
                let texts: Vec<Option<&str>> =
                    levels.iter().map(|level| Some(level.as_str())).chain([Some(value)]).collect();
                let new = levels.len() as u32;
                category(codes.iter().map(|&code| if code == MISSING_CODE { new } else { code }), &texts)
            }
            Values::Text(texts) => {
                Values::Text(texts.iter().map(|text| text.clone().or_else(|| Some(value.into()))).collect())
            }
        };
        self.replace(position, filled);
        Ok(())
    }

    pub fn clip(&mut self, column: &str, low: Option<&str>, high: Option<&str>, outside: Outside) -> Done {
        let position = self.position(column)?;
        let values = self.values(position);
        let missing = outside == Outside::BecomesMissing;
        let clipped = match values {
            Values::Number(numbers) => {
                let bound = |text: &str| {
                    number_of(text, Decimal::Point).ok_or_else(|| unreadable(column, text, ColumnType::Number))
                };
                let (low, high) = (low.map(bound).transpose()?, high.map(bound).transpose()?);
                in_order(column, low.zip(high))?;
                let of = |&value: &f64| match (low, high) {
                    (Some(low), _) if value < low => {
                        if missing {
                            f64::NAN
                        } else {
                            low
                        }
                    }
                    (_, Some(high)) if value > high => {
                        if missing {
                            f64::NAN
                        } else {
                            high
                        }
                    }
                    _ => value,
                };
                Values::Number(numbers.iter().map(of).collect())
            }
            Values::Date { milliseconds, has_time } => {
                let bound = |text: &str| {
                    date_of(text, true).map(|(date, _)| date).ok_or_else(|| unreadable(column, text, ColumnType::Date))
                };
                let (low, high) = (low.map(bound).transpose()?, high.map(bound).transpose()?);
                in_order(column, low.zip(high))?;
                let of = |&value: &i64| match (low, high) {
                    _ if value == MISSING_DATE => value,
                    (Some(low), _) if value < low => {
                        if missing {
                            MISSING_DATE
                        } else {
                            low
                        }
                    }
                    (_, Some(high)) if value > high => {
                        if missing {
                            MISSING_DATE
                        } else {
                            high
                        }
                    }
                    _ => value,
                };
                Values::Date { milliseconds: milliseconds.iter().map(of).collect(), has_time: *has_time }
            }
            Values::Category { .. } | Values::Boolean { .. } | Values::Text(_) => {
                let event = "Only numbers and dates have bounds.";
                return Err(misfit(in_column(column), event, "Read it as a number or a date before this step.").into());
            }
        };
        self.replace(position, clipped);
        Ok(())
    }

    pub fn bin(&mut self, column: &str, edges: &[f64], names: &[String], into: &str) -> Done {
        let position = self.position(column)?;
        let Values::Number(numbers) = self.values(position) else {
            let event = "Only numbers can be binned.";
            return Err(misfit(in_column(column), event, "Read it as a number before this step.").into());
        };
        let rising = edges.iter().all(|edge| edge.is_finite()) && edges.windows(2).all(|pair| pair[0] < pair[1]);
        if edges.is_empty() || !rising {
            return Err(misfit(in_column(column), "The edges must be numbers that rise.", "Put them in order.").into());
        }
        if names.len() != edges.len() + 1 || names.iter().any(String::is_empty) {
            let event =
                format!("{} edges make {} classes, and there are {} names.", edges.len(), edges.len() + 1, names.len());
            return Err(misfit(in_column(column), event, "Give each class a name.").into());
        }
        if into != column {
            self.new_name(into, &[])?;
        }
        let class = |&value: &f64| {
            (!value.is_nan()).then(|| Cow::Borrowed(names[edges.partition_point(|&edge| edge <= value)].as_str()))
        };
        let values = category_of(numbers.iter().map(class));
        if into == column {
            self.replace(position, values);
        } else {
            self.columns.insert(position + 1, Cow::Owned(plain(into, values)));
        }
        Ok(())
    }

    pub fn derive(&mut self, column: &str, text: &str) -> Done {
        if column.is_empty() {
            return Err(misfit("", "The new column has no name.", "Give it one.").into());
        }
        let formula = Formula::new(text, &self.schema()).map_err(|error| self.refusal(&error, text))?;
        let values = formula.values(&self.all_values(), self.n_rows);
        match self.find(column) {
            Some(position) => self.replace(position, values),
            None => self.columns.push(Cow::Owned(plain(column, values))),
        }
        Ok(())
    }

    pub fn filter(&mut self, text: &str, keep: bool) -> Done {
        let formula = Formula::condition(text, &self.schema()).map_err(|error| self.refusal(&error, text))?;
        let holds = formula.holds(&self.all_values(), self.n_rows);
        let rows = (0..self.n_rows as u32).filter(|&row| (holds[row as usize] == 1) == keep).collect();
        self.take(rows);
        Ok(())
    }

    fn all_values(&self) -> Vec<&Values> {
        self.columns.iter().map(|column| &column.values).collect()
    }

    fn refusal(&self, error: &FormulaError, text: &str) -> Refusal {
        // Among columns that are not known yet may be the one that it names.
        if self.open && super::formula::parse(text).is_ok() { Refusal::Unknown } else { error.problem(text).into() }
    }
}

fn in_order<T: PartialOrd>(column: &str, bounds: Option<(T, T)>) -> Result<(), Problem> {
    match bounds {
        Some((low, high)) if low > high => {
            Err(misfit(in_column(column), "The lower bound lies above the upper one.", "Exchange them."))
        }
        Some(_) | None => Ok(()),
    }
}

fn unreadable(column: &str, text: &str, column_type: ColumnType) -> Problem {
    let event = format!("“{text}” cannot be a {}, as the column's values are.", column_type.word());
    misfit(in_column(column), event, "Give a value of the column's type, with a decimal point, dates as 2025-12-31.")
}
