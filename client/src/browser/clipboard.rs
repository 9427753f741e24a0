//! The clipboard, also on pages that came over plain HTTP, where browsers hide the proper one.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlTextAreaElement;

/// Copies `text`; whether it worked.
pub async fn copy(text: &str) -> bool {
    let Some(window) = super::is_there().then(web_sys::window).flatten() else { return false };
    if window.is_secure_context() && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok() {
        return true;
    }
    copy_selected(text).unwrap_or_default()
}

/// The old way: selects the text in a field nobody sees.
fn copy_selected(text: &str) -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("visually-hidden");
    // Within an open dialog nothing outside of it can be selected.
    let place = document.query_selector("dialog[open]").ok().flatten().or_else(|| document.body().map(Into::into))?;
    place.append_child(&field).ok()?;
    field.select();
    let command = js_sys::Reflect::get(&document, &"execCommand".into()).ok()?;
    let copied = command.dyn_into::<js_sys::Function>().ok()?.call1(&document, &"copy".into());
    field.remove();
    Some(copied.is_ok_and(|copied| copied.is_truthy()))
}
