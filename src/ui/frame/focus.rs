//! Keeps the keyboard's place. A view that is drawn anew takes the focused control with it, and the browser then lets the
//! focus fall to the whole page, from where Tab begins at the top again. What stands in the control's place gets it instead.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// Tells of changes of the page, after they are done.
    type MutationObserver;
    #[wasm_bindgen(constructor)]
    fn new(callback: &js_sys::Function) -> MutationObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &MutationObserver, target: &web_sys::Node, options: &JsValue);
    /// An element of the page, with the form of `focus` that need not scroll.
    type Focusable;
    #[wasm_bindgen(method, catch)]
    fn focus(this: &Focusable, options: &JsValue) -> Result<(), JsValue>;
}

/// What takes the focus, by Tab or by program.
const TAKES_FOCUS: &str = "button, a[href], input, select, textarea, summary, [tabindex]";

/// Where the focus was last.
#[derive(Default)]
struct Place {
    /// The focused element and all that it lies in, innermost first; empty where the person put the focus nowhere.
    chain: Vec<Element>,
    /// The person points: the page must not be scrolled away from under the pointer.
    points: bool,
}

/// Listens as long as the page lives.
pub fn keep() {
    let place = Rc::new(RefCell::new(Place::default()));
    let to = Rc::clone(&place);
    let focused = window_event_listener(leptos::ev::focusin, move |event| {
        let mut next = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let mut chain = Vec::new();
        while let Some(element) = next {
            next = element.parent_element();
            chain.push(element);
        }
        to.borrow_mut().chain = chain;
    });
    // A press on nothing takes the focus away on purpose.
    let to = Rc::clone(&place);
    let pressed = window_event_listener(leptos::ev::pointerdown, move |_| {
        *to.borrow_mut() = Place { chain: Vec::new(), points: true };
    });
    let to = Rc::clone(&place);
    let typed = window_event_listener(leptos::ev::keydown, move |_| to.borrow_mut().points = false);
    // Both are kept by the browser for as long as the page lives.
    let changed = Closure::<dyn FnMut()>::new(move || restore(&place)).into_js_value();
    let options = js_sys::Object::new();
    let set = |name: &str| js_sys::Reflect::set(&options, &name.into(), &JsValue::TRUE);
    if let (Some(body), Ok(true), Ok(true)) = (document().body(), set("childList"), set("subtree")) {
        MutationObserver::new(changed.unchecked_ref()).observe(&body, &options);
    }
    on_cleanup(move || {
        focused.remove();
        pressed.remove();
        typed.remove();
    });
}

fn is_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

fn restore(place: &RefCell<Place>) {
    // Focusing tells of the next place, so nothing stays borrowed.
    let (chain, points) = {
        let place = place.borrow();
        (place.chain.clone(), place.points)
    };
    if chain.is_empty() || !is_lost() {
        return;
    }
    if chain[0].is_connected() && take(&chain[0], points) {
        return;
    }
    let left = chain.iter().filter(|e| e.is_connected() && !matches!(e.tag_name().as_str(), "BODY" | "HTML"));
    for element in left {
        let Ok(list) = element.query_selector_all(TAKES_FOCUS) else { continue };
        let mut inside = (0..list.length()).filter_map(|i| list.item(i)?.dyn_into::<Element>().ok());
        if inside.any(|element| take(&element, points)) || take(element, points) {
            return;
        }
    }
    if let Some(canvas) = document().get_element_by_id("canvas") {
        take(&canvas, points);
    }
}

/// Whether the element takes the focus: what is hidden or inert does not.
fn take(element: &Element, points: bool) -> bool {
    let options = js_sys::Object::new();
    let set = js_sys::Reflect::set(&options, &"preventScroll".into(), &points.into());
    set.is_ok() && element.unchecked_ref::<Focusable>().focus(&options).is_ok() && !is_lost()
}
