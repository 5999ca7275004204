//! Tree → typed formula, against the columns of a table.

use regex_lite::Regex;

use super::FormulaError;
use super::functions::{ANY, Function};
use super::tree::{Comparison, Expr, ExprKind, Operator};
use super::typed::{Booleans, Dates, Numbers, Part, Texts, Typed};
use crate::recipe::dates::DateFormat;
use crate::recipe::schema::{Schema, nearest};
use crate::table::ColumnType;

type Checked<T> = Result<T, FormulaError>;

/// Checks against columns, and notes whether the texts that come out are of no small set.
pub struct Checker<'a> {
    pub schema: &'a Schema,
    /// A column of free text, a number or a date went into a text.
    pub free_text: bool,
}

fn error(expr: &Expr, event: impl Into<String>, cure: impl Into<String>) -> FormulaError {
    FormulaError::new(expr.span, event, cure)
}

impl Typed {
    /// "a number".
    pub fn a_word(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Boolean(_) => "a yes/no",
            Self::Date(_) => "a date",
            Self::Missing => "a missing value",
        }
    }
}

impl Checker<'_> {
    pub fn typed(&mut self, expr: &Expr) -> Checked<Typed> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(Typed::Number(Numbers::Constant(*value))),
            ExprKind::Text(text) => Ok(Typed::Text(Texts::Constant(text.clone()))),
            ExprKind::Boolean(value) => Ok(Typed::Boolean(Booleans::Constant(*value))),
            ExprKind::Missing => Ok(Typed::Missing),
            ExprKind::Column(name) => self.column(expr, name),
            ExprKind::Not(inner) => Ok(Typed::Boolean(Booleans::Not(self.boolean(inner, "not")?.into()))),
            ExprKind::Negate(inner) => Ok(Typed::Number(Numbers::Negate(self.number(inner, "-")?.into()))),
            ExprKind::Binary(operator, left, right) => self.binary(expr, *operator, left, right),
            ExprKind::Call(function, arguments) => self.call(expr, *function, arguments),
        }
    }

    fn column(&mut self, expr: &Expr, name: &str) -> Checked<Typed> {
        let Some(position) = self.schema.fields.iter().position(|field| field.name == name) else {
            let cure = match nearest(name, self.schema.fields.iter().map(|field| field.name.as_str())) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => "Texts stand in double quotes; names of columns with blanks in square brackets.".to_owned(),
            };
            return Err(error(expr, format!("There is no column `{name}`."), cure));
        };
        Ok(match self.schema.fields[position].column_type {
            ColumnType::Number => Typed::Number(Numbers::Column(position)),
            ColumnType::Boolean => Typed::Boolean(Booleans::Column(position)),
            ColumnType::Date => Typed::Date(Dates::Column(position)),
            ColumnType::Category => Typed::Text(Texts::Column(position)),
            ColumnType::Text => {
                self.free_text = true;
                Typed::Text(Texts::Column(position))
            }
        })
    }

    fn binary(&mut self, expr: &Expr, operator: Operator, left: &Expr, right: &Expr) -> Checked<Typed> {
        let word = operator.symbol();
        Ok(match operator {
            Operator::Or => {
                Typed::Boolean(Booleans::Or(self.boolean(left, word)?.into(), self.boolean(right, word)?.into()))
            }
            Operator::And => {
                Typed::Boolean(Booleans::And(self.boolean(left, word)?.into(), self.boolean(right, word)?.into()))
            }
            Operator::Arithmetic(arithmetic) => {
                let (left, right) = (self.number(left, word)?, self.number(right, word)?);
                Typed::Number(Numbers::Arithmetic(arithmetic, left.into(), right.into()))
            }
            Operator::Join => Typed::Text(Texts::Concat(vec![self.any_text(left)?, self.any_text(right)?])),
            Operator::Compare(comparison) => Typed::Boolean(self.comparison(expr, comparison, left, right)?),
        })
    }

    fn comparison(&mut self, expr: &Expr, how: Comparison, left: &Expr, right: &Expr) -> Checked<Booleans> {
        let word = Operator::Compare(how).symbol();
        let pair = [self.typed(left)?, self.typed(right)?];
        let (of, types) = (expr, [left, right]);
        match alike(pair) {
            Ok(Alike::Numbers([a, b])) => Ok(Booleans::CompareNumbers(how, a.into(), b.into())),
            Ok(Alike::Texts([a, b])) => Ok(Booleans::CompareTexts(how, a.into(), b.into())),
            Ok(Alike::Dates([a, b])) => Ok(Booleans::CompareDates(how, a.into(), b.into())),
            Ok(Alike::Booleans([a, b])) if matches!(how, Comparison::Equal | Comparison::NotEqual) => {
                Ok(Booleans::CompareYesNo(how, a.into(), b.into()))
            }
            Ok(Alike::Booleans(_)) => {
                Err(error(of, format!("Yes/no has no order, so `{word}` cannot compare it."), "Use = or !=."))
            }
            Ok(Alike::Missing) => Ok(Booleans::Missing),
            Err([a, b]) => {
                let event = format!("`{word}` compares two values of one type, but this is {b} and the other {a}.");
                Err(error(types[1], event, conversion(b, a)))
            }
        }
    }

    fn number(&mut self, expr: &Expr, of: &str) -> Checked<Numbers> {
        match self.typed(expr)? {
            Typed::Number(numbers) => Ok(numbers),
            Typed::Missing => Ok(Numbers::Missing),
            other => Err(unfit(expr, of, "a number", &other)),
        }
    }

    fn text(&mut self, expr: &Expr, of: &str) -> Checked<Texts> {
        match self.typed(expr)? {
            Typed::Text(texts) => Ok(texts),
            Typed::Missing => Ok(Texts::Missing),
            other => Err(unfit(expr, of, "a text", &other)),
        }
    }

    fn boolean(&mut self, expr: &Expr, of: &str) -> Checked<Booleans> {
        match self.typed(expr)? {
            Typed::Boolean(booleans) => Ok(booleans),
            Typed::Missing => Ok(Booleans::Missing),
            other => Err(unfit(expr, of, "a yes/no", &other)),
        }
    }

    fn date(&mut self, expr: &Expr, of: &str) -> Checked<Dates> {
        match self.typed(expr)? {
            Typed::Date(dates) => Ok(dates),
            Typed::Missing => Ok(Dates::Missing),
            other => Err(unfit(expr, of, "a date", &other)),
        }
    }

    /// Any value as a text.
    fn any_text(&mut self, expr: &Expr) -> Checked<Texts> {
        let typed = self.typed(expr)?;
        self.free_text |= matches!(typed, Typed::Number(_) | Typed::Date(_));
        Ok(match typed {
            Typed::Text(texts) => texts,
            Typed::Missing => Texts::Missing,
            Typed::Number(numbers) => Texts::OfNumber(numbers.into()),
            Typed::Date(dates) => Texts::OfDate(dates.into()),
            Typed::Boolean(booleans) => Texts::OfBoolean(booleans.into()),
        })
    }

    fn call(&mut self, expr: &Expr, function: Function, arguments: &[Expr]) -> Checked<Typed> {
        let signature = function.signature();
        let (name, (least, most)) = (signature.name, signature.count);
        if arguments.len() < least || arguments.len() > most {
            let wanted = match (least, most) {
                (1, 1) => "1 argument".to_owned(),
                (1, ANY) => "at least 1 argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (least, most) => format!("{least} or {most} arguments"),
            };
            let event = format!("`{name}` takes {wanted}, but there are {}.", arguments.len());
            return Err(error(expr, event, format!("Write {name}({}).", signature.arguments)));
        }
        use Function as F;
        match function {
            F::If | F::Coalesce | F::Min | F::Max => self.choice(expr, function, name, arguments),
            F::IsMissing => Ok(Typed::Boolean(Booleans::IsMissing(self.typed(&arguments[0])?.into()))),
            F::Contains | F::StartsWith | F::EndsWith | F::Matches => self.test_of_text(function, name, arguments),
            F::Lower | F::Upper | F::Trim | F::Replace | F::Substring | F::Concat | F::Extract | F::Text => {
                Ok(Typed::Text(self.text_function(function, name, arguments)?))
            }
            F::Number
            | F::Length
            | F::Abs
            | F::Round
            | F::Floor
            | F::Ceil
            | F::Ln
            | F::Log10
            | F::Exp
            | F::Sqrt
            | F::Year
            | F::Month
            | F::Day
            | F::Weekday
            | F::Hour
            | F::DaysBetween => Ok(Typed::Number(self.number_function(function, name, arguments)?)),
            F::AddDays | F::Date | F::ParseDate => Ok(Typed::Date(self.date_function(function, name, arguments)?)),
        }
    }

    /// `if`, `coalesce`, `min` and `max`: all values of one type.
    fn choice(&mut self, expr: &Expr, function: Function, name: &str, arguments: &[Expr]) -> Checked<Typed> {
        let is_if = function == Function::If;
        let condition = if is_if { self.boolean(&arguments[0], name)? } else { Booleans::Missing };
        let values = if is_if { &arguments[1..] } else { arguments };
        let mut typed = Vec::with_capacity(values.len());
        for value in values {
            typed.push(self.typed(value)?);
        }
        let ordered = matches!(function, Function::Min | Function::Max);
        let least = function == Function::Min;
        let types: Vec<&'static str> = typed.iter().map(Typed::a_word).collect();
        let known = typed.iter().position(|value| !matches!(value, Typed::Missing));
        let Some(known) = known else { return Ok(Typed::Missing) };
        let other = typed.iter().position(|t| !matches!(t, Typed::Missing) && t.a_word() != types[known]);
        if let Some(other) = other {
            let event = format!(
                "`{name}` takes values of one type, but this is {} and another {}.",
                types[other], types[known]
            );
            return Err(error(&values[other], event, conversion(types[other], types[known])));
        }
        match &typed[known] {
            Typed::Text(_) | Typed::Boolean(_) if ordered => {
                let event = format!("`{name}` works with numbers or dates, but this is {}.", types[known]);
                Err(error(&values[known], event, conversion(types[known], "a number")))
            }
            Typed::Number(_) => {
                let all = typed.into_iter().map(into_numbers).collect();
                Ok(Typed::Number(match function {
                    Function::If => if_of(condition, all, Numbers::If).unwrap_or(Numbers::Missing),
                    _ if ordered && least => Numbers::Least(all),
                    _ if ordered => Numbers::Greatest(all),
                    _ => Numbers::Coalesce(all),
                }))
            }
            Typed::Date(_) => {
                let all = typed.into_iter().map(into_dates).collect();
                Ok(Typed::Date(match function {
                    Function::If => if_of(condition, all, Dates::If).unwrap_or(Dates::Missing),
                    _ if ordered && least => Dates::Least(all),
                    _ if ordered => Dates::Greatest(all),
                    _ => Dates::Coalesce(all),
                }))
            }
            Typed::Text(_) => {
                let all = typed.into_iter().map(into_texts).collect();
                Ok(Typed::Text(if is_if {
                    if_of(condition, all, Texts::If).unwrap_or(Texts::Missing)
                } else {
                    Texts::Coalesce(all)
                }))
            }
            Typed::Boolean(_) => {
                let all = typed.into_iter().map(into_booleans).collect();
                Ok(Typed::Boolean(if is_if {
                    if_of(condition, all, Booleans::If).unwrap_or(Booleans::Missing)
                } else {
                    Booleans::Coalesce(all)
                }))
            }
            Typed::Missing => Err(error(expr, "All values are missing.", "Name a column.")),
        }
    }

    fn test_of_text(&mut self, function: Function, name: &str, arguments: &[Expr]) -> Checked<Typed> {
        let text = Box::new(self.text(&arguments[0], name)?);
        if function == Function::Matches {
            return Ok(Typed::Boolean(Booleans::Matches(text, pattern(&arguments[1], name)?)));
        }
        let part = Box::new(self.text(&arguments[1], name)?);
        Ok(Typed::Boolean(match function {
            Function::Contains => Booleans::Contains(text, part),
            Function::StartsWith => Booleans::StartsWith(text, part),
            _ => Booleans::EndsWith(text, part),
        }))
    }

    fn text_function(&mut self, function: Function, name: &str, arguments: &[Expr]) -> Checked<Texts> {
        if matches!(function, Function::Concat | Function::Text) {
            let texts: Checked<Vec<Texts>> = arguments.iter().map(|argument| self.any_text(argument)).collect();
            return texts.map(Texts::Concat);
        }
        let text = self.text(&arguments[0], name)?;
        Ok(match function {
            Function::Lower => Texts::Lower(text.into()),
            Function::Upper => Texts::Upper(text.into()),
            Function::Trim => Texts::Trim(text.into()),
            Function::Extract => Texts::Extract(text.into(), pattern(&arguments[1], name)?),
            Function::Substring => {
                let (start, length) = (self.number(&arguments[1], name)?, self.number(&arguments[2], name)?);
                Texts::Substring(text.into(), start.into(), length.into())
            }
            _ => {
                let (part, by) = (self.text(&arguments[1], name)?, self.text(&arguments[2], name)?);
                Texts::Replace(Box::new([text, part, by]))
            }
        })
    }

    fn number_function(&mut self, function: Function, name: &str, arguments: &[Expr]) -> Checked<Numbers> {
        let first = &arguments[0];
        let map = |this: &mut Self, of: fn(f64) -> f64| Ok(Numbers::Map(of, this.number(first, name)?.into()));
        let part = |this: &mut Self, part| Ok(Numbers::Part(part, this.date(first, name)?.into()));
        match function {
            Function::Number => match self.typed(first)? {
                Typed::Number(numbers) => Ok(numbers),
                Typed::Text(texts) => Ok(Numbers::OfText(texts.into())),
                Typed::Boolean(booleans) => Ok(Numbers::OfBoolean(booleans.into())),
                Typed::Missing => Ok(Numbers::Missing),
                date @ Typed::Date(_) => Err(unfit(first, name, "a text or a yes/no", &date)),
            },
            Function::Length => Ok(Numbers::Length(self.text(first, name)?.into())),
            Function::Round => {
                let number = self.number(first, name)?;
                let digits = arguments.get(1).map(|digits| self.number(digits, name)).transpose()?;
                Ok(Numbers::Round(number.into(), digits.map(Box::new)))
            }
            Function::Abs => map(self, f64::abs),
            Function::Floor => map(self, libm::floor),
            Function::Ceil => map(self, libm::ceil),
            Function::Ln => map(self, libm::log),
            Function::Log10 => map(self, libm::log10),
            Function::Exp => map(self, libm::exp),
            Function::Sqrt => map(self, f64::sqrt),
            Function::Year => part(self, Part::Year),
            Function::Month => part(self, Part::Month),
            Function::Day => part(self, Part::Day),
            Function::Weekday => part(self, Part::Weekday),
            Function::Hour => part(self, Part::Hour),
            _ => {
                let (from, to) = (self.date(first, name)?, self.date(&arguments[1], name)?);
                Ok(Numbers::DaysBetween(from.into(), to.into()))
            }
        }
    }

    fn date_function(&mut self, function: Function, name: &str, arguments: &[Expr]) -> Checked<Dates> {
        match function {
            Function::AddDays => {
                let (date, days) = (self.date(&arguments[0], name)?, self.number(&arguments[1], name)?);
                Ok(Dates::AddDays(date.into(), days.into()))
            }
            Function::ParseDate => {
                let text = self.text(&arguments[0], name)?;
                let format = literal(&arguments[1], name, "format", "\"%d.%m.%Y\"")?;
                let cure = "Year, month, day, hour, minute are %Y, %m, %d, %H, %M; a month as a word is %b.";
                let format = DateFormat::new(format).map_err(|event| error(&arguments[1], event, cure))?;
                Ok(Dates::OfText(text.into(), format))
            }
            _ => {
                let [year, month, day] = [0, 1, 2].map(|i| self.number(&arguments[i], name));
                Ok(Dates::OfParts(Box::new([year?, month?, day?])))
            }
        }
    }
}

