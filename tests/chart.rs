//! Charts: ticks against d3's answers, numbers as people read them, scenes and their files. And what a report says.

#[path = "chart/associations.rs"]
mod associations;
#[path = "chart/checks.rs"]
mod checks;
#[path = "chart/figures.rs"]
mod figures;
#[path = "chart/groups.rs"]
mod groups;
#[path = "chart/overlaid.rs"]
mod overlaid;
#[path = "chart/reasons.rs"]
mod reasons;
#[path = "chart/words.rs"]
mod words;

use hearth::chart::format::{bytes, estimate, fixed, interval, percent, seconds, significant, tick};
use hearth::chart::scale::{Scale, log_ticks, nice, tick_step, ticks};
use hearth::chart::scene::{Cell, ChartTable, spread};

#[derive(serde::Deserialize)]
struct Case {
    start: f64,
    stop: f64,
    count: f64,
    ticks: Vec<f64>,
    step: f64,
    nice: (f64, f64),
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1e-300)
}

/// The answers were written by tests/reference/ticks.mjs.
#[test]
fn ticks_steps_and_nice_domains_are_those_of_d3() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/ticks.json")).expect("the reference file is JSON");
    assert!(cases.len() > 200);
    for c in cases {
        let place = format!("ticks({}, {}, {})", c.start, c.stop, c.count);
        let got = ticks(c.start, c.stop, c.count);
        assert_eq!(got.len(), c.ticks.len(), "{place}: {got:?} instead of {:?}", c.ticks);
        assert!(got.iter().zip(&c.ticks).all(|(a, b)| close(*a, *b)), "{place}: {got:?} instead of {:?}", c.ticks);
        if c.start != c.stop {
            assert!(close(tick_step(c.start, c.stop, c.count), c.step), "step of {place}");
        }
        // Asked for a single tick over a span around zero, the reference widens without end.
        if c.nice.1.abs() > 1e300 {
            continue;
        }
        let (low, high) = nice(c.start, c.stop, c.count);
        assert!(close(low, c.nice.0) && close(high, c.nice.1), "nice of {place}: {low} {high} instead of {:?}", c.nice);
    }
}

#[test]
fn ticks_of_bad_input_are_none() {
    assert!(ticks(0.0, 1.0, 0.0).is_empty());
    assert!(ticks(f64::NAN, 1.0, 5.0).is_empty());
    assert!(ticks(0.0, f64::INFINITY, 5.0).is_empty());
    assert_eq!(ticks(1.0, 0.0, 2.0), [1.0, 0.5, 0.0]);
    assert!(log_ticks(-1.0, 10.0, 5).is_empty());
}

#[test]
fn logarithmic_ticks_are_powers_or_their_double_and_fivefold() {
    assert_eq!(log_ticks(0.001, 100.0, 6), [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]);
    assert_eq!(log_ticks(0.1, 1.0, 6), [0.1, 0.2, 0.5, 1.0]);
    assert!(log_ticks(1e-12, 1e12, 6).len() <= 7);
}

#[test]
fn scales_map_and_invert() {
    let scale = Scale::linear((10.0, 20.0), (0.0, 100.0));
    assert_eq!(scale.map(15.0), 50.0);
    assert_eq!(scale.invert(50.0), 15.0);
    let log = Scale::logarithmic((0.01, 1.0), (0.0, 100.0));
    assert!((log.map(0.1) - 50.0).abs() < 1e-9);
    assert!((log.invert(50.0) - 0.1).abs() < 1e-12);
    assert_eq!(Scale::linear((3.0, 3.0), (0.0, 100.0)).map(3.0), 50.0, "a constant is drawn in the middle");
    assert!(!Scale::logarithmic((0.0, 1.0), (0.0, 1.0)).log, "no logarithm of zero");
}

#[test]
fn numbers_read_as_people_write_them() {
    assert_eq!(fixed(-7043.25, 1), "−7,043.2");
    assert_eq!(fixed(-0.001, 1), "0.0");
    assert_eq!(fixed(1234567.0, 0), "1,234,567");
    assert_eq!(significant(0.123456, 3), "0.123");
    assert_eq!(significant(1234567.0, 3), "1,234,567");
    assert_eq!(significant(12345678.0, 3), "1.23×10⁷");
    assert_eq!(significant(0.0000123, 2), "1.2×10⁻⁵");
    assert_eq!(percent(0.2), "20\u{202f}%");
    assert_eq!(percent(0.042), "4.2\u{202f}%");
    assert_eq!(percent(1.0), "100\u{202f}%");
    assert_eq!(percent(274.0 / 275.0), "99.6\u{202f}%");
    assert_eq!(percent(0.99999), "> 99.9\u{202f}%");
    assert_eq!(tick(0.30000000000000004, 0.1), "0.3");
    assert_eq!(tick(2_000_000.0, 500_000.0), "2.0M");
    assert_eq!(seconds(200.0), "3 min 20 s");
    assert_eq!(seconds(0.4), "0.4 s");
    assert_eq!(bytes(812), "812 B");
    assert_eq!(bytes(4_200), "4.2 kB");
    assert_eq!(bytes(412_345), "412 kB");
    assert_eq!(significant(f64::NAN, 3), "–");
}

#[test]
fn digits_stop_where_the_interval_begins() {
    assert_eq!(estimate(0.87345, Some((0.85, 0.89))), "0.87");
    assert_eq!(estimate(0.87345, Some((0.8712, 0.8757))), "0.873");
    assert_eq!(estimate(4513.2, Some((4100.0, 4900.0))), "4,513");
    assert_eq!(estimate(0.7712, Some((0.65, 0.89))), "0.77", "a leading 1 alone would be too coarse");
    assert_eq!(estimate(1.0, Some((1.0, 1.0))), "1.000");
    assert_eq!(estimate(0.87345, None), "0.87", "nothing says that more is known");
    assert_eq!(interval((0.85, 0.89)), "0.85–0.89");
    assert_eq!(interval((-0.1, 0.3)), "−0.1 to 0.3");
}

#[test]
fn labels_move_apart_and_keep_their_order() {
    let placed = spread(&[50.0, 51.0, 10.0], 15.0, 0.0, 60.0);
    assert_eq!(placed, [45.0, 60.0, 10.0]);
}

#[test]
fn a_chart_s_csv_quotes_and_defuses_formulas_but_never_numbers() {
    let mut table = ChartTable::new(&["name", "=value"]);
    table.push(vec![Cell::Text("a,\"b\"".to_owned()), Cell::Number(-1.5)]);
    table.push(vec![Cell::Text("@cmd".to_owned()), Cell::Number(f64::NAN)]);
    assert_eq!(table.to_csv(), "name,'=value\r\n\"a,\"\"b\"\"\",-1.5\r\n'@cmd,\r\n");
}
