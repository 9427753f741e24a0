//! Tables. On narrow screens each row becomes a card, with its columns' titles beside the values.

use std::{borrow::Cow, hash::Hash};

use sycamore::prelude::*;

use super::keyed::keyed;

/// A column: its title, and how a cell is drawn.
pub struct Column<T> {
    title: Cow<'static, str>,
    class: &'static str,
    cell: Box<dyn Fn(&T) -> View>,
}

impl<T> Column<T> {
    /// A column.
    pub fn new(title: impl Into<Cow<'static, str>>, cell: impl Fn(&T) -> View + 'static) -> Self {
        Self { title: title.into(), class: "", cell: Box::new(cell) }
    }

    /// A column of numbers: to the right, digits of one width.
    pub fn number(title: impl Into<Cow<'static, str>>, cell: impl Fn(&T) -> View + 'static) -> Self {
        Self { class: "number", ..Self::new(title, cell) }
    }

    /// With a class: `wide` takes the room that is left, `narrow` as little as can be, `minor` goes first when room is short.
    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// A table of `rows`, a signal. `key` tells rows apart and has to change with everything a row shows: a row whose key is the same stays
/// as it is, and where it is. `caption` is what screen readers call it.
pub fn table<T, K>(
    caption: impl Into<Cow<'static, str>>,
    columns: Vec<Column<T>>,
    rows: ReadSignal<Vec<T>>,
    key: impl Fn(&T) -> K + 'static,
) -> View
where
    T: Clone + PartialEq + 'static,
    K: Clone + Hash + Eq + 'static,
{
    let caption = caption.into();
    let heads: Vec<View> = columns.iter().map(head).collect();
    let draw = move |row: T| -> View {
        let cells: Vec<View> = columns.iter().map(|column| cell(column, &row)).collect();
        html! { tr { (cells) } }
    };
    html! {
        // It can be scrolled sideways, so it can have the focus.
        div(class="table-frame", tabindex="0", role="region", "aria-label"=caption.clone()) {
            table {
                caption(class="visually-hidden") { (caption) }
                thead { tr { (heads) } }
                tbody { (keyed(rows, draw, key)) }
            }
        }
    }
}

/// A table of rows that stay as they are.
pub fn fixed_table<T: Clone + PartialEq + 'static>(
    caption: impl Into<Cow<'static, str>>,
    columns: Vec<Column<T>>,
    rows: Vec<T>,
) -> View {
    let rows: Vec<(usize, T)> = rows.into_iter().enumerate().collect();
    let columns = columns
        .into_iter()
        .map(|Column { title, class, cell }| Column { title, class, cell: Box::new(move |(_, row): &(usize, T)| cell(row)) as _ })
        .collect();
    table(caption, columns, *create_signal(rows), |(index, _)| *index)
}

fn head<T>(column: &Column<T>) -> View {
    let (class, title) = (column.class, column.title.clone());
    html! { th(class=class, scope="col") { (title) } }
}

fn cell<T>(column: &Column<T>, row: &T) -> View {
    let (class, title, shown) = (column.class, column.title.clone(), (column.cell)(row));
    html! { td(class=class, "data-title"=title) { (shown) } }
}
