//! Numbers as people read them: grouped thousands, a true minus, and no more digits than are known.

const MINUS: char = '\u{2212}';

/// A number with a fixed count of decimals, thousands grouped by commas, `−` for negative. Not a number is a dash.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 4);
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A count: `7,043`.
pub fn count(value: u64) -> String {
    fixed(value as f64, 0)
}

/// `1 row`, `7,043 rows`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// Decimals that show `digits` significant digits of `value`, at most ten.
pub fn decimals_for(value: f64, digits: i32) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    (digits - 1 - libm::log10(value.abs()).floor() as i32).clamp(0, 10) as usize
}

/// About `digits` significant digits, without trailing zeros; beyond a million or below 1/10,000 as a power of ten.
pub fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if !(1e-4..1e7).contains(&size) {
        return power_of_ten(value, digits);
    }
    let text = fixed(value, decimals_for(value, digits));
    trim_zeros(&text).to_owned()
}

fn power_of_ten(value: f64, digits: i32) -> String {
    let mut power = libm::log10(value.abs()).floor() as i32;
    let mut lead = value / libm::pow(10.0, f64::from(power));
    if fixed(lead.abs(), (digits - 1).max(0) as usize).starts_with("10") {
        power += 1;
        lead /= 10.0;
    }
    let lead = fixed(lead, (digits - 1).max(0) as usize);
    format!("{}×10{}", trim_zeros(&lead), superscript(power))
}

fn superscript(power: i32) -> String {
    power
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            other => char::from_u32(0x2070 + other.to_digit(10).unwrap_or(0)).unwrap_or(other),
        })
        .collect()
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Decimals of an estimate that stop where its interval begins: the first digit of half its width, and one more where
/// that digit is a 1, which alone would round by up to a third.
pub fn decimals_of_interval(low: f64, high: f64) -> usize {
    let half = (high - low).abs() / 2.0;
    if !(half > 0.0) || !half.is_finite() {
        return 3;
    }
    let power = libm::log10(half).floor();
    let one = half / libm::pow(10.0, power) < 2.0;
    (i32::from(one) - power as i32).clamp(0, 4) as usize
}

/// An estimate: with an interval no more digits than it has, else two that count, as no more are known.
pub fn estimate(value: f64, interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((low, high)) if low <= high => fixed(value, decimals_of_interval(low, high)),
        _ => significant(value, 2),
    }
}

/// A number that stands beside an estimate, with as many decimals as that has.
pub fn beside(value: f64, interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((low, high)) => fixed(value, decimals_of_interval(low, high)),
        None => significant(value, 2),
    }
}

/// `0.82–0.91`; digits as in `estimate`.
pub fn interval((low, high): (f64, f64)) -> String {
    let decimals = decimals_of_interval(low, high);
    let between = if low < 0.0 || high < 0.0 { " to " } else { "–" };
    format!("{}{between}{}", fixed(low, decimals), fixed(high, decimals))
}

/// A share as per cent, with a decimal only under ten: `20 %`, `4.2 %`. Nearly all is never all, and next to nothing never
/// nothing: `99.6 %`, `> 99.9 %`, `< 0.1 %`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let value = share * 100.0;
    if value > 99.95 && share < 1.0 {
        return "> 99.9\u{202f}%".to_owned();
    }
    if value > 0.0 && value < 0.05 {
        return "< 0.1\u{202f}%".to_owned();
    }
    let nearly_all = value >= 99.5 && share < 1.0;
    let small = value.abs() < 9.95 && (value - value.round()).abs() > 0.049;
    let decimals = usize::from(nearly_all || small);
    format!("{}\u{202f}%", fixed(value, decimals))
}

/// The text of a tick: as many decimals as the step has.
pub fn tick(value: f64, step: f64) -> String {
    if !(step > 0.0) {
        return significant(value, 4);
    }
    if value.abs() >= 1e6 || (step >= 1e5 && value != 0.0) {
        let (unit, divisor) = if value.abs() >= 1e9 { ("bn", 1e9) } else { ("M", 1e6) };
        let decimals = (-(libm::log10(step / divisor) + 1e-9).floor() as i32).clamp(0, 6) as usize;
        return format!("{}{unit}", fixed(value / divisor, decimals));
    }
    fixed(value, (-(libm::log10(step) + 1e-9).floor() as i32).clamp(0, 10) as usize)
}

/// A tick of a logarithmic axis: its own few digits.
pub fn log_tick(value: f64) -> String {
    significant(value, 1)
}

/// Seconds as people say them: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn seconds(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return "–".to_owned();
    }
    match value {
        v if v < 0.05 => "< 0.1 s".to_owned(),
        v if v < 0.95 => format!("{} s", significant(v, 1)),
        v if v < 9.95 => format!("{} s", trim_zeros(&fixed(v, 1))),
        v if v < 59.5 => format!("{} s", fixed(v, 0)),
        v if v < 3570.0 => {
            let whole = v.round() as u64;
            if whole.is_multiple_of(60) {
                format!("{} min", whole / 60)
            } else {
                format!("{} min {} s", whole / 60, whole % 60)
            }
        }
        v => {
            let minutes = (v / 60.0).round() as u64;
            if minutes.is_multiple_of(60) {
                format!("{} h", minutes / 60)
            } else {
                format!("{} h {} min", minutes / 60, minutes % 60)
            }
        }
    }
}

/// A size in bytes: `812 B`, `4.2 kB`, `1.3 MB`.
pub fn bytes(value: u64) -> String {
    let size = value as f64;
    match size {
        s if s < 1000.0 => format!("{value} B"),
        s if s < 999_950.0 => format!("{} kB", significant(s / 1e3, 2 + i32::from(s >= 99_500.0))),
        s if s < 999_950_000.0 => format!("{} MB", significant(s / 1e6, 2 + i32::from(s >= 99.5e6))),
        s => format!("{} GB", significant(s / 1e9, 2)),
    }
}

/// A text cut to about `length` characters with an ellipsis.
pub fn short(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(length.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}
