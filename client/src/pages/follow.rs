//! Pages that stay as they are while what they show moves on: a part is drawn anew only when its own value changes, so that nobody loses
//! the focus, or the row under the pointer, to a number elsewhere.

use crate::prelude::*;

use crate::{
    api::{Answer, ApiError, Query},
    browser::{dom, timer::Timer},
    live::live,
};

/// Draws what `pick` takes of the answer; anew only when that has changed. Nothing while there is none.
pub fn part<T, U>(query: Query<T>, pick: impl Fn(&T) -> U + 'static, draw: impl Fn(U) -> View + 'static) -> View
where
    T: Answer,
    U: Clone + PartialEq + 'static,
{
    let pick: Box<dyn Fn(&T) -> U> = Box::new(pick);
    drawn(create_selector(boxed(move || query.value().map(|value| pick(&value)))), Box::new(draw))
}

/// Closures behind a pointer: what takes them is compiled once for each value, not once for each place that has one.
fn boxed<U: 'static>(f: impl FnMut() -> U + 'static) -> Box<dyn FnMut() -> U> {
    Box::new(f)
}

fn drawn<U: Clone + PartialEq + 'static>(value: ReadSignal<Option<U>>, draw: Box<dyn Fn(U) -> View>) -> View {
    let shown = boxed(move || value.get_clone().map(|value| untrack(|| draw(value))).unwrap_or_default());
    html! { (shown) }
}

/// Asks again from time to time, for what no event tells of: ages, heartbeats, what falls due.
pub fn poll<T: Answer>(query: Query<T>, millis: i32) -> Query<T> {
    poll_while(query, millis, |_| true)
}

/// The same, as long as what is known `moves`: what has come to rest, or is gone, is not asked for again.
pub fn poll_while<T: Answer>(query: Query<T>, millis: i32, moves: fn(&T) -> bool) -> Query<T> {
    let live = live();
    let timer = Timer::every(millis, move || {
        let known = query.get_untracked();
        let moves = known.value().map_or_else(|| !known.error().is_some_and(ApiError::is_not_found), |value| moves(value));
        if moves && !dom::is_hidden() && !live.is_some_and(|live| live.is_paused()) {
            query.again();
        }
    });
    on_cleanup(move || drop(timer));
    query
}

/// A row of a table that stays where it is and follows what it shows, found by its name.
pub struct Row<T: 'static> {
    pub name: String,
    all: ReadSignal<Vec<T>>,
    name_of: fn(&T) -> String,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), all: self.all, name_of: self.name_of }
    }
}

impl<T> PartialEq for Row<T> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<T> Row<T> {
    /// Draws what `pick` takes of it; anew only when that has changed.
    pub fn shows<U>(&self, pick: impl Fn(&T) -> U + 'static, draw: impl Fn(U) -> View + 'static) -> View
    where
        U: Clone + PartialEq + 'static,
    {
        let Self { name, all, name_of } = self.clone();
        let pick: Box<dyn Fn(&T) -> U> = Box::new(pick);
        let find = move || all.with(|all| all.iter().find(|one| name_of(one) == name).map(&pick));
        drawn(create_selector(boxed(find)), Box::new(draw))
    }
}

/// The rows of a list, for `table`, which is to know them by their names.
pub fn rows<T: Clone + PartialEq>(all: ReadSignal<Vec<T>>, name_of: fn(&T) -> String) -> ReadSignal<Vec<Row<T>>> {
    create_selector(move || all.with(|list| list.iter().map(|one| Row { name: name_of(one), all, name_of }).collect()))
}

/// A signal that moves on once its source has been quiet for so long.
pub fn settled<T: Clone + PartialEq + 'static>(source: ReadSignal<T>, millis: i32) -> ReadSignal<T> {
    let calm = create_signal(source.get_clone_untracked());
    let waiting = create_signal(None::<Timer>);
    create_effect(move || {
        let value = source.get_clone();
        waiting.set(Some(Timer::after(millis, move || {
            if calm.is_alive() && calm.with_untracked(|before| *before != value) {
                calm.set(value);
            }
        })));
    });
    *calm
}
