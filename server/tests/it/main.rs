//! The whole HTTP side over a temporary SQLite database and the in-process broker: each endpoint with what it takes and refuses.

mod batch;
mod edges;
mod enqueue;
mod events;
mod harness;
mod health;
mod idempotency;
mod list;
mod one_task;
mod openapi;
mod overview;
mod schedules;
mod typed;
mod unique;
mod wait;
