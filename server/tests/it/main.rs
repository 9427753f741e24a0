//! The whole HTTP side over a temporary SQLite database and the in-process broker: each endpoint with what it takes and refuses.

mod access;
mod artifacts;
mod audit;
mod batch;
mod dead_letters;
mod edges;
mod enqueue;
mod events;
mod harness;
mod health;
mod idempotency;
mod limits;
mod list;
mod one_task;
mod openapi;
mod operations;
mod overview;
mod roles;
mod schedules;
mod session;
mod task_limits;
mod typed;
mod unique;
mod wait;
mod webhooks;
mod workflows;
