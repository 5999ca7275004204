//! The functions of a formula: one table for the checker, for completion and for the page's list.

/// A function of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    If,
    Coalesce,
    IsMissing,
    Lower,
    Upper,
    Trim,
    Length,
    Contains,
    StartsWith,
    EndsWith,
    Replace,
    Substring,
    Concat,
    Matches,
    Extract,
    Text,
    Number,
    Abs,
    Round,
    Floor,
    Ceil,
    Min,
    Max,
    Ln,
    Log10,
    Exp,
    Sqrt,
    Year,
    Month,
    Day,
    Weekday,
    Hour,
    DaysBetween,
    AddDays,
    Date,
    ParseDate,
}

/// What a person reads of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: &'static str,
    /// Names and types of the arguments: "text, start: number, length: number".
    pub arguments: &'static str,
    /// Fewest and most arguments.
    pub count: (usize, usize),
    pub result: &'static str,
    /// One sentence or two: what it gives, and where that is missing for another reason than a missing argument.
    pub doc: &'static str,
}

/// As many arguments as one likes.
pub const ANY: usize = usize::MAX;

impl Function {
    pub const ALL: [Self; 36] = [
        Self::If,
        Self::Coalesce,
        Self::IsMissing,
        Self::Lower,
        Self::Upper,
        Self::Trim,
        Self::Length,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Replace,
        Self::Substring,
        Self::Concat,
        Self::Matches,
        Self::Extract,
        Self::Text,
        Self::Number,
        Self::Abs,
        Self::Round,
        Self::Floor,
        Self::Ceil,
        Self::Min,
        Self::Max,
        Self::Ln,
        Self::Log10,
        Self::Exp,
        Self::Sqrt,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Weekday,
        Self::Hour,
        Self::DaysBetween,
        Self::AddDays,
        Self::Date,
        Self::ParseDate,
    ];

