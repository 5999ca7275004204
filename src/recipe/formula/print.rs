//! Tree → canonical text: small letters, one blank around operators, no bracket that is not needed. Reading it back gives
//! the same tree.

use super::lexer::is_bare;
use super::tree::{Expr, ExprKind, NOT, SIGN};
use crate::table::number_text;

/// The canonical text of a formula.
pub fn print(expr: &Expr) -> String {
    let mut out = String::new();
    write(expr, 0, &mut out);
    out
}

/// A column's name as it stands in a formula: bare where it can, else in brackets.
pub fn column_text(name: &str) -> String {
    if is_bare(name) {
        return name.to_owned();
    }
    format!("[{}]", name.replace('\\', "\\\\").replace(']', "\\]"))
}

fn text_literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn write(expr: &Expr, least: u8, out: &mut String) {
    let own = match &expr.kind {
        ExprKind::Not(_) => NOT,
        ExprKind::Negate(_) => SIGN,
        ExprKind::Binary(operator, ..) => operator.binding(),
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Boolean(_)
        | ExprKind::Missing
        | ExprKind::Column(_)
        | ExprKind::Call(..) => u8::MAX,
    };
    let closed = own < least;
    if closed {
        out.push('(');
    }
    match &expr.kind {
        ExprKind::Number(value) => out.push_str(&number_text(*value)),
        ExprKind::Text(text) => out.push_str(&text_literal(text)),
        ExprKind::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        ExprKind::Missing => out.push_str("missing"),
        ExprKind::Column(name) => out.push_str(&column_text(name)),
        ExprKind::Not(inner) => {
            out.push_str("not ");
            write(inner, NOT, out);
        }
        ExprKind::Negate(inner) => {
            out.push('-');
            write(inner, SIGN, out);
        }
        ExprKind::Binary(operator, left, right) => {
            let (of_left, of_right) = operator.sides();
            write(left, of_left, out);
            out.push(' ');
            out.push_str(operator.symbol());
            out.push(' ');
            write(right, of_right, out);
        }
        ExprKind::Call(function, arguments) => {
            out.push_str(function.signature().name);
            out.push('(');
            for (i, argument) in arguments.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write(argument, 0, out);
            }
            out.push(')');
        }
    }
    if closed {
        out.push(')');
    }
}
