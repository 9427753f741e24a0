//! The web client of Ruche, for browsers. Built by `cargo xtask client`.
//!
//! On other targets the same code renders to strings, which is how its parts are tested; the program itself then only says so.

#[macro_use]
mod markup;

mod api;
mod app;
mod browser;
mod i18n;
mod live;
mod messages;
mod pages;
mod prelude;
mod reactive;
mod router;
mod session;
mod shortcuts;
#[cfg(test)]
mod testing;
mod theme;
mod ui;

fn main() {
    if browser::is_there() {
        app::start();
    } else {
        eprintln!("This program is for browsers: `cargo xtask client` builds it, `cargo xtask up` shows it.");
    }
}
