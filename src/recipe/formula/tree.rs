//! A formula as a tree, with the place of each part.

use super::functions::Function;

/// Deepest nesting of a formula: no input can overflow the stack.
pub const MOST_DEPTH: usize = 150;

/// `span` is the first byte in the formula's text and the one behind the last.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: (usize, usize),
    /// 1 for a leaf.
    pub depth: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Finite and not negative.
    Number(f64),
    Text(String),
    Boolean(bool),
    Missing,
    Column(String),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

/// What a formula means, not where it stands.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Expr {
    pub fn new(kind: ExprKind, span: (usize, usize)) -> Self {
        let below = match &kind {
            ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Boolean(_)
            | ExprKind::Missing
            | ExprKind::Column(_) => 0,
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.depth,
            ExprKind::Binary(_, left, right) => left.depth.max(right.depth),
            ExprKind::Call(_, arguments) => arguments.iter().map(|argument| argument.depth).max().unwrap_or(0),
        };
        Self { kind, span, depth: below + 1 }
    }

    /// Names of columns in order of first mention.
    pub fn columns<'a>(&'a self, names: &mut Vec<&'a str>) {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Boolean(_) | ExprKind::Missing => {}
            ExprKind::Column(name) => {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.columns(names),
            ExprKind::Binary(_, left, right) => {
                left.columns(names);
                right.columns(names);
            }
            ExprKind::Call(_, arguments) => arguments.iter().for_each(|argument| argument.columns(names)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Compare(Comparison),
    Join,
    Arithmetic(Arithmetic),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

/// How tightly `not` and the sign bind.
pub const NOT: u8 = 3;
pub const SIGN: u8 = 8;

impl Operator {
    pub const ALL: [Self; 16] = [
        Self::Or,
        Self::And,
        Self::Compare(Comparison::Equal),
        Self::Compare(Comparison::NotEqual),
        Self::Compare(Comparison::Less),
        Self::Compare(Comparison::LessEqual),
        Self::Compare(Comparison::Greater),
        Self::Compare(Comparison::GreaterEqual),
        Self::Join,
        Self::Arithmetic(Arithmetic::Add),
        Self::Arithmetic(Arithmetic::Subtract),
        Self::Arithmetic(Arithmetic::Multiply),
        Self::Arithmetic(Arithmetic::Divide),
        Self::Arithmetic(Arithmetic::FloorDivide),
        Self::Arithmetic(Arithmetic::Remainder),
        Self::Arithmetic(Arithmetic::Power),
    ];

    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Compare(Comparison::Equal) => "=",
            Self::Compare(Comparison::NotEqual) => "!=",
            Self::Compare(Comparison::Less) => "<",
            Self::Compare(Comparison::LessEqual) => "<=",
            Self::Compare(Comparison::Greater) => ">",
            Self::Compare(Comparison::GreaterEqual) => ">=",
            Self::Join => "&",
            Self::Arithmetic(Arithmetic::Add) => "+",
            Self::Arithmetic(Arithmetic::Subtract) => "-",
            Self::Arithmetic(Arithmetic::Multiply) => "*",
            Self::Arithmetic(Arithmetic::Divide) => "/",
            Self::Arithmetic(Arithmetic::FloorDivide) => "//",
            Self::Arithmetic(Arithmetic::Remainder) => "%",
            Self::Arithmetic(Arithmetic::Power) => "^",
        }
    }

    /// How tightly it binds; all but `^` group from the left.
    pub fn binding(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Compare(_) => 4,
            Self::Join => 5,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => 6,
            Self::Arithmetic(
                Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::FloorDivide | Arithmetic::Remainder,
            ) => 7,
            Self::Arithmetic(Arithmetic::Power) => 9,
        }
    }

    /// How tightly its left and its right part must bind to stand without brackets.
    pub fn sides(self) -> (u8, u8) {
        let own = self.binding();
        match self {
            Self::Arithmetic(Arithmetic::Power) => (own + 1, own),
            // No chains: a < b < c is refused.
            Self::Compare(_) => (own + 1, own + 1),
            Self::Or | Self::And | Self::Join | Self::Arithmetic(_) => (own, own + 1),
        }
    }
}
