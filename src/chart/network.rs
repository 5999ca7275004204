//! A network drawn: inputs, hidden units as small heat maps of what they see, and lines as thick as their weights.

use super::format;
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop};
use super::surface::{class_cells, unit_cells};
use crate::model::network::{Activation, Network};

/// Units of a layer that are drawn; the rest are counted.
pub const DRAWN: usize = 8;
/// Cells along one side of a unit's heat map.
pub const UNIT_SIDE: usize = 24;

/// What the diagram shows; without a frame yet, the shape of the network alone.
pub struct Diagram<'a> {
    pub inputs: [&'a str; 2],
    pub hidden: &'a [u32],
    pub activation: Activation,
    pub network: Option<&'a Network>,
    /// `[layer][unit][576]`.
    pub units: &'a [Vec<Vec<f32>>],
    /// `[class][resolution²]`.
    pub surface: &'a [Vec<f32>],
    pub resolution: usize,
    pub classes: usize,
}

struct Node {
    x: f64,
    y: f64,
    half: f64,
}

pub fn diagram(d: &Diagram, (width, height): (f64, f64)) -> Scene {
    let units: u32 = d.hidden.iter().sum();
    let title = match d.hidden.len() {
        0 => "No hidden layer: a straight line is all that it can draw".to_owned(),
        1 => format!("{} in one layer", format::counted(units.into(), "hidden unit", "hidden units")),
        n => format!("{} in {n} layers", format::counted(units.into(), "hidden unit", "hidden units")),
    };
    let mut scene = Scene::new("network", title, width, height);
    scene.note =
        "Each small square is the same plane as the large one, seen by one unit: one colour where it fires, the other \
                  where it holds back. Lines are weights: thicker is stronger, dashed is negative."
            .to_owned();
    scene.find = Find::Near;
    scene.table = ChartTable::new(&["layer", "unit", "from", "weight"]);
    let columns = place(d, width, height);
    draw_weights(&mut scene, d, &columns);
    draw_nodes(&mut scene, d, &columns);
    scene
}

fn place(d: &Diagram, width: f64, height: f64) -> Vec<Vec<Node>> {
    let sizes: Vec<usize> =
        std::iter::once(2).chain(d.hidden.iter().map(|n| (*n as usize).min(DRAWN))).chain([d.classes.max(1)]).collect();
    let step = width / sizes.len() as f64;
    let tallest = sizes.iter().copied().max().unwrap_or(1) as f64;
    let half = (((height - 44.0) / tallest).min(step * 0.72) / 2.0 - 4.0).clamp(7.0, 26.0);
    sizes
        .iter()
        .enumerate()
        .map(|(column, n)| {
            let gap = ((height - 44.0) / *n as f64).min(half * 3.2);
            let top = (height - 20.0) / 2.0 + 10.0 - gap * (*n as f64 - 1.0) / 2.0;
            let x = step * (column as f64 + 0.5);
            (0..*n).map(|i| Node { x, y: top + gap * i as f64, half }).collect()
        })
        .collect()
}

fn draw_weights(scene: &mut Scene, d: &Diagram, columns: &[Vec<Node>]) {
    for (index, pair) in columns.windows(2).enumerate() {
        let layer = d.network.and_then(|n| n.layers.get(index));
        let largest = layer.map_or(0.0, |l| l.weights.iter().fold(0f32, |m, w| m.max(w.abs())));
        for (j, to) in pair[1].iter().enumerate() {
            for (i, from) in pair[0].iter().enumerate() {
                let weight = layer.and_then(|l| l.weights.get(j * l.n_inputs as usize + i)).copied();
                let line = vec![(from.x + from.half, from.y), (to.x - to.half, to.y)];
                let Some(weight) = weight else {
                    scene.line(line, Ink::Hairline, 1.0, false);
                    continue;
                };
                let share = if largest > 0.0 { f64::from(weight.abs() / largest) } else { 0.0 };
                let ink = if share < 0.06 {
                    Ink::Hairline
                } else if weight < 0.0 {
                    Ink::Class(1)
                } else {
                    Ink::Class(0)
                };
                scene.line(line, ink, 0.4 + 3.2 * share, weight < 0.0);
                scene.table.push(vec![
                    Cell::Number(index as f64 + 1.0),
                    Cell::Number(j as f64 + 1.0),
                    Cell::Number(i as f64 + 1.0),
                    Cell::Number(f64::from(weight)),
                ]);
            }
        }
    }
}

