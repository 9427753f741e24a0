//! Ruche measured and tried on real services: what is behind `cargo xtask bench`, `demo` and `chaos`.
#![allow(missing_docs, reason = "a program in library's clothing, so that tests can run smaller versions of it")]

pub mod api;
pub mod binaries;
pub mod celery;
pub mod chaos;
pub mod contract;
mod cpu;
pub mod demo;
mod latency;
pub mod limits;
mod load;
pub mod stack;
mod table;
pub mod workloads;
