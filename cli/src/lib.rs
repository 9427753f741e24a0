//! The `ruche` command: everything in one process (`ruche up`), and the operator's client of the public API.

pub mod api;
pub mod args;
pub mod commands;
pub mod output;
