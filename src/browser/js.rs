//! Small bridges to JavaScript.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The message of an error value, for people.
pub fn text(error: &JsValue) -> String {
    get(error, "message").and_then(|m| m.as_string()).filter(|m| !m.is_empty()).unwrap_or_else(|| {
        error.as_string().unwrap_or_else(|| error_name(error).unwrap_or_else(|| "unknown error".into()))
    })
}

/// "QuotaExceededError" and the like.
pub fn error_name(error: &JsValue) -> Option<String> {
    get(error, "name").and_then(|n| n.as_string())
}

/// A property that is there.
pub fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    if object.is_null() || object.is_undefined() {
        return None;
    }
    Reflect::get(object, &key.into()).ok().filter(|v| !v.is_undefined() && !v.is_null())
}

/// A plain object of these properties.
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in properties {
        // Setting a property of a plain object cannot fail.
        Reflect::set(&object, &(*key).into(), value).unwrap_or_default();
    }
    object.into()
}

/// Call a method by name; for interfaces that web-sys counts as unstable.
pub fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(object, method)
        .and_then(|f| f.dyn_into().ok())
        .ok_or_else(|| JsValue::from_str(&format!("this browser has no {method}")))?;
    let list = Array::new();
    arguments.iter().for_each(|a| {
        list.push(a);
    });
    function.apply(object, &list)
}

/// Wait for a value that may be a promise.
pub async fn wait(value: impl Into<JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value.into())).await
}

/// Wait, and expect a value of a class.
pub async fn wait_for<T: JsCast>(value: impl Into<JsValue>) -> Result<T, JsValue> {
    wait(value).await?.dyn_into()
}

/// The bytes of a buffer or a typed array.
pub fn bytes(buffer: &JsValue) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

/// Bytes as a blob, of which they are a copy.
pub fn blob(bytes: &[u8]) -> Result<web_sys::Blob, JsValue> {
    web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

/// Milliseconds of rest.
pub async fn rest(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        // Without a timer the rest is over at once.
        if gloo::utils::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).is_err()
        {
            resolve.call0(&JsValue::UNDEFINED).unwrap_or_default();
        }
    });
    // This promise is never rejected.
    JsFuture::from(promise).await.unwrap_or_default();
}
