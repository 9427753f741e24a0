//! Lists.

use std::hash::Hash;

use crate::prelude::*;

/// Draws each item of a list once. An item whose key is the same as before is not drawn again and keeps its place in the page, so the key
/// has to change with everything that is shown of the item.
pub fn keyed<T, K>(
    list: impl Into<MaybeDyn<Vec<T>>> + 'static,
    view: impl Fn(T) -> View + 'static,
    key: impl Fn(&T) -> K + 'static,
) -> View
where
    T: PartialEq + Clone + 'static,
    K: Hash + Eq + 'static,
{
    sycamore::view! { Keyed(list=list, view=view, key=key) }
}
