//! Tables. On narrow screens each row becomes a card, with its columns' titles beside the values.

use std::{borrow::Cow, hash::Hash};

use crate::prelude::*;

use super::keyed::keyed;

/// A column: its title, and how a cell is drawn.
pub struct Column<T> {
    title: Cow<'static, str>,
    class: &'static str,
    cell: Box<dyn Fn(&T) -> View>,
    still: bool,
}

impl<T> Column<T> {
    /// A column.
    pub fn new(title: impl Into<Cow<'static, str>>, cell: impl Fn(&T) -> View + 'static) -> Self {
        Self { title: title.into(), class: "", cell: Box::new(cell), still: false }
    }

    /// A column of numbers: to the right, digits of one width.
    pub fn number(title: impl Into<Cow<'static, str>>, cell: impl Fn(&T) -> View + 'static) -> Self {
        Self { class: "number", ..Self::new(title, cell) }
    }

    /// In a live table, drawn once: what it shows does not change with the row. What can have the focus is best in such a column.
    #[must_use]
    pub fn still(self) -> Self {
        Self { still: true, ..self }
    }

    /// With a class: `wide` takes the room that is left, `narrow` as little as can be, `minor` goes first when room is short; the title of
    /// one that ends with `untitled` is only read out.
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

/// A table whose rows change in place: `key` tells rows apart and stays the same, and the cells of a row are drawn again when its value
/// changes. `class` gives a row's class.
pub fn live_table<T, K>(
    caption: impl Into<Cow<'static, str>>,
    columns: Vec<Column<T>>,
    rows: ReadSignal<Vec<T>>,
    key: impl Fn(&T) -> K + Copy + 'static,
    class: impl Fn(&T) -> &'static str + Copy + 'static,
) -> View
where
    T: Clone + PartialEq + 'static,
    K: Clone + Hash + Eq + 'static,
{
    let caption = caption.into();
    let heads: Vec<View> = columns.iter().map(head).collect();
    let columns = std::rc::Rc::new(columns);
    let keys = create_selector(move || rows.with(|rows| rows.iter().map(key).collect::<Vec<_>>()));
    let draw = move |wanted: K| -> View {
        let found = move |rows: &Vec<T>| rows.iter().find(|row| key(row) == wanted).cloned();
        let Some(first) = rows.with_untracked(&found) else { return View::default() };
        let last = std::cell::RefCell::new(first);
        // A row that has just gone is drawn as it was, until it is taken away.
        let value = create_selector(move || {
            if let Some(value) = rows.with(&found) {
                last.replace(value);
            }
            last.borrow().clone()
        });
        let cells: Vec<View> = (0..columns.len()).map(|index| live_cell(&columns, index, value)).collect();
        html! { tr(class=move || value.with(class)) { (cells) } }
    };
    html! {
        div(class="table-frame", tabindex="0", role="region", "aria-label"=caption.clone()) {
            table {
                caption(class="visually-hidden") { (caption) }
                thead { tr { (heads) } }
                tbody { (keyed(keys, draw, Clone::clone)) }
            }
        }
    }
}

fn live_cell<T: Clone + 'static>(columns: &std::rc::Rc<Vec<Column<T>>>, index: usize, value: ReadSignal<T>) -> View {
    if columns[index].still {
        return cell(&columns[index], &value.get_clone_untracked());
    }
    let (class, title, columns) = (columns[index].class, columns[index].title.clone(), std::rc::Rc::clone(columns));
    // A copy: while a signal is being looked at, none can be made.
    let shown = move || {
        let value = value.get_clone();
        untrack(|| (columns[index].cell)(&value))
    };
    html! { td(class=class, "data-title"=title) { (shown) } }
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
        .map(|Column { title, class, cell, still }| Column {
            title,
            class,
            cell: Box::new(move |(_, row): &(usize, T)| cell(row)) as _,
            still,
        })
        .collect();
    table(caption, columns, *create_signal(rows), |(index, _)| *index)
}

fn head<T>(column: &Column<T>) -> View {
    let (class, title) = (column.class, column.title.clone());
    let hidden = class.ends_with("untitled");
    html! { th(class=class, scope="col") { span(class=if hidden { "visually-hidden" } else { "" }) { (title) } } }
}

fn cell<T>(column: &Column<T>, row: &T) -> View {
    let (class, title, shown) = (column.class, column.title.clone(), (column.cell)(row));
    html! { td(class=class, "data-title"=title) { (shown) } }
}
