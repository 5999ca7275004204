//! The frame of a plot with two axes: hairlines across, quiet tick labels, and each axis named once at its end.

use super::format;
use super::scale::{Scale, tick_step};
use super::scene::{Anchor, Ink, Mark, Scene, text_width};

/// How an axis writes its ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticks {
    Number,
    Percent,
    Whole,
    /// Without thousands apart: years.
    Plain,
}

impl Ticks {
    pub fn text(self, value: f64, step: f64, log: bool) -> String {
        match self {
            Self::Percent => format::percent(value),
            Self::Plain => format::tick(value, step).replace(',', ""),
            Self::Number | Self::Whole if log => format::log_tick(value),
            Self::Number | Self::Whole => format::tick(value, step),
        }
    }
}

/// The inner rectangle with its scales.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    pub x: Scale,
    pub y: Scale,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// What the axes of a plot say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes<'a> {
    pub x_name: &'a str,
    pub y_name: &'a str,
    pub x_ticks: Ticks,
    pub y_ticks: Ticks,
}

pub const TOP: f64 = 28.0;
pub const BOTTOM: f64 = 40.0;

impl Plot {
    /// A plot whose left margin fits its y labels; `right_margin` is for labels at the ends of lines.
    pub fn new(scene: &Scene, x: (f64, f64), y: Scale, axes: &Axes, right_margin: f64) -> Self {
        let bottom = scene.height - BOTTOM;
        let mut y = y;
        y.range = (bottom, TOP);
        let count = y_count(bottom - TOP);
        let step = tick_step(y.domain.0, y.domain.1, count);
        let widest = y.ticks(count).iter().map(|t| text_width(&axes.y_ticks.text(*t, step, y.log))).fold(0.0, f64::max);
        let left = (widest + 12.0).max(24.0);
        let right = (scene.width - right_margin).max(left + 40.0);
        Self { x: Scale::linear(x, (left, right)), y, left, right, top: TOP, bottom }
    }

    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.map(x), self.y.map(y))
    }

    /// Grid, ticks and names; call before the data's marks.
    pub fn draw(&self, scene: &mut Scene, axes: &Axes) {
        let count = y_count(self.bottom - self.top);
        let step = tick_step(self.y.domain.0, self.y.domain.1, count);
        for tick in self.y.ticks(count) {
            let y = self.y.map(tick);
            scene.line(vec![(self.left, y), (self.right, y)], Ink::Hairline, 1.0, false);
            scene.text(self.left - 8.0, y + 4.0, axes.y_ticks.text(tick, step, self.y.log), Ink::Soft, Anchor::End);
        }
        let count = ((self.right - self.left) / 80.0).clamp(2.0, 10.0).floor();
        let step = tick_step(self.x.domain.0, self.x.domain.1, count);
        for tick in self.x.ticks(count) {
            if axes.x_ticks == Ticks::Whole && tick != libm::round(tick) {
                continue;
            }
            let x = self.x.map(tick);
            scene.line(vec![(x, self.bottom), (x, self.bottom + 4.0)], Ink::Hairline, 1.0, false);
            let text = axes.x_ticks.text(tick, step, self.x.log);
            scene.text(x, self.bottom + 17.0, text, Ink::Soft, Anchor::Middle);
        }
        scene.line(vec![(self.left, self.bottom), (self.right, self.bottom)], Ink::Soft, 1.0, false);
        scene.text(0.0, 12.0, format!("↑ {}", axes.y_name), Ink::Soft, Anchor::Start);
        scene.text(self.right, self.bottom + 34.0, format!("{} →", axes.x_name), Ink::Soft, Anchor::End);
    }

    /// A dashed line from corner to corner, or level: what guessing would give.
    pub fn reference(&self, scene: &mut Scene, from: (f64, f64), to: (f64, f64)) {
        scene.line(vec![self.at(from.0, from.1), self.at(to.0, to.1)], Ink::Baseline, 1.5, true);
    }

    pub fn dot(&self, scene: &mut Scene, x: f64, y: f64, radius: f64, ink: Ink, filled: bool) {
        let (x, y) = self.at(x, y);
        scene.marks.push(Mark::Dot { x, y, radius, ink, glyph: super::scene::Glyph::Circle, filled });
    }
}

fn y_count(height: f64) -> f64 {
    (height / 44.0).clamp(2.0, 8.0).floor()
}

/// The height that suits a plot of this width: squarer when narrow.
pub fn height_of(width: f64) -> f64 {
    (width * 0.62).clamp(220.0, 360.0)
}
