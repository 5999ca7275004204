//! The programs of predictors: files beside the page, fetched when somebody downloads one, and the model put into them.

use gloo::utils::window;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{Send, files, js};
use crate::job::Problem;
use crate::predictor::{Flavour, PackedModel, PredictorKind};
use crate::studio::Action;

/// Fetches the program, puts the model into it and hands the file out.
pub(crate) fn make(send: &Send, kind: PredictorKind, name: String, model: PackedModel) {
    let send = send.clone();
    spawn_local(async move {
        let failed = |event: String| Problem {
            place: name.clone(),
            event,
            kept: "The package is as it was.".into(),
            cure: "Try again; if it happens again, reload the page.".into(),
        };
        let told = match program(kind, model.flavour).await {
            Err(error) => Err(failed(format!("The program could not be loaded ({}).", js::text(&error)))),
            Ok(parts) => kind.pack(&parts, &model.bytes).and_then(|bytes| {
                let handed = files::download(&name, kind.media_type(), &bytes);
                handed.map_err(|error| failed(format!("The file could not be handed out ({}).", js::text(&error))))
            }),
        };
        if let Err(problem) = told {
            send(Action::Report(problem));
        }
    });
}

async fn program(kind: PredictorKind, flavour: Flavour) -> Result<Vec<Vec<u8>>, JsValue> {
    let mut parts = Vec::new();
    for path in kind.paths(flavour) {
        let response = js::wait_for::<web_sys::Response>(window().fetch_with_str(&format!("predictor/{path}"))).await?;
        if !response.ok() {
            return Err(format!("the host answered {}", response.status()).into());
        }
        let bytes = js::wait(response.array_buffer()?).await?;
        parts.push(Uint8Array::new(&bytes).to_vec());
    }
    Ok(parts)
}
