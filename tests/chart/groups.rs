//! Groups of people beside each other: every group has its row, and what cannot be told is said to be so.

use hearth::chart::groups::{GroupRow, Scaled, along, by_group};
use hearth::chart::scene::{Cell, Ink, Mark, Scene};
use hearth::validate::decide::Estimate;
use hearth::validate::fairness::Along;

use super::figures::sound;

fn texts(scene: &Scene) -> Vec<&str> {
    let text = |mark: &'_ Mark| matches!(mark, Mark::Text { .. });
    let all = scene.marks.iter().filter(|mark| text(mark));
    all.filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn each_group_has_a_row_with_its_interval_or_says_that_it_is_too_small() {
    let row = |name: &str, n, estimate| GroupRow { name: name.into(), n, estimate };
    let rows = [
        row("male", 200, Some(Estimate { value: 0.4, interval: Some((0.33, 0.47)) })),
        row("female", 180, Some(Estimate { value: 0.2, interval: Some((0.15, 0.26)) })),
        row("other", 7, None),
    ];
    for width in [340.0, 900.0] {
        let scene = by_group("Called, by sex", &rows, Scaled { name: "Called", share: true }, width);
        sound(&scene);
        let said = texts(&scene);
        for name in ["male", "female", "other", "not enough rows to tell"] {
            assert!(said.contains(&name), "{name} is not in {said:?}");
        }
        let dots: Vec<f64> = (scene.marks.iter())
            .filter_map(|mark| if let Mark::Dot { x, .. } = mark { Some(*x) } else { None })
            .collect();
        assert!(dots.len() == 2 && dots[0] > dots[1], "a higher rate lies further right: {dots:?}");
        assert_eq!(scene.table.rows.len(), 3);
        assert_eq!(scene.table.rows[2][2..], [Cell::Empty, Cell::Empty, Cell::Empty]);
        assert_eq!(scene.stops[0].lines[1], ("Called".to_owned(), "40\u{202f}%".to_owned()));
    }
    sound(&by_group("Nothing", &[], Scaled { name: "MAE", share: false }, 400.0));
}

#[test]
fn a_line_for_each_group_falls_as_the_threshold_rises() {
    let falling = |group, start: u32| Along {
        group,
        n: 100,
        positives: if group == 0 { 50 } else { 4 },
        called: (0..99).map(|at| start.saturating_sub(at)).collect(),
        hit: (0..99).map(|at| start.saturating_sub(at) / 2).collect(),
    };
    let lines = [falling(0, 99), falling(2, 60)];
    let names = ["male", "unseen", "female"].map(str::to_owned);
    let draw = |rate, width| {
        along("Called at other lines", &names, &lines, (rate, "Called"), (0.5, Some(0.3)), (width, 300.0))
    };
    for width in [340.0, 800.0] {
        let scene = draw(0, width);
        sound(&scene);
        let curves: Vec<&Vec<(f64, f64)>> = (scene.marks.iter())
            .filter_map(|mark| match mark {
                Mark::Line { points, ink: Ink::Class(_), .. } => Some(points),
                _ => None,
            })
            .collect();
        assert_eq!(curves.len(), 2);
        assert!(curves.iter().all(|points| points.len() == 99 && points.windows(2).all(|w| w[1].1 >= w[0].1)));
        assert_eq!(scene.table.columns, ["threshold", "male", "female"]);
        assert_eq!(scene.table.rows[0], [Cell::Number(0.01), Cell::Number(0.99), Cell::Number(0.6)]);
    }
    // Of four positives no rate is told.
    assert_eq!(draw(1, 600.0).table.rows[0][2], Cell::Empty);
}
