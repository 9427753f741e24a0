//! The engine as a whole: a real store, a broker whose mishaps the tests decide.

mod arguments;
mod artifacts;
mod broker;
mod cancelling;
mod draining;
mod failing;
mod flaky;
mod harness;
mod in_process;
mod leases;
mod queues;
mod reporting;
mod running;
mod simulation;
mod tasks;
mod trouble;
