//! Schedules.

mod actions;
mod backfill;
mod coming;
mod cron;
mod draft;
mod form;
mod history;
mod list;
mod one;
mod policies;
mod preview;
mod save;
mod words;

pub use list::list;
pub use one::one;
pub use save::{create, edit};
