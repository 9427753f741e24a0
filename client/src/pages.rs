//! The pages, one module each.

mod audit;
mod dead_letters;
mod enqueue;
mod follow;
mod help;
mod links;
mod login;
mod operations;
mod overview;
pub mod parts;
mod queues;
mod schedules;
mod settings;
mod task;
mod tasks;
mod unknown;
mod workers;
mod workflows;

use crate::prelude::*;

pub use login::login;

use crate::router::route::Route;

/// The page of a route, of a part of the program that is there.
pub fn page(route: Route) -> View {
    match route {
        Route::Overview => overview::overview(),
        Route::Unknown => unknown::unknown(),
        route => parts::page(route).unwrap_or_default(),
    }
}
