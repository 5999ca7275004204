//! A chart as a file: SVG and CSV as they are, PNG by way of a canvas.

use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use crate::chart::Scene;
use crate::chart::scene::ChartTable;
use crate::chart::svg::{Theme, document};
use crate::job::Problem;
use crate::studio::Action;
use crate::ui::Hearth;

pub fn save_svg(hearth: Hearth, scene: &Scene, source: &str) {
    let bytes = document(scene, Theme::Light, source).into_bytes();
    send(hearth, format!("{}.svg", scene.name), "image/svg+xml", bytes);
}

pub fn save_csv(hearth: Hearth, name: &str, table: &ChartTable) {
    send(hearth, format!("{name}.csv"), "text/csv", table.to_csv().into_bytes());
}

/// At twice the size, for screens and slides.
pub fn save_png(hearth: Hearth, scene: &Scene, source: &str) {
    let svg = document(scene, Theme::Light, source);
    let name = format!("{}.png", scene.name);
    leptos::task::spawn_local(async move {
        match png(&svg).await {
            Ok(bytes) => send(hearth, name, "image/png", bytes),
            Err(_) => hearth.send(Action::Report(Problem {
                place: name,
                event: "This browser could not turn the chart into a picture.".to_owned(),
                kept: "Nothing was changed.".to_owned(),
                cure: "Save it as SVG, which every browser can open.".to_owned(),
            })),
        }
    });
}

fn send(hearth: Hearth, name: String, media_type: &str, bytes: Vec<u8>) {
    hearth.send(Action::Export { name, media_type: media_type.to_owned(), bytes });
}

async fn png(svg: &str) -> Result<Vec<u8>, JsValue> {
    let picture = web_sys::HtmlImageElement::new()?;
    let encoded = String::from(js_sys::encode_uri_component(svg));
    picture.set_src(&format!("data:image/svg+xml;charset=utf-8,{encoded}"));
    JsFuture::from(picture.decode()).await?;
    let canvas: web_sys::HtmlCanvasElement = leptos::prelude::document().create_element("canvas")?.unchecked_into();
    let (width, height) = (f64::from(picture.natural_width()) * 2.0, f64::from(picture.natural_height()) * 2.0);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: web_sys::CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&picture, 0.0, 0.0, width, height)?;
    let blob = js_sys::Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
            // Settling a promise cannot throw.
            let _ = match blob {
                Some(blob) => resolve.call1(&JsValue::NULL, &blob),
                None => reject.call0(&JsValue::NULL),
            };
        });
        // A canvas that refuses leaves the promise open; it refuses only foreign pictures, and this one is our own.
        let _ = canvas.to_blob(done.unchecked_ref());
    });
    let blob: web_sys::Blob = JsFuture::from(blob).await?.unchecked_into();
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