fn unfit(expr: &Expr, of: &str, wanted: &str, found: &Typed) -> FormulaError {
    let event = format!("`{of}` needs {wanted} here, but this is {}.", found.a_word());
    error(expr, event, conversion(found.a_word(), wanted))
}

/// What to do with a value of one type where another is wanted.
fn conversion(from: &str, to: &str) -> &'static str {
    match (from, to) {
        ("a text" | "a yes/no", "a number") => "Read it as a number with number(…).",
        ("a text", "a date") => "Read it as a date with parse_date(…, \"%Y-%m-%d\").",
        ("a date", "a number") => {
            "Take a part of it with year(…), month(…) or day(…), or count days with days_between(…, …)."
        }
        (_, "a text") => "Write it as a text with text(…).",
        (_, "a yes/no") => "Compare it with something, as in = 1.",
        _ => "Use a column or a value of the other type.",
    }
}

enum Alike {
    Numbers([Numbers; 2]),
    Texts([Texts; 2]),
    Booleans([Booleans; 2]),
    Dates([Dates; 2]),
    Missing,
}

/// Two values of one type; else the words for both types.
fn alike([a, b]: [Typed; 2]) -> Result<Alike, [&'static str; 2]> {
    let words = [a.a_word(), b.a_word()];
    match (&a, &b) {
        (Typed::Missing, Typed::Missing) => Ok(Alike::Missing),
        (Typed::Number(_), Typed::Number(_) | Typed::Missing) | (Typed::Missing, Typed::Number(_)) => {
            Ok(Alike::Numbers([a, b].map(into_numbers)))
        }
        (Typed::Text(_), Typed::Text(_) | Typed::Missing) | (Typed::Missing, Typed::Text(_)) => {
            Ok(Alike::Texts([a, b].map(into_texts)))
        }
        (Typed::Boolean(_), Typed::Boolean(_) | Typed::Missing) | (Typed::Missing, Typed::Boolean(_)) => {
            Ok(Alike::Booleans([a, b].map(into_booleans)))
        }
        (Typed::Date(_), Typed::Date(_) | Typed::Missing) | (Typed::Missing, Typed::Date(_)) => {
            Ok(Alike::Dates([a, b].map(into_dates)))
        }
        _ => Err(words),
    }
}

