//! Steps that change texts: trim, case, replace, merge, pad, split.

use std::borrow::Cow;

use regex_lite::{NoExpand, Regex};

use super::operation::{Find, LetterCase, SplitBy};
use super::values::{category, category_of, cell, each_text, map_texts};
use super::work::{Done, Work, in_column, misfit, plain};
use crate::problem::Problem;
use crate::table::csv::{Decimal, date_of, number_of};
use crate::table::{ColumnType, MISSING_BOOLEAN, MISSING_DATE, Values, number_text};

/// Columns that one step can split into.
const MOST_PARTS: usize = 100;
/// Widest padding.
const MOST_WIDTH: u32 = 1_000;

fn kept(text: String) -> Option<String> {
    // An empty cell is a missing one.
    (!text.is_empty()).then_some(text)
}

impl Work<'_> {
    /// A column of texts, or that it is none.
    fn text_position(&self, name: &str) -> Done<usize> {
        let position = self.position(name)?;
        self.is_text(position)?;
        Ok(position)
    }

    fn is_text(&self, position: usize) -> Result<(), Problem> {
        let column = &self.columns[position];
        match column.values.column_type() {
            ColumnType::Category | ColumnType::Text => Ok(()),
            other @ (ColumnType::Number | ColumnType::Boolean | ColumnType::Date) => {
                let event = format!("It holds {}, and this step is for categories and texts.", plural(other));
                Err(misfit(in_column(&column.name), event, "Read it as a category before this step."))
            }
        }
    }

    /// Those of the columns that are there and hold texts; the others are told.
    fn text_positions(&mut self, names: &[String]) -> Done<Vec<usize>> {
        let mut found = self.present(names)?;
        let before = self.report.problems.len();
        found.retain(|&position| match self.is_text(position) {
            Ok(()) => true,
            Err(problem) => {
                self.report.problems.push(problem);
                false
            }
        });
        if found.is_empty() && self.report.problems.len() > before {
            return Err(self.report.problems.remove(before).into());
        }
        Ok(found)
    }

    fn map(&mut self, positions: &[usize], of: &dyn Fn(&str) -> Option<String>) {
        for &position in positions {
            self.replace(position, map_texts(self.values(position), of));
        }
    }

    pub fn trim(&mut self, columns: &[String], runs: bool) -> Done {
        let positions = self.text_positions(columns)?;
        self.map(&positions, &|text| {
            if runs {
                return kept(text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            kept(text.trim().to_owned())
        });
        Ok(())
    }

    pub fn case(&mut self, columns: &[String], to: LetterCase) -> Done {
        let positions = self.text_positions(columns)?;
        self.map(&positions, &|text| {
            Some(match to {
                LetterCase::Lower => text.to_lowercase(),
                LetterCase::Upper => text.to_uppercase(),
                LetterCase::Title => title(text),
            })
        });
        Ok(())
    }

    pub fn replace_texts(&mut self, column: &str, find: &Find, by: &str) -> Done {
        let position = self.text_position(column)?;
        match find {
            Find::Part(part) if part.is_empty() => {
                return Err(misfit(in_column(column), "Nothing is to be replaced.", "Say what to look for.").into());
            }
            Find::Cell(cell) => {
                self.map(&[position], &|text| if text == cell { kept(by.to_owned()) } else { Some(text.to_owned()) })
            }
            Find::Part(part) => self.map(&[position], &|text| kept(text.replace(part.as_str(), by))),
            Find::Regex(pattern) => {
                let regex = regex(pattern)?;
                let literal = !by.contains('$');
                self.map(&[position], &|text| {
                    let replaced =
                        if literal { regex.replace_all(text, NoExpand(by)) } else { regex.replace_all(text, by) };
                    kept(replaced.into_owned())
                });
            }
            Find::RegexCell(pattern) => {
                let regex = whole_regex(pattern)?;
                self.map(&[position], &|text| {
                    if regex.is_match(text) {
                        kept(regex.replace(text, by).into_owned())
                    } else {
                        Some(text.to_owned())
                    }
                });
            }
        }
        Ok(())
    }

    /// A text that cannot be read as the column's type stands in no cell of it.
    pub fn treat_as_missing(&mut self, column: &str, texts: &[String]) -> Done {
        let position = self.position(column)?;
        let has = |text: &str| texts.iter().any(|wanted| wanted == text);
        let values = match self.values(position) {
            Values::Number(values) => {
                let wanted: Vec<f64> = texts.iter().filter_map(|text| number_of(text, Decimal::Point)).collect();
                Values::Number(
                    values.iter().map(|value| if wanted.contains(value) { f64::NAN } else { *value }).collect(),
                )
            }
            Values::Date { milliseconds, has_time } => {
                let wanted: Vec<i64> = texts.iter().filter_map(|text| Some(date_of(text, true)?.0)).collect();
                let of = |date: &i64| if wanted.contains(date) { MISSING_DATE } else { *date };
                Values::Date { milliseconds: milliseconds.iter().map(of).collect(), has_time: *has_time }
            }
            Values::Boolean { codes, spelling } => {
                let missing = [has(&spelling[0]), has(&spelling[1])];
                let of =
                    |code: &u8| if missing.get(usize::from(*code)) == Some(&true) { MISSING_BOOLEAN } else { *code };
                Values::Boolean { codes: codes.iter().map(of).collect(), spelling: spelling.clone() }
            }
            values @ (Values::Category { .. } | Values::Text(_)) => {
                map_texts(values, &|text| if has(text) { None } else { Some(text.to_owned()) })
            }
        };
        self.replace(position, values);
        Ok(())
    }

    pub fn merge(&mut self, column: &str, from: &[String], into: &str) -> Done {
        let position = self.text_position(column)?;
        let has = |text: &str| from.iter().any(|other| other == text);
        self.map(&[position], &|text| if has(text) { kept(into.to_owned()) } else { Some(text.to_owned()) });
        Ok(())
    }

    /// A sign stays in front of the zeros.
    pub fn pad_zeros(&mut self, column: &str, width: u32) -> Done {
        let position = self.position(column)?;
        if width > MOST_WIDTH {
            let event = format!("A width of {width} is more than {MOST_WIDTH}.");
            return Err(misfit(in_column(column), event, "Give a smaller width.").into());
        }
        let padded = |text: &str| {
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", text),
            };
            let zeros = (width as usize).saturating_sub(text.chars().count());
            format!("{sign}{}{digits}", "0".repeat(zeros))
        };
        let values = match self.values(position) {
            Values::Number(values) => {
                let of = |value: &f64| (!value.is_nan()).then(|| padded(&number_text(*value)).into());
                category_of(values.iter().map(of))
            }
            values @ (Values::Category { .. } | Values::Text(_)) => map_texts(values, &|text| Some(padded(text))),
            Values::Boolean { .. } | Values::Date { .. } => {
                self.is_text(position)?;
                return Ok(());
            }
        };
        self.replace(position, values);
        Ok(())
    }

    pub fn split(&mut self, column: &str, by: &SplitBy, into: &[String], keep: bool) -> Done {
        let position = self.text_position(column)?;
        let place = || in_column(column);
        if into.is_empty() || into.len() > MOST_PARTS {
            return Err(
                misfit(place(), format!("It can be split into 1 to {MOST_PARTS} columns."), "Name as many.").into()
            );
        }
        let going = if keep { Vec::new() } else { vec![position] };
        for (i, name) in into.iter().enumerate() {
            self.new_name(name, &going)?;
            if into[..i].contains(name) {
                return Err(
                    misfit(in_column(name), "Two of the new columns have this name.", "Choose another name.").into()
                );
            }
        }
        let parts = parts_by(by, into.len()).map_err(|mut problem| {
            problem.place = place();
            problem
        })?;
        let values = self.values(position);
        let new: Vec<Values> = match values {
            Values::Category { codes, levels } => {
                let split: Vec<Vec<String>> = levels.iter().map(|level| parts(level)).collect();
                let part =
                    |i: usize| split.iter().map(|p| p.get(i).filter(|t| !t.is_empty()).cloned()).collect::<Vec<_>>();
                (0..into.len()).map(|i| category(codes.iter().copied(), &part(i))).collect()
            }
            Values::Text(_) | Values::Number(_) | Values::Boolean { .. } | Values::Date { .. } => {
                let split = each_text(values, Vec::new(), &|text| parts(text));
                let part =
                    |i: usize| split.iter().map(move |p| p.get(i).filter(|t| !t.is_empty()).map(|t| t.as_str().into()));
                (0..into.len()).map(|i| Values::Text(part(i).collect())).collect()
            }
        };
        let new = into.iter().zip(new).map(|(name, values)| Cow::Owned(plain(name, values)));
        self.columns.splice(position + usize::from(keep)..position + 1, new.collect::<Vec<_>>());
        Ok(())
    }

    pub fn combine(&mut self, columns: &[String], separator: &str, into: &str, keep: bool) -> Done {
        let positions = self.positions(columns)?;
        if positions.is_empty() {
            return Err(misfit("", "The step names no column.", "Name the columns to combine.").into());
        }
        let going = if keep { Vec::new() } else { positions.clone() };
        self.new_name(into, &going)?;
        let parts: Vec<&Values> = positions.iter().map(|&position| self.values(position)).collect();
        let free =
            parts.iter().any(|values| !matches!(values.column_type(), ColumnType::Category | ColumnType::Boolean));
        let text = |row: usize| -> Option<Cow<'static, str>> {
            let texts: Vec<_> = parts.iter().filter_map(|values| cell(values, row)).collect();
            kept(texts.join(separator)).map(Cow::Owned)
        };
        let combined = (0..self.n_rows).map(text);
        let values = if free {
            Values::Text(combined.map(|text| text.map(|text| text.into_owned().into())).collect())
        } else {
            category_of(combined)
        };
        if !keep {
            self.remove(&positions);
        }
        self.columns.push(Cow::Owned(plain(into, values)));
        Ok(())
    }

    /// Takes columns out.
    pub fn remove(&mut self, positions: &[usize]) {
        let mut position = 0;
        self.columns.retain(|_| {
            position += 1;
            !positions.contains(&(position - 1))
        });
    }

    pub fn drop_columns(&mut self, columns: &[String]) -> Done {
        let positions = self.present(columns)?;
        if positions.len() == self.columns.len() && !self.open {
            return Err(misfit("", "No column would be left.", "Keep one.").into());
        }
        self.remove(&positions);
        Ok(())
    }
}

