//! A threshold drawn as a hundred people: of whom are found, missed, flagged wrongly and left alone.

use super::format;
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop, text_width};
use crate::validate::{ClassCurves, ClassViews, ThresholdPoint};

/// Counts of all rows at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcomes {
    pub found: u32,
    pub missed: u32,
    pub false_alarms: u32,
    pub left_alone: u32,
}

impl Outcomes {
    /// The counts of a yes/no task; `None` where there are other than two classes. At one half they are those of the
    /// calls themselves, which are exact where a long curve was thinned.
    pub fn of(views: &ClassViews, threshold: f64) -> Option<Self> {
        let [left_alone, false_alarms, missed, found] = *views.confusion.as_slice() else { return None };
        if threshold == 0.5 {
            return Some(Self { found, missed, false_alarms, left_alone });
        }
        Self::at(views.curves.first()?, threshold)
    }

    /// As a confusion matrix: rows of truth by columns of calls, "no" first.
    pub fn matrix(&self) -> [u32; 4] {
        [self.left_alone, self.false_alarms, self.missed, self.found]
    }

    pub fn at(curve: &ClassCurves, threshold: f64) -> Option<Self> {
        let point: &ThresholdPoint = super::classes::at_threshold(&curve.thresholds, threshold)?;
        Some(Self {
            found: point.true_positive,
            missed: curve.n_positive.saturating_sub(point.true_positive),
            false_alarms: point.false_positive,
            left_alone: curve.n_negative.saturating_sub(point.false_positive),
        })
    }

    pub fn total(&self) -> u32 {
        self.found + self.missed + self.false_alarms + self.left_alone
    }

    /// Share of what is flagged that is right; `None` when nothing is flagged.
    pub fn precision(&self) -> Option<f64> {
        let flagged = self.found + self.false_alarms;
        (flagged > 0).then(|| f64::from(self.found) / f64::from(flagged))
    }

    /// Share of the positives that is flagged; `None` without positives.
    pub fn recall(&self) -> Option<f64> {
        let positives = self.found + self.missed;
        (positives > 0).then(|| f64::from(self.found) / f64::from(positives))
    }

    fn parts(&self) -> [u32; 4] {
        [self.found, self.missed, self.false_alarms, self.left_alone]
    }
}

/// The four counts as parts of 100 by largest remainder (ties to the earlier); they always sum to 100.
pub fn of_hundred(outcomes: &Outcomes) -> [u32; 4] {
    let total = outcomes.total();
    if total == 0 {
        return [0, 0, 0, 100];
    }
    let exact = outcomes.parts().map(|n| f64::from(n) * 100.0 / f64::from(total));
    let mut whole = exact.map(|e| e.floor() as u32);
    let mut order = [0, 1, 2, 3];
    order.sort_by(|a, b| (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b)));
    let missing = 100 - whole.iter().sum::<u32>();
    for index in order.into_iter().take(missing as usize) {
        whole[index] += 1;
    }
    whole
}

/// What each kind is called where there are `n` of it.
fn name_of(kind: usize, n: u32) -> &'static str {
    let alarms = if n == 1 { "false alarm" } else { "false alarms" };
    ["found", "missed", alarms, "rightly left alone"][kind]
}
const INKS: [(Ink, bool); 4] = [(Ink::Model, true), (Ink::Model, false), (Ink::Class(1), true), (Ink::Baseline, false)];

/// A hundred people in rows, the four kinds one after the other, with a legend that counts them.
pub fn hundred(positive: &str, outcomes: &Outcomes, (width, max_height): (f64, f64)) -> Scene {
    let parts = of_hundred(outcomes);
    let flagged = parts[0] + parts[2];
    let name = format::short(positive, 24);
    let are = |n: u32| if n == 1 { "is" } else { "are" };
    let title = format!(
        "Of 100 rows {flagged} {} flagged: {} rightly, {} as {}. {} {} missed",
        are(flagged),
        parts[0],
        parts[2],
        if parts[2] == 1 { "a false alarm" } else { "false alarms" },
        parts[1],
        are(parts[1])
    );
    let per_line = if width >= 420.0 { 20 } else { 10 };
    let lines = 100 / per_line;
    let step = (width / f64::from(per_line)).min((max_height - 84.0).max(100.0) / f64::from(lines) * 0.8).min(40.0);
    let tall = step * 1.25;
    let mut scene = Scene::new("hundred-people", title, width, tall * f64::from(lines) + 76.0);
    scene.note = format!(
        "A hundred rows like yours at this threshold. Filled blue: {name}, and found. Outlined blue: {name}, and missed. \
         Filled amber: flagged for nothing. Outlined grey: rightly left alone."
    );
    scene.find = Find::Near;
    let mut kind = 0;
    let mut left = parts[0];
    for i in 0..100u32 {
        while left == 0 && kind < 3 {
            kind += 1;
            left = parts[kind];
        }
        left = left.saturating_sub(1);
        let x = (f64::from(i % per_line) + 0.5) * step;
        let y = f64::from(i / per_line + 1) * tall;
        let (ink, filled) = INKS[kind];
        scene.marks.push(Mark::Person { x, y: y - tall * 0.1, height: tall * 0.78, ink, filled });
    }
    legend(&mut scene, &parts, outcomes, tall * f64::from(lines) + 26.0);
    scene
}

fn legend(scene: &mut Scene, parts: &[u32; 4], outcomes: &Outcomes, top: f64) {
    scene.table = ChartTable::new(&["outcome", "of 100", "rows"]);
    let (mut x, mut y) = (0.0, top);
    for i in 0..parts.len() {
        let name = name_of(i, parts[i]);
        let text = format!("{} {name}", parts[i]);
        let wide = text_width(&text) + 46.0;
        if x + wide > scene.width && x > 0.0 {
            (x, y) = (0.0, y + 26.0);
        }
        scene.marks.push(Mark::Person { x: x + 7.0, y: y + 5.0, height: 18.0, ink: INKS[i].0, filled: INKS[i].1 });
        scene.text(x + 18.0, y, text, Ink::Ink, Anchor::Start);
        scene.stops.push(Stop {
            x: x + 7.0,
            y,
            title: format!("{} of 100 {name}", parts[i]),
            lines: vec![("rows".to_owned(), format::count(u64::from(outcomes.parts()[i])))],
        });
        scene.table.push(vec![
            Cell::Text(name_of(i, 2).to_owned()),
            Cell::Number(f64::from(parts[i])),
            Cell::Number(f64::from(outcomes.parts()[i])),
        ]);
        x += wide;
    }
}