    /// `name` in lower case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.signature().name == name)
    }

    /// Every function gives a missing value when an argument is missing, but for `if`, `coalesce` and `is_missing`.
    pub fn signature(self) -> Signature {
        match self {
            Self::If
            | Self::Coalesce
            | Self::IsMissing
            | Self::Lower
            | Self::Upper
            | Self::Trim
            | Self::Length
            | Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::Replace
            | Self::Substring
            | Self::Concat
            | Self::Matches
            | Self::Extract
            | Self::Text => self.text_signature(),
            Self::Number
            | Self::Abs
            | Self::Round
            | Self::Floor
            | Self::Ceil
            | Self::Min
            | Self::Max
            | Self::Ln
            | Self::Log10
            | Self::Exp
            | Self::Sqrt
            | Self::Year
            | Self::Month
            | Self::Day
            | Self::Weekday
            | Self::Hour
            | Self::DaysBetween
            | Self::AddDays
            | Self::Date
            | Self::ParseDate => self.number_signature(),
        }
    }

    #[rustfmt::skip]
    fn text_signature(self) -> Signature {
        let of = |name, arguments, count, result, doc| Signature { name, arguments, count, result, doc };
        match self {
            Self::If => of("if", "condition: yes/no, then, otherwise", (3, 3), "the type of both", "The second where the condition is true, the third where it is false; missing where the condition is."),
            Self::Coalesce => of("coalesce", "first, second, …", (1, ANY), "their type", "The first that is not missing."),
            Self::IsMissing => of("is_missing", "value", (1, 1), "yes/no", "Whether the value is missing; never missing itself."),
            Self::Lower => of("lower", "text", (1, 1), "text", "In small letters."),
            Self::Upper => of("upper", "text", (1, 1), "text", "In capital letters."),
            Self::Trim => of("trim", "text", (1, 1), "text", "Without blanks at its ends."),
            Self::Length => of("length", "text", (1, 1), "number", "How many characters it has."),
            Self::Contains => of("contains", "text, part", (2, 2), "yes/no", "Whether the part stands somewhere in it; case counts."),
            Self::StartsWith => of("starts_with", "text, part", (2, 2), "yes/no", "Whether it begins with the part; case counts."),
            Self::EndsWith => of("ends_with", "text, part", (2, 2), "yes/no", "Whether it ends with the part; case counts."),
            Self::Replace => of("replace", "text, part, by", (3, 3), "text", "With the part replaced wherever it stands; an empty part changes nothing."),
            Self::Substring => of("substring", "text, start: number, length: number", (3, 3), "text", "So many characters from this one on, the first being 1; missing where the start is below 1 or one of them is no whole number."),
            Self::Concat => of("concat", "first, second, …", (1, ANY), "text", "All one after the other; numbers and dates as they are written in a file. The same as a & b."),
            Self::Matches => of("matches", "text, \"pattern\"", (2, 2), "yes/no", "Whether the regular expression is found somewhere in it."),
            Self::Extract => of("extract", "text, \"pattern\"", (2, 2), "text", "What the first group of the regular expression found, or all that it found if it has no group; missing where it found nothing."),
            _ => of("text", "value", (1, 1), "text", "A number, date or yes/no as text."),
        }
    }

    #[rustfmt::skip]
    fn number_signature(self) -> Signature {
        let of = |name, arguments, count, result, doc| Signature { name, arguments, count, result, doc };
        match self {
            Self::Number => of("number", "value", (1, 1), "number", "A text read as a number with a decimal point, missing where it is none; yes is 1 and no is 0."),
            Self::Abs => of("abs", "number", (1, 1), "number", "Without its sign."),
            Self::Round => of("round", "number, digits: number", (1, 2), "number", "To so many digits after the point (none if not said), halves to the even neighbour; missing where digits is no whole number from -300 to 300."),
            Self::Floor => of("floor", "number", (1, 1), "number", "The next whole number below."),
            Self::Ceil => of("ceil", "number", (1, 1), "number", "The next whole number above."),
            Self::Min => of("min", "first, second, …", (1, ANY), "their type", "The least of numbers or dates in this row; missing where one is missing."),
            Self::Max => of("max", "first, second, …", (1, ANY), "their type", "The greatest of numbers or dates in this row; missing where one is missing."),
            Self::Ln => of("ln", "number", (1, 1), "number", "The natural logarithm; missing for 0 and below."),
            Self::Log10 => of("log10", "number", (1, 1), "number", "The logarithm to base 10; missing for 0 and below."),
            Self::Exp => of("exp", "number", (1, 1), "number", "e to this power; missing beyond the largest number."),
            Self::Sqrt => of("sqrt", "number", (1, 1), "number", "The square root; missing below 0."),
            Self::Year => of("year", "date", (1, 1), "number", "The year."),
            Self::Month => of("month", "date", (1, 1), "number", "The month, 1 to 12."),
            Self::Day => of("day", "date", (1, 1), "number", "The day of the month, 1 to 31."),
            Self::Weekday => of("weekday", "date", (1, 1), "number", "The day of the week, from 1 for Monday to 7 for Sunday."),
            Self::Hour => of("hour", "date", (1, 1), "number", "The hour, 0 to 23."),
            Self::DaysBetween => of("days_between", "from: date, to: date", (2, 2), "number", "Days from the first to the second with their fraction; below 0 when the second is earlier."),
            Self::AddDays => of("add_days", "date, days: number", (2, 2), "date", "So many days later, or earlier; a fraction counts as hours. Missing outside the years 1 to 9999."),
            Self::Date => of("date", "year: number, month: number, day: number", (3, 3), "date", "The date of these numbers; missing where the calendar has none, and outside the years 1 to 9999."),
            _ => of("parse_date", "text, \"format\"", (2, 2), "date", "The text read by a format such as \"%d.%m.%Y %H:%M\"; missing where it does not fit."),
        }
    }
}

/// How operators and missing values behave: what the page shows above the list of functions.
pub const RULES: [(&str, &str); 9] = [
    ("a + b, a - b, a * b, -a", "Arithmetic of numbers. A result beyond the largest number is missing."),
    ("a / b", "Division; missing where b is 0."),
    ("a // b", "Division rounded down to a whole number; missing where b is 0."),
    ("a % b", "What is left of a // b, with the sign of b; missing where b is 0."),
    (
        "a ^ b",
        "Power, from the right: 2 ^ 3 ^ 2 is 2 ^ 9, and -2 ^ 2 is -4. Missing where no real number is the result.",
    ),
    (
        "= != < <= > >=",
        "Comparison of two values of one type; texts by the order of their characters. Missing where one is missing.",
    ),
    (
        "a and b, a or b, not a",
        "Of yes/no. False and missing is false, true or missing is true; otherwise missing stays missing.",
    ),
    ("a & b", "Texts one after the other, numbers and dates as they are written in a file."),
    (
        "[a name], \"text\", missing",
        "A column whose name has blanks or signs, a text, and the missing value. A bare word is a column.",
    ),
];