fn draw_nodes(scene: &mut Scene, d: &Diagram, columns: &[Vec<Node>]) {
    let last = columns.len() - 1;
    for (column, nodes) in columns.iter().enumerate() {
        for (i, node) in nodes.iter().enumerate() {
            let (x, y, side) = (node.x - node.half, node.y - node.half, node.half * 2.0);
            // Heat maps lie on the canvas under all other marks, so only an outline may go over one.
            match cells(d, column, i, last) {
                Some((columns, cells)) => {
                    scene.marks.push(Mark::Raster { x, y, width: side, height: side, columns, cells });
                    let corners = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
                    scene.line(corners, Ink::Soft, 1.0, false);
                }
                None => {
                    scene.marks.push(Mark::Rect { x, y, width: side, height: side, ink: Ink::Hairline, opacity: 1.0 })
                }
            }
            let title = match column {
                0 => format!("Input {}", d.inputs[i]),
                c if c == last => format!("Class {}", i + 1),
                c => format!("Layer {c}, unit {}", i + 1),
            };
            scene.stops.push(Stop { x: node.x, y: node.y, title, lines: about(d, column, i, last) });
        }
        let caption = match column {
            0 => "inputs".to_owned(),
            c if c == last => "says".to_owned(),
            c => format!("layer {c}"),
        };
        let x = nodes.first().map_or(0.0, |n| n.x);
        scene.text(x, 12.0, caption, Ink::Soft, Anchor::Middle);
        if (1..last).contains(&column) {
            let all = d.hidden[column - 1] as usize;
            if all > DRAWN {
                scene.text(x, scene.height - 2.0, format!("+ {} more", all - DRAWN), Ink::Soft, Anchor::Middle);
            }
        }
    }
}

/// The heat map of a node: an input's ramp, a unit's activation, or a class's probability.
fn cells(d: &Diagram, column: usize, i: usize, last: usize) -> Option<(usize, Vec<(u8, u8)>)> {
    if column == 0 {
        let ramp = |k: usize| k as f32 / (UNIT_SIDE - 1) as f32 * 2.0 - 1.0;
        let values: Vec<f32> = (0..UNIT_SIDE * UNIT_SIDE)
            .map(|cell| if i == 0 { ramp(cell % UNIT_SIDE) } else { -ramp(cell / UNIT_SIDE) })
            .collect();
        return Some((UNIT_SIDE, unit_cells(&values)));
    }
    if column == last {
        let one = d.surface.get(i)?;
        if d.resolution == 0 || one.len() != d.resolution * d.resolution {
            return None;
        }
        if d.classes == 1 {
            return Some((d.resolution, class_cells(d.surface)));
        }
        let class = (i % Ink::N_CLASSES) as u8;
        return Some((d.resolution, one.iter().map(|p| (class, (p.clamp(0.0, 1.0) * 200.0) as u8)).collect()));
    }
    let unit = d.units.get(column - 1)?.get(i)?;
    (unit.len() == UNIT_SIDE * UNIT_SIDE).then(|| (UNIT_SIDE, unit_cells(unit)))
}

fn about(d: &Diagram, column: usize, i: usize, last: usize) -> Vec<(String, String)> {
    let Some(layer) = column.checked_sub(1).and_then(|c| d.network.and_then(|n| n.layers.get(c))) else {
        return Vec::new();
    };
    let n = layer.n_inputs as usize;
    let weights = layer.weights.get(i * n..(i + 1) * n).unwrap_or_default();
    let mut lines: Vec<(String, String)> = weights
        .iter()
        .take(4)
        .enumerate()
        .map(|(k, w)| (format!("weight {}", k + 1), format::significant(f64::from(*w), 2)))
        .collect();
    if let Some(bias) = layer.bias.get(i) {
        lines.push(("bias".to_owned(), format::significant(f64::from(*bias), 2)));
    }
    if column < last {
        lines.push(("activation".to_owned(), d.activation.name().to_owned()));
    }
    lines
}
