//! What this browser offers and what it enforces, for the badge. Claims nothing that was not found out.

use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::{js, updates};

/// What was found out about this browser and this page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capabilities {
    /// The page came through its service worker, which adds the headers.
    pub controlled: bool,
    /// A service worker is at work here, whether or not this page came through it.
    pub active: bool,
    /// Every file of this version is held: the page works without the network.
    pub offline: bool,
    /// The content policy stands in the page; every current browser enforces it.
    pub policy: bool,
    /// The browser knows Connection-Allowlist, which also closes STUN, preconnect, popups and navigation.
    pub allowlist: bool,
    /// A WebGPU adapter was offered.
    pub webgpu: bool,
    /// Private file system and database are there: projects can be kept.
    pub storage: bool,
    /// The browser has promised not to throw the projects away by itself.
    pub persisted: bool,
    /// Bytes in use and at most, as far as the browser says.
    pub bytes_used: Option<f64>,
    pub bytes_quota: Option<f64>,
    /// Bytes of the program itself, held for offline use.
    pub program_bytes: Option<f64>,
    /// The browser's own name and version.
    pub browser: String,
}

impl Capabilities {
    /// As lines of text for a bug report.
    pub fn lines(&self) -> String {
        let yes = |value: bool| if value { "yes" } else { "no" };
        let megabytes = |bytes: Option<f64>| bytes.map_or("unknown".to_owned(), |b| format!("{:.0} MB", b / 1e6));
        [
            format!("Browser: {}", self.browser),
            format!("Under the service worker's control: {}", yes(self.controlled)),
            format!("Every file held for offline use: {} ({})", yes(self.offline), megabytes(self.program_bytes)),
            format!("Content policy: {}, Connection-Allowlist: {}", yes(self.policy), yes(self.allowlist)),
            format!("WebGPU adapter: {}", yes(self.webgpu)),
            format!("Storage: {}, kept for good: {}", yes(self.storage), yes(self.persisted)),
            format!("Used {} of {}", megabytes(self.bytes_used), megabytes(self.bytes_quota)),
        ]
        .join("\n")
            + "\n"
    }
}

/// Find out, then call back.
pub fn look(found: impl FnOnce(Capabilities) + 'static) {
    spawn_local(async move { found(capabilities().await) });
}

/// Find out.
pub async fn capabilities() -> Capabilities {
    let navigator: JsValue = window().navigator().into();
    let storage = js::get(&navigator, "storage").unwrap_or(JsValue::UNDEFINED);
    let controlled = updates::controller().is_some();
    let worker = updates::active().await;
    let state = match &worker {
        Some(worker) => updates::ask_of(worker, "state").await.unwrap_or(JsValue::UNDEFINED),
        None => JsValue::UNDEFINED,
    };
    let estimate = asked(&storage, "estimate").await;
    let number = |object: &JsValue, key: &str| js::get(object, key).and_then(|v| v.as_f64());
    let gpu = js::get(&navigator, "gpu").unwrap_or(JsValue::UNDEFINED);
    Capabilities {
        controlled,
        active: worker.is_some(),
        offline: js::get(&state, "complete").is_some_and(|c| c.is_truthy()),
        policy: document().query_selector("meta[http-equiv='Content-Security-Policy']").ok().flatten().is_some(),
        allowlist: controlled && knows_allowlist(&navigator),
        webgpu: asked(&gpu, "requestAdapter").await.is_truthy(),
        storage: js::get(&storage, "getDirectory").is_some() && js::get(&window(), "indexedDB").is_some(),
        persisted: asked(&storage, "persisted").await.is_truthy(),
        bytes_used: number(&estimate, "usage"),
        bytes_quota: number(&estimate, "quota"),
        program_bytes: number(&state, "bytes"),
        browser: window().navigator().user_agent().unwrap_or_default(),
    }
}

/// The answer of a method that may not be there; undefined where it is not, or where it fails.
async fn asked(object: &JsValue, method: &str) -> JsValue {
    match js::call(object, method, &[]) {
        Ok(promise) => js::wait(promise).await.unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    }
}

/// The first Chromium in which the header was seen to close all channels that were tried.
const FIRST_CHROMIUM: f64 = 156.0;

/// Nothing in the page tells whether the header is known, so this goes by the engine's version.
fn knows_allowlist(navigator: &JsValue) -> bool {
    let brands = js::get(navigator, "userAgentData").and_then(|data| js::get(&data, "brands"));
    let Some(brands) = brands.and_then(|b| b.dyn_into::<js_sys::Array>().ok()) else { return false };
    brands.iter().any(|brand| {
        let word = |key: &str| js::get(&brand, key).and_then(|v| v.as_string()).unwrap_or_default();
        word("brand") == "Chromium" && word("version").parse().is_ok_and(|version: f64| version >= FIRST_CHROMIUM)
    })
}

/// Say that the page's program has ended. Written with the plain document, because nothing else can be relied on then.
pub fn page_stopped() {
    let Some(body) = document().body() else { return };
    let made = document().create_element("div").and_then(|alert| {
        alert.set_attribute("role", "alert")?;
        alert.set_attribute("class", "page-stopped")?;
        alert.set_text_content(Some(
            "Hearth ran into an error of its own and has stopped. What was saved is kept: reload the page to go on.",
        ));
        body.append_child(&alert)
    });
    if let Err(error) = made {
        web_sys::console::error_1(&error);
    }
}
