//! The repository's own commands, and what they share with the benchmark and
//! chaos programs: private PostgreSQL and RabbitMQ servers ([`services`]) and
//! an orderly end on Ctrl-C ([`interrupt`]).

pub mod interrupt;
pub mod services;
