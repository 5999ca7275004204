//! Numbers as a sentence says them.

use crate::table::{ColumnType, date_text};

/// Three digits: 0.00123, 4.57, 12,300.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || size == 0.0 {
        return format!("{value}");
    }
    let digits = libm::floor(libm::log10(size)) as i32;
    if !(-5..15).contains(&digits) {
        return format!("{value:.2e}");
    }
    let scale = libm::pow(10.0, f64::from(digits - 2));
    let text = format!("{:.*}", (2 - digits).max(0) as usize, libm::round(value / scale) * scale);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match text.split_once('.') {
        Some((whole, rest)) => format!("{}.{rest}", thousands(whole)),
        None => thousands(text),
    }
}

/// 12,345.
pub fn thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = String::from(sign);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A value of a column: dates by their day.
pub fn value(value: f64, column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Date => date_text(value as i64, false),
        _ => short(value),
    }
}

/// 12 %, 0.4 %.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    let digits = if value.abs() >= 10.0 || value == 0.0 { 0 } else { 1 };
    format!("{value:.digits$} %")
}

/// 1 row, 12,345 rows.
pub fn rows(n: u32) -> String {
    format!("{} row{}", thousands(&n.to_string()), if n == 1 { "" } else { "s" })
}

/// At most 40 characters in quotes.
pub fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let more = if text.chars().nth(40).is_some() { "…" } else { "" };
    format!("“{shown}{more}”")
}
