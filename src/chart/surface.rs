//! What a model makes of a plane: its decision surface with the points it learned from, and a hidden unit's share of it.

use super::format;
use super::scale::Scale;
use super::scene::{Anchor, Cell, ChartTable, Find, Glyph, Ink, Mark, Scene, Stop};
use crate::job::PlaygroundData;

/// The square that the playground draws: both axes run over this.
pub const DOMAIN: (f64, f64) = (-1.0, 1.0);

/// Cells of a raster from class probabilities `[class][cell]`: the likeliest class, as strong as it is sure.
pub fn class_cells(surface: &[Vec<f32>]) -> Vec<(u8, u8)> {
    let n = surface.iter().map(Vec::len).min().unwrap_or(0);
    let guess = 1.0 / surface.len().max(1) as f32;
    (0..n)
        .map(|cell| {
            let (class, probability) = surface
                .iter()
                .enumerate()
                .map(|(class, values)| (class, values[cell]))
                .fold((0, f32::MIN), |best, here| if here.1 > best.1 { here } else { best });
            let sure = if guess < 1.0 { ((probability - guess) / (1.0 - guess)).clamp(0.0, 1.0) } else { 1.0 };
            ((class % Ink::N_CLASSES) as u8, (20.0 + 170.0 * sure) as u8)
        })
        .collect()
}

/// Cells of a hidden unit: one colour above zero, the other below, by its own largest size.
pub fn unit_cells(activation: &[f32]) -> Vec<(u8, u8)> {
    let largest = activation.iter().fold(0f32, |m, v| if v.is_finite() { m.max(v.abs()) } else { m });
    activation
        .iter()
        .map(|v| {
            let strength = if largest > 0.0 && v.is_finite() { (v.abs() / largest * 210.0) as u8 } else { 0 };
            (u8::from(*v < 0.0), strength)
        })
        .collect()
}

/// The surface with its points, each class with a shape of its own.
pub fn surface(
    title: &str,
    cells: Vec<(u8, u8)>,
    resolution: usize,
    points: &PlaygroundData,
    names: (&str, &str),
    classes: &[String],
    width: f64,
) -> Scene {
    let foot = 48.0;
    let side = width;
    let mut scene = Scene::new("decision-surface", title, width, side + foot);
    scene.note =
        "The plane is coloured by the class that the model would name there; paler is less sure. The shapes are the \
                  rows that it learns from."
            .to_owned();
    scene.find = Find::Near;
    let x = Scale::linear(DOMAIN, (0.0, side));
    let y = Scale::linear(DOMAIN, (side, 0.0));
    if resolution > 0 && cells.len() == resolution * resolution {
        scene.marks.push(Mark::Raster { x: 0.0, y: 0.0, width: side, height: side, columns: resolution, cells });
    } else {
        scene.marks.push(Mark::Rect { x: 0.0, y: 0.0, width: side, height: side, ink: Ink::Hairline, opacity: 0.35 });
    }
    scene.table = ChartTable::new(&[names.0, names.1, "class"]);
    for ((px, py), class) in points.x.iter().zip(&points.y).zip(&points.class) {
        let (at_x, at_y) = (x.map(f64::from(*px)), y.map(f64::from(*py)));
        let index = *class as usize;
        let name = classes.get(index).cloned().unwrap_or_else(|| format!("class {}", index + 1));
        scene.marks.push(Mark::Dot {
            x: at_x,
            y: at_y,
            radius: if points.x.len() > 500 { 2.6 } else { 3.6 },
            ink: Ink::class(index),
            glyph: Glyph::of_class(index),
            filled: true,
        });
        scene.stops.push(Stop {
            x: at_x,
            y: at_y,
            title: name.clone(),
            lines: vec![
                (names.0.to_owned(), format::significant(f64::from(*px), 3)),
                (names.1.to_owned(), format::significant(f64::from(*py), 3)),
            ],
        });
        scene.table.push(vec![Cell::Number(f64::from(*px)), Cell::Number(f64::from(*py)), Cell::Text(name)]);
    }
    scene.text(side, side + 18.0, format!("{} →", format::short(names.0, 24)), Ink::Soft, Anchor::End);
    scene.text(0.0, side + 18.0, format!("↑ {}", format::short(names.1, 24)), Ink::Soft, Anchor::Start);
    legend(&mut scene, classes, points.n_classes as usize, side + 40.0);
    scene
}

fn legend(scene: &mut Scene, classes: &[String], n: usize, y: f64) {
    let mut at = 6.0;
    for index in 0..n.min(Ink::N_CLASSES) {
        let name = classes.get(index).cloned().unwrap_or_else(|| format!("class {}", index + 1));
        let name = format::short(&name, 16);
        let glyph = Glyph::of_class(index);
        scene.marks.push(Mark::Dot { x: at, y: y - 4.0, radius: 4.5, ink: Ink::class(index), glyph, filled: true });
        let wide = super::scene::text_width(&name) + 34.0;
        scene.text(at + 10.0, y, name, Ink::Ink, Anchor::Start);
        at += wide;
        if at > scene.width {
            break;
        }
    }
}
