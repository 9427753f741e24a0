//! The raw limits Ruche is held against.

pub mod amqp;
pub mod http;
pub mod sql;
