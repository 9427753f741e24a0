//! The programs as people meet them: run as processes.

mod access;
mod architecture;
mod client;
mod completions;
mod golden;
mod program;
mod queues;
mod schedules;
mod startup;
mod up;