// The caller has seen that the type is this one, or that it is the word `missing`.

fn into_numbers(typed: Typed) -> Numbers {
    if let Typed::Number(numbers) = typed { numbers } else { Numbers::Missing }
}

fn into_texts(typed: Typed) -> Texts {
    if let Typed::Text(texts) = typed { texts } else { Texts::Missing }
}

fn into_booleans(typed: Typed) -> Booleans {
    if let Typed::Boolean(booleans) = typed { booleans } else { Booleans::Missing }
}

fn into_dates(typed: Typed) -> Dates {
    if let Typed::Date(dates) = typed { dates } else { Dates::Missing }
}

fn if_of<T>(condition: Booleans, both: Vec<T>, of: fn(Box<Booleans>, Box<T>, Box<T>) -> T) -> Option<T> {
    let [then, otherwise] = <[T; 2]>::try_from(both).ok()?;
    Some(of(Box::new(condition), Box::new(then), Box::new(otherwise)))
}

/// A text that stands in the formula itself.
fn literal<'a>(expr: &'a Expr, of: &str, what: &str, example: &str) -> Checked<&'a str> {
    match &expr.kind {
        ExprKind::Text(text) => Ok(text),
        _ => Err(error(
            expr,
            format!("The {what} of `{of}` must be a text in quotes."),
            format!("Write it out, as in {example}."),
        )),
    }
}

fn pattern(expr: &Expr, of: &str) -> Checked<Regex> {
    let text = literal(expr, of, "pattern", "\"^[A-Z]+\"")?;
    Regex::new(text).map_err(|reason| {
        error(
            expr,
            format!("This is no regular expression: {reason}."),
            "Put a backslash before signs that stand for themselves.",
        )
    })
}
