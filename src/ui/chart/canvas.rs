//! The dense layers of a scene: clouds of points and heat maps.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use crate::chart::scene::{Ink, Mark, Scene};

/// Whether a scene has a layer for the canvas.
pub fn has_layer(scene: &Scene) -> bool {
    scene.marks.iter().any(|m| matches!(m, Mark::Cloud { .. } | Mark::Raster { .. }))
}

/// Colours of the classes and the model as the style sheet resolves them now.
struct Palette {
    classes: [[u8; 3]; Ink::N_CLASSES],
    probe: Element,
}

impl Palette {
    fn read(probe: Element) -> Self {
        let classes = std::array::from_fn(|i| colour(&probe, Ink::class(i)));
        Self { classes, probe }
    }

    fn of(&self, ink: Ink) -> [u8; 3] {
        match ink {
            Ink::Class(i) => self.classes[usize::from(i) % Ink::N_CLASSES],
            other => colour(&self.probe, other),
        }
    }
}

/// The probe is an element of the figure that wears an ink's class for a moment.
fn colour(probe: &Element, ink: Ink) -> [u8; 3] {
    // A class attribute of an element of our own cannot be refused.
    let _ = probe.set_attribute("class", &format!("ink-probe colour-{}", ink.word()));
    let text = leptos::prelude::window()
        .get_computed_style(probe)
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("color").ok())
        .unwrap_or_default();
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse::<f64>().ok());
    let mut next = || parts.next().unwrap_or(128.0) as u8;
    [next(), next(), next()]
}

/// Draw the layers; a browser without a 2D canvas shows the rest of the chart and its table.
pub fn draw(canvas: &HtmlCanvasElement, probe: Element, scene: &Scene) {
    let ratio = leptos::prelude::window().device_pixel_ratio().clamp(1.0, 3.0);
    canvas.set_width((scene.width * ratio) as u32);
    canvas.set_height((scene.height * ratio) as u32);
    let Some(context) = context_of(canvas) else { return };
    if context.scale(ratio, ratio).is_err() {
        return;
    }
    context.clear_rect(0.0, 0.0, scene.width, scene.height);
    let palette = Palette::read(probe);
    for mark in &scene.marks {
        match mark {
            Mark::Cloud { points, ink, radius, opacity } => {
                let [r, g, b] = palette.of(*ink);
                context.set_fill_style_str(&format!("rgb({r} {g} {b} / {opacity})"));
                for (x, y) in points {
                    context.begin_path();
                    let turn = std::f64::consts::TAU;
                    if context.arc((*x).into(), (*y).into(), *radius, 0.0, turn).is_ok() {
                        context.fill();
                    }
                }
            }
            Mark::Raster { x, y, width, height, columns, cells } => {
                raster(&context, (*x, *y, *width, *height), *columns, cells, &palette);
            }
            _ => {}
        }
    }
}

fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// One pixel a cell on a small canvas, then stretched smoothly.
fn raster(
    context: &CanvasRenderingContext2d,
    (x, y, width, height): (f64, f64, f64, f64),
    columns: usize,
    cells: &[(u8, u8)],
    palette: &Palette,
) {
    if columns == 0 || cells.is_empty() {
        return;
    }
    let rows = cells.len() / columns;
    let mut pixels = Vec::with_capacity(cells.len() * 4);
    for (class, strength) in &cells[..rows * columns] {
        let [r, g, b] = palette.of(Ink::Class(*class));
        pixels.extend([r, g, b, *strength]);
    }
    let small = leptos::prelude::document()
        .create_element("canvas")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlCanvasElement>().ok());
    let Some(small) = small else { return };
    small.set_width(columns as u32);
    small.set_height(rows as u32);
    let image = web_sys::ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), columns as u32, rows as u32);
    let (Ok(image), Some(brush)) = (image, context_of(&small)) else { return };
    if brush.put_image_data(&image, 0.0, 0.0).is_ok() {
        context.set_image_smoothing_enabled(true);
        // Drawing one canvas on another of the same page fails only when one has no size.
        let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(&small, x, y, width, height);
    }
}
