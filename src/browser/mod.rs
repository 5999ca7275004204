//! What the page and its workers ask of the browser.