/// "numbers".
fn plural(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Number => "numbers",
        ColumnType::Category => "categories",
        ColumnType::Boolean => "yes/no",
        ColumnType::Date => "dates",
        ColumnType::Text => "texts",
    }
}

/// A capital letter after everything that is no letter, the rest small. Of a letter whose capital is two, as of ß, the
/// second is small.
fn title(text: &str) -> String {
    let (mut out, mut inside) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            let mut capitals = c.to_uppercase();
            out.extend(capitals.next());
            out.extend(capitals.flat_map(char::to_lowercase));
        }
        inside = c.is_alphabetic();
    }
    out
}

fn regex(pattern: &str) -> Result<Regex, Problem> {
    Regex::new(pattern).map_err(|reason| {
        let cure = "Put a backslash before signs that stand for themselves.";
        misfit("", format!("“{pattern}” is no regular expression: {reason}."), cure)
    })
}

/// A regular expression that only whole texts match.
pub fn whole_regex(pattern: &str) -> Result<Regex, Problem> {
    // Alone too, so that brackets that do not close cannot close in the longer one.
    regex(pattern)?;
    regex(&format!("^(?:{pattern})$"))
}

type Parts<'a> = Box<dyn Fn(&str) -> Vec<String> + 'a>;

/// The parts of a text, at most `n`.
fn parts_by(by: &SplitBy, n: usize) -> Result<Parts<'_>, Problem> {
    match by {
        SplitBy::Delimiter(delimiter) if delimiter.is_empty() => {
            Err(misfit("", "There is nothing to split at.", "Say what stands between the parts."))
        }
        SplitBy::Delimiter(delimiter) => {
            Ok(Box::new(move |text| text.splitn(n, delimiter.as_str()).map(str::to_owned).collect()))
        }
        SplitBy::Regex(pattern) => {
            let regex = regex(pattern)?;
            Ok(Box::new(move |text| regex.splitn(text, n).map(str::to_owned).collect()))
        }
        SplitBy::Positions(positions) => {
            if positions.len() + 1 != n || positions.windows(2).any(|pair| pair[0] >= pair[1]) {
                let event = format!(
                    "{} positions make {} parts, and there are {n} names.",
                    positions.len(),
                    positions.len() + 1
                );
                return Err(misfit("", event, "Give rising positions, one fewer than names."));
            }
            Ok(Box::new(move |text| {
                let mut parts = vec![String::new(); n];
                for (at, c) in text.chars().enumerate() {
                    let part = positions.partition_point(|&position| position as usize <= at);
                    parts[part].push(c);
                }
                parts
            }))
        }
    }
}
