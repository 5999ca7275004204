//! Numbers as the page writes them.

use super::JobKind;
use super::pace::TimeLeft;
pub use crate::chart::format::count;

/// "1 row", "7,043 rows".
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {}", count(n), plural(noun)) }
}

fn plural(noun: &str) -> String {
    match noun {
        "class" => "classes".to_owned(),
        "leaf" => "leaves".to_owned(),
        "key" => "keys".to_owned(),
        _ if noun.ends_with('y') => format!("{}ies", &noun[..noun.len() - 1]),
        _ => format!("{noun}s"),
    }
}

/// "3.4 MB": decimal units, as file managers use.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => counted(n, "byte"),
        1_000..1_000_000 => format!("{:.0} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// "about 40 s", "20 s to 3 min": time left, as rough as it is known.
pub fn time_left(left: TimeLeft) -> String {
    let (least, most) = (left.least.max(0.0), left.most);
    if !least.is_finite() || !most.is_finite() || most < 0.0 {
        return String::new();
    }
    if most < 10.0 {
        return "a few seconds".to_owned();
    }
    let (low, high) = (rounded(least), rounded(most));
    if low == high || most < 1.5 * least {
        let (amount, unit) = rounded(left.middle());
        return format!("about {amount} {unit}");
    }
    if least < 10.0 {
        return format!("up to {} {}", high.0, high.1);
    }
    if low.1 == high.1 {
        format!("{} to {} {}", low.0, high.0, high.1)
    } else {
        format!("{} {} to {} {}", low.0, low.1, high.0, high.1)
    }
}

/// As people say it: ten seconds, minutes, hours.
fn rounded(seconds: f64) -> (u32, &'static str) {
    match seconds {
        s if s < 90.0 => (((s / 10.0).round() as u32).max(1) * 10, "s"),
        s if s < 5400.0 => ((s / 60.0).round() as u32, "min"),
        s => ((s / 3600.0).round() as u32, "h"),
    }
}

/// "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The name of a piece of work, as in "Training is under way".
pub fn job(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Import => "Reading",
        JobKind::Train => "Training",
        JobKind::Holdout => "Scoring the test set",
        JobKind::ScoreFile => "Predicting a file",
        JobKind::Watch => "Comparing rows",
        JobKind::Package => "Packaging",
        JobKind::OpenPackage => "Opening a package",
        JobKind::Blend => "Making an ensemble",
        JobKind::Calibrate => "Calibrating",
        JobKind::Judge => "Judging predictions",
    }
}
