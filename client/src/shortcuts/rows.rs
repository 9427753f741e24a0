//! Going through the rows of the page's tables: the focus goes from each row's link to the next one's, so that Enter opens it as ever.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::browser::dom;

/// What a row is opened by, best first.
const OPENS: [&str; 2] = ["a[href]", "button, input"];

/// Goes so many rows down, or up; whether there was one to go to.
pub fn go(by: i32) -> bool {
    let rows = rows();
    let next = next(place(&rows), by, rows.len());
    next.and_then(|next| target(&rows[next])).is_some_and(|target| target.focus().is_ok())
}

/// Presses the box of the row that has the focus; whether there is one.
pub fn select() -> bool {
    let rows = rows();
    let here = place(&rows).and_then(|index| rows[index].query_selector("input[type=checkbox]").ok().flatten());
    let here = here.and_then(|check| check.dyn_into::<HtmlElement>().ok());
    here.map(|check| check.click()).is_some()
}

/// Those that can be gone to.
fn rows() -> Vec<Element> {
    let Some(found) = dom::document().and_then(|document| document.query_selector_all("main tbody tr").ok()) else {
        return Vec::new();
    };
    let rows = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into::<Element>().ok());
    rows.filter(|row| target(row).is_some()).collect()
}

fn target(row: &Element) -> Option<HtmlElement> {
    OPENS.into_iter().find_map(|opens| row.query_selector(opens).ok().flatten()).and_then(|found| found.dyn_into().ok())
}

/// Which of them has the focus.
fn place(rows: &[Element]) -> Option<usize> {
    let focused = dom::document()?.active_element()?;
    rows.iter().position(|row| row.contains(Some(&focused)))
}

/// The row to go to from `here`: the first one from outside, none beyond the last and before the first.
fn next(here: Option<usize>, by: i32, count: usize) -> Option<usize> {
    let wanted = match here {
        Some(here) => here.checked_add_signed(isize::try_from(by).ok()?)?,
        None => 0,
    };
    (wanted < count).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_gone_through_without_going_round() {
        assert_eq!((next(None, 1, 3), next(None, -1, 0)), (Some(0), None));
        assert_eq!((next(Some(0), 1, 3), next(Some(2), 1, 3), next(Some(0), -1, 3)), (Some(1), None, None));
    }
}
