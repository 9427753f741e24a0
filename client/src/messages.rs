//! Every text people read, one file per page, both languages side by side.

pub mod cron;
pub mod data;
pub mod errors;
pub mod navigation;
pub mod reasons;
pub mod states;
pub mod words;

pub mod audit;
pub mod dead_letters;
pub mod enqueue;
pub mod help;
pub mod login;
pub mod operations;
pub mod overview;
pub mod queues;
pub mod schedules;
pub mod settings;
pub mod shortcuts;
pub mod task;
pub mod tasks;
pub mod workers;
pub mod workflows;
