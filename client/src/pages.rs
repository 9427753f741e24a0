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

/// The page of a route.
pub fn page(route: Route) -> View {
    match route {
        Route::Overview => overview::overview(),
        Route::Tasks => tasks::tasks(),
        Route::Task(id) => task::task(id),
        Route::Enqueue => enqueue::enqueue(),
        Route::Queues => queues::list(),
        Route::Queue(name) => queues::one(name),
        Route::Workers => workers::list(),
        Route::Worker(name) => workers::one(name),
        Route::Schedules => schedules::list(),
        Route::NewSchedule => schedules::create(),
        Route::Schedule(name) => schedules::one(name),
        Route::EditSchedule(name) => schedules::edit(name),
        Route::Workflows => workflows::list(),
        Route::NewWorkflow => workflows::create(),
        Route::Workflow(id) => workflows::one(id),
        Route::DeadLetters => dead_letters::list(),
        Route::DeadLetter(fingerprint) => dead_letters::one(fingerprint),
        Route::Operations => operations::list(),
        Route::Operation(id) => operations::one(id),
        Route::Audit => audit::audit(),
        Route::Settings => settings::settings(),
        Route::Help => help::help(),
        Route::Unknown => unknown::unknown(),
    }
}
