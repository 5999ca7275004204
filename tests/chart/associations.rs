//! How columns go together.

use hearth::chart::associations::associations;
use hearth::chart::{Mark, Scene};
use hearth::profile::{Association, Measure};

fn draw(n: u32, strength: impl Fn(u32, u32) -> f64, width: f64) -> Scene {
    let names: Vec<String> = (0..n).map(|i| format!("column {i}")).collect();
    let mut pairs = Vec::new();
    for first in 0..n {
        for second in first + 1..n {
            let measure = Measure::CramersV(Some(strength(first, second)));
            pairs.push(Association { first, second, n_rows: 90, measure });
        }
    }
    associations(&names, &pairs, 2, width)
}

#[test]
fn every_pair_has_a_cell_a_tip_and_a_line_in_the_table() {
    let scene = draw(6, |a, b| if (a, b) == (1, 4) { 0.8 } else { 0.1 }, 280.0);
    assert_eq!(scene.title, "column 1 and column 4 go together most (0.80)");
    assert_eq!((scene.stops.len(), scene.table.rows.len()), (15, 15));
    assert!(scene.note.contains("2 further columns were not compared"), "{}", scene.note);
    let strongest = scene.marks.iter().filter(|mark| matches!(mark, Mark::Rect { opacity, .. } if *opacity > 0.7));
    assert_eq!(strongest.count(), 1);
    let inside = |mark: &Mark| match mark {
        Mark::Rect { x, y, width, height, .. } => x + width <= scene.width && y + height <= scene.height,
        _ => true,
    };
    assert!(scene.marks.iter().all(inside));
}

#[test]
fn of_many_columns_those_with_the_strongest_pairs_are_drawn() {
    let scene = draw(50, |a, b| if (a, b) == (3, 49) { 0.9 } else { f64::from(a) / 100.0 }, 280.0);
    assert_eq!(scene.stops.len(), 30 * 29 / 2);
    assert_eq!(scene.table.rows.len(), 50 * 49 / 2);
    assert!(scene.note.contains("The 30 columns with the strongest pairs are drawn"), "{}", scene.note);
    assert!(scene.stops.iter().any(|stop| stop.title == "column 3 and column 49"));
}

#[test]
fn nothing_to_compare_is_said() {
    assert_eq!(draw(0, |_, _| 0.0, 280.0).title, "No two columns can be compared");
    assert_eq!(draw(3, |_, _| 0.1, 280.0).title, "No two columns have much to do with each other");
}
