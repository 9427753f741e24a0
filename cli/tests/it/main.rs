//! The programs as people meet them: run as processes.

mod architecture;
mod client;
mod golden;
mod program;
mod queues;
mod startup;
mod up;
