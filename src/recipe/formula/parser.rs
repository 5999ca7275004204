//! Tokens → tree, by how tightly operators bind.

use super::FormulaError;
use super::functions::Function;
use super::lexer::{Token, TokenKind, tokens};
use super::tree::{Expr, ExprKind, MOST_DEPTH, NOT, Operator, SIGN};
use crate::recipe::schema::nearest;

/// Reads a formula; the first error if it is none.
pub fn parse(text: &str) -> Result<Expr, FormulaError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0 };
    let expr = parser.expression(0, 1)?;
    let token = parser.peek();
    match &token.kind {
        TokenKind::End => Ok(expr),
        TokenKind::Symbol(")") => Err(error(token, "This ) has no ( before it.", "Take it out, or put in the (.")),
        TokenKind::Symbol(",") => Err(error(
            token,
            "A comma stands between arguments of a function only.",
            "Write numbers with a point: 1.5.",
        )),
        TokenKind::Number(_)
        | TokenKind::Text(_)
        | TokenKind::Name(_)
        | TokenKind::Bracketed(_)
        | TokenKind::Symbol(_) => Err(error(
            token,
            "An operator such as + or = was expected before this.",
            "Names with blanks stand in square brackets, texts in double quotes.",
        )),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

fn error(token: &Token, event: impl Into<String>, cure: impl Into<String>) -> FormulaError {
    FormulaError::new((token.start, token.end), event, cure)
}

fn bounded(expr: Expr) -> Result<Expr, FormulaError> {
    if expr.depth <= MOST_DEPTH { Ok(expr) } else { Err(too_deep(expr.span)) }
}

fn too_deep(span: (usize, usize)) -> FormulaError {
    let event = format!("The formula is nested deeper than {MOST_DEPTH} levels.");
    FormulaError::new(span, event, "Make columns of its parts, in several steps.")
}

fn is_word(kind: &TokenKind, word: &str) -> bool {
    matches!(kind, TokenKind::Name(name) if name.eq_ignore_ascii_case(word))
}

impl Parser {
    /// The last token is `End` and is never passed.
    fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek().kind, TokenKind::Symbol(s) if s == symbol);
        self.next += usize::from(found);
        found
    }

    fn operator(&self) -> Option<Operator> {
        let kind = &self.peek().kind;
        Operator::ALL.into_iter().find(|operator| match kind {
            TokenKind::Symbol(symbol) => *symbol == operator.symbol(),
            TokenKind::Name(_) => is_word(kind, operator.symbol()),
            TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Bracketed(_) | TokenKind::End => false,
        })
    }

    /// An expression of operators that bind at least as tightly as `least`.
    fn expression(&mut self, least: u8, depth: usize) -> Result<Expr, FormulaError> {
        if depth > MOST_DEPTH {
            let token = self.peek();
            return Err(too_deep((token.start, token.end)));
        }
        let mut left = self.operand(least, depth)?;
        // Whether `left` is a comparison without brackets around it.
        let mut compared = false;
        while let Some(operator) = self.operator() {
            if operator.binding() < least {
                break;
            }
            let token = self.take();
            let right = self.expression(operator.sides().1, depth + 1)?;
            let span = (left.span.0, right.span.1);
            if compared && matches!(operator, Operator::Compare(_)) {
                return Err(error(&token, "Comparisons cannot follow one another.", "Write both: a < b and b < c."));
            }
            compared = matches!(operator, Operator::Compare(_));
            left = bounded(Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)), span))?;
        }
        Ok(left)
    }

    fn operand(&mut self, least: u8, depth: usize) -> Result<Expr, FormulaError> {
        let token = self.take();
        let span = (token.start, token.end);
        let leaf = |kind| Ok(Expr::new(kind, span));
        match &token.kind {
            TokenKind::Number(value) => leaf(ExprKind::Number(*value)),
            TokenKind::Text(text) => leaf(ExprKind::Text(text.clone())),
            TokenKind::Bracketed(name) => leaf(ExprKind::Column(name.clone())),
            TokenKind::Name(name) => self.word(name, &token, least, depth),
            TokenKind::Symbol("(") => {
                let inner = self.expression(0, depth + 1)?;
                self.close(&token)?;
                let end = self.tokens[self.next - 1].end;
                Ok(Expr { span: (token.start, end), ..inner })
            }
            TokenKind::Symbol("-") => {
                let inner = self.expression(SIGN, depth + 1)?;
                let span = (token.start, inner.span.1);
                bounded(Expr::new(ExprKind::Negate(Box::new(inner)), span))
            }
            TokenKind::Symbol("+") => self.expression(SIGN, depth + 1),
            TokenKind::End if self.tokens.len() == 1 => {
                Err(error(&token, "The formula is empty.", "Write one, such as price * 1.19."))
            }
            TokenKind::End => {
                Err(error(&token, "The formula ends where a value was expected.", "Add a column, a number or a text."))
            }
            TokenKind::Symbol(symbol) => {
                let event = format!("A value was expected here, not “{symbol}”.");
                Err(error(&token, event, "Put a column, a number, a text in double quotes or a function here."))
            }
        }
    }

    fn word(&mut self, name: &str, token: &Token, least: u8, depth: usize) -> Result<Expr, FormulaError> {
        let span = (token.start, token.end);
        let called = matches!(self.peek().kind, TokenKind::Symbol("("));
        let kind = match name.to_lowercase().as_str() {
            "true" => ExprKind::Boolean(true),
            "false" => ExprKind::Boolean(false),
            "missing" => ExprKind::Missing,
            "not" => {
                if least > NOT {
                    return Err(error(token, "“not” needs brackets here.", "Write (not …)."));
                }
                let inner = self.expression(NOT, depth + 1)?;
                let span = (token.start, inner.span.1);
                return bounded(Expr::new(ExprKind::Not(Box::new(inner)), span));
            }
            "and" | "or" => {
                let event = format!("A value was expected before “{name}”.");
                return Err(error(token, event, "Put a condition on both sides of it."));
            }
            lower if called => {
                let Some(function) = Function::named(lower) else {
                    let known = Function::ALL.iter().map(|function| function.signature().name);
                    let cure = match nearest(lower, known) {
                        Some(meant) => format!("Did you mean `{meant}`?"),
                        None => "The list of functions shows what there is.".to_owned(),
                    };
                    return Err(error(token, format!("There is no function `{name}`."), cure));
                };
                return self.call(function, token, depth);
            }
            _ => ExprKind::Column(name.to_owned()),
        };
        Ok(Expr::new(kind, span))
    }

    fn call(&mut self, function: Function, token: &Token, depth: usize) -> Result<Expr, FormulaError> {
        let open = self.take();
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                arguments.push(self.expression(0, depth + 1)?);
                if !self.takes(",") {
                    break;
                }
            }
            self.close(&open)?;
        }
        let end = self.tokens[self.next - 1].end;
        bounded(Expr::new(ExprKind::Call(function, arguments), (token.start, end)))
    }

    fn close(&mut self, open: &Token) -> Result<(), FormulaError> {
        if self.takes(")") {
            return Ok(());
        }
        let token = self.peek();
        Err(match &token.kind {
            TokenKind::End => error(open, "This ( has no ) after it.", "Put in the )."),
            TokenKind::Number(_)
            | TokenKind::Text(_)
            | TokenKind::Name(_)
            | TokenKind::Bracketed(_)
            | TokenKind::Symbol(_) => error(
                token,
                "An operator, a comma or a ) was expected before this.",
                "Names with blanks stand in square brackets, texts in double quotes.",
            ),
        })
    }
}
