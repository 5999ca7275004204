//! A formula whose parts are known to fit: one enum for each type of value, so that nothing is left to fail when rows
//! are computed.

use regex_lite::Regex;

use super::tree::{Arithmetic, Comparison};
use crate::recipe::dates::DateFormat;

/// A formula by the type of its result.
#[derive(Clone, Debug)]
pub enum Typed {
    Number(Numbers),
    Text(Texts),
    Boolean(Booleans),
    Date(Dates),
    /// The word `missing`, or nothing but it: of any type.
    Missing,
}

/// Positions of columns are those of the schema that the formula was checked against.
#[derive(Clone, Debug)]
pub enum Numbers {
    Missing,
    Constant(f64),
    Column(usize),
    Negate(Box<Numbers>),
    Arithmetic(Arithmetic, Box<Numbers>, Box<Numbers>),
    /// A function of one number; what is not finite becomes missing.
    Map(fn(f64) -> f64, Box<Numbers>),
    Round(Box<Numbers>, Option<Box<Numbers>>),
    Least(Vec<Numbers>),
    Greatest(Vec<Numbers>),
    OfText(Box<Texts>),
    OfBoolean(Box<Booleans>),
    Length(Box<Texts>),
    Part(Part, Box<Dates>),
    DaysBetween(Box<Dates>, Box<Dates>),
    If(Box<Booleans>, Box<Numbers>, Box<Numbers>),
    Coalesce(Vec<Numbers>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Year,
    Month,
    Day,
    Weekday,
    Hour,
}

#[derive(Clone, Debug)]
pub enum Texts {
    Missing,
    Constant(String),
    Column(usize),
    OfNumber(Box<Numbers>),
    OfBoolean(Box<Booleans>),
    OfDate(Box<Dates>),
    Lower(Box<Texts>),
    Upper(Box<Texts>),
    Trim(Box<Texts>),
    Replace(Box<[Texts; 3]>),
    Substring(Box<Texts>, Box<Numbers>, Box<Numbers>),
    Concat(Vec<Texts>),
    Extract(Box<Texts>, Regex),
    If(Box<Booleans>, Box<Texts>, Box<Texts>),
    Coalesce(Vec<Texts>),
}

#[derive(Clone, Debug)]
pub enum Booleans {
    Missing,
    Constant(bool),
    Column(usize),
    Not(Box<Booleans>),
    And(Box<Booleans>, Box<Booleans>),
    Or(Box<Booleans>, Box<Booleans>),
    CompareNumbers(Comparison, Box<Numbers>, Box<Numbers>),
    CompareTexts(Comparison, Box<Texts>, Box<Texts>),
    CompareYesNo(Comparison, Box<Booleans>, Box<Booleans>),
    CompareDates(Comparison, Box<Dates>, Box<Dates>),
    IsMissing(Box<Typed>),
    Contains(Box<Texts>, Box<Texts>),
    StartsWith(Box<Texts>, Box<Texts>),
    EndsWith(Box<Texts>, Box<Texts>),
    Matches(Box<Texts>, Regex),
    If(Box<Booleans>, Box<Booleans>, Box<Booleans>),
    Coalesce(Vec<Booleans>),
}

#[derive(Clone, Debug)]
pub enum Dates {
    Missing,
    Column(usize),
    AddDays(Box<Dates>, Box<Numbers>),
    OfParts(Box<[Numbers; 3]>),
    OfText(Box<Texts>, DateFormat),
    Least(Vec<Dates>),
    Greatest(Vec<Dates>),
    If(Box<Booleans>, Box<Dates>, Box<Dates>),
    Coalesce(Vec<Dates>),
}
