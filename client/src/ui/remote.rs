//! Shows what is known of something asked of the server.

use std::rc::Rc;

use crate::prelude::*;

use super::notice::{failure, loading, stale};
use crate::api::{Answer, Query, Remote};

/// Shows `query`: `show` draws the value, anew each time there is another one.
///
/// For parts that keep something between values (what is open, where it is scrolled to), give `show` signals that it does not make.
pub fn remote<T: Answer + PartialEq>(query: Query<T>, show: impl Fn(Rc<T>) -> View + Clone + 'static) -> View {
    #[derive(Clone, Copy, PartialEq)]
    enum Shape {
        Nothing,
        Loading,
        Value,
        Failed,
    }
    let shape = create_selector(move || match query.get() {
        Remote::NotAsked => Shape::Nothing,
        Remote::Loading => Shape::Loading,
        Remote::There(_) | Remote::Stale(..) => Shape::Value,
        Remote::Failed(_) => Shape::Failed,
    });
    let body = move || {
        let shape = shape.get();
        let show = show.clone();
        untrack(|| match shape {
            Shape::Nothing => View::default(),
            Shape::Loading => loading(),
            Shape::Failed => query.get().error().map(|error| failure(error, move || query.again())).unwrap_or_default(),
            Shape::Value => {
                // A value that came again as it was is not drawn anew.
                let value = create_selector(move || query.value());
                html! { (move || value.get_clone().map(|value| untrack(|| show(value)))) }
            }
        })
    };
    let warning = move || match query.get() {
        Remote::Stale(_, error) => stale(&error, move || query.again()),
        _ => View::default(),
    };
    html! { (warning) (body) }
}
