//! The rows against what the model was made for: columns, types, empty cells, unknown texts, ranges.

use super::finding::{Draft, Kind};
use super::judge::CurrentColumn;
use super::reference::ColumnReference;
use super::sketch::{Levels, Numbers, Sample, Sketch};
use super::tail::fisher_larger;
use super::tests::Test;
use super::words::{percent, quoted, rows, value};
use crate::order::OrderBy;
use crate::table::ColumnType;

/// Texts that a sentence names.
const SHOWN: usize = 3;

/// What is to be said of one column; `current` is `None` where the rows do not have it.
pub fn drafts(reference: &ColumnReference, current: &CurrentColumn) -> Vec<Draft> {
    let name = quoted(&reference.name);
    let Some(sample) = &current.sample else {
        let mut draft = Draft::new(Kind::Quality, Test::MissingRate, &reference.name);
        draft.size = 1.0;
        draft.changed = format!("Column {name} is not in the data; the model takes all its cells as missing.");
        draft.advice =
            "Ask whoever makes the data whether the column was renamed or left out, and bring it back.".into();
        return vec![draft];
    };
    let mut drafts = vec![missing(reference, sample, current.n_unfit)];
    match (&reference.sketch, sample) {
        (Sketch::Numbers(known), Sample::Numbers { sorted, .. }) => {
            drafts.extend(out_of_range(reference, known, sorted));
        }
        (Sketch::Levels(_), Sample::Levels { .. }) if reference.column_type == ColumnType::Text => {}
        (Sketch::Levels(known), Sample::Levels { counts, .. }) => {
            drafts.push(unknown(reference, known, counts));
        }
        (Sketch::Numbers(_), Sample::Levels { .. }) | (Sketch::Levels(_), Sample::Numbers { .. }) => {
            let mut draft = Draft::new(Kind::Quality, Test::MissingRate, &reference.name);
            draft.size = 1.0;
            draft.changed = format!(
                "Column {name} has cells of another type than in training, where it was {}.",
                reference.column_type.word()
            );
            draft.advice = "Check how the file writes this column: decimal mark, unit, date format.".into();
            drafts.push(draft);
        }
    }
    drafts
}

fn few(draft: &mut Draft, name: &str, n: u32, m: u32) {
    let needs = draft.test.about().needs;
    if n < needs.0 || m < needs.1 {
        let (there, needed) = if n < needs.0 { (n, needs.0) } else { (m, needs.1) };
        draft.lacks = Some(format!("Column {name}: not enough data, {}; about {needed} are needed.", rows(there)));
    }
}

fn missing(reference: &ColumnReference, sample: &Sample, n_unfit: u32) -> Draft {
    let name = quoted(&reference.name);
    let ((known, a), (given, b)) = (reference.sketch.size(), sample.size());
    let (n, m) = (known + a, given + b);
    let share = |count: u32, all: u32| if all == 0 { 0.0 } else { f64::from(count) / f64::from(all) };
    let (before, now) = (share(a, n), share(b, m));
    let mut draft = Draft::new(Kind::Quality, Test::MissingRate, &reference.name);
    few(&mut draft, &name, n, m);
    draft.size = now - before;
    draft.p = Some(fisher_larger(a, n, b, m));
    draft.changed = format!("Column {name}: {} of the cells are empty; {} in training.", percent(now), percent(before));
    if n_unfit > 0 {
        draft.changed.push_str(&format!(
            " {} could not be read as {}.",
            if n_unfit == 1 { "1 of them".to_owned() } else { format!("{n_unfit} of them") },
            reference.column_type.word()
        ));
    }
    draft.held = format!("Column {name}: no more empty cells than in training.");
    draft.advice =
        "Find out where the cells get lost before you look at anything else: the model fills them with a usual value."
            .into();
    draft.evidence =
        vec![("empty now".into(), format!("{b} of {m}")), ("empty in training".into(), format!("{a} of {n}"))];
    draft
}

fn out_of_range(reference: &ColumnReference, known: &Numbers, sorted: &[f64]) -> Option<Draft> {
    if known.knots.is_empty() {
        return None;
    }
    let name = quoted(&reference.name);
    let m = sorted.len() as u32;
    let below = sorted.partition_point(|value| *value < known.low) as u32;
    let above = m - sorted.partition_point(|value| *value <= known.high) as u32;
    let mut draft = Draft::new(Kind::Quality, Test::OutOfRange, &reference.name);
    few(&mut draft, &name, known.n, m);
    draft.size = if m == 0 { 0.0 } else { f64::from(below + above) / f64::from(m) };
    let either = fisher_larger(0, known.n, below, m).min(fisher_larger(0, known.n, above, m));
    draft.p = Some((2.0 * either).min(1.0));
    let (low, high) = (value(known.low, reference.column_type), value(known.high, reference.column_type));
    let furthest = if above > 0 { sorted.last() } else { sorted.first() };
    let furthest = furthest.map_or(String::new(), |at| value(*at, reference.column_type));
    draft.changed = format!(
        "Column {name}: {} of the rows lie outside {low} to {high}, within which all training rows lay; the furthest at {furthest}.",
        percent(draft.size)
    );
    draft.held = format!("Column {name}: within {low} to {high}, as in training.");
    draft.advice =
        "Check the unit and the decimal mark first. If the values are right, the model has never learned from such rows.".into();
    draft.evidence = vec![("below".into(), below.to_string()), ("above".into(), above.to_string())];
    Some(draft)
}

fn unknown(reference: &ColumnReference, known: &Levels, counts: &[(String, u32)]) -> Draft {
    let name = quoted(&reference.name);
    let mut strange: Vec<&(String, u32)> = counts.iter().filter(|(text, _)| !known.has(text)).collect();
    let m: u32 = counts.iter().map(|(_, n)| n).sum();
    let k: u32 = strange.iter().map(|(_, n)| n).sum();
    let share = |count: u32, all: u32| if all == 0 { 0.0 } else { f64::from(count) / f64::from(all) };
    let mut draft = Draft::new(Kind::Quality, Test::UnknownLevels, &reference.name);
    few(&mut draft, &name, known.n, m);
    draft.size = share(k, m) - share(known.other, known.n);
    draft.p = Some(fisher_larger(known.other, known.n, k, m));
    strange.order_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let named: Vec<String> = strange.iter().take(SHOWN).map(|(text, _)| quoted(text)).collect();
    draft.changed = format!(
        "Column {name}: {} of the rows have a text that was rare or never seen in training ({} there), such as {}.",
        percent(share(k, m)),
        percent(share(known.other, known.n)),
        named.join(", ")
    );
    draft.held = format!("Column {name}: the same texts as in training.");
    draft.advice = "See whether the texts are only spelled otherwise; then a step in Data mends them. New ones need training rows.".into();
    draft.evidence = vec![
        ("rows with such texts".into(), format!("{k} of {m}")),
        ("different texts".into(), strange.len().to_string()),
    ];
    draft
}
