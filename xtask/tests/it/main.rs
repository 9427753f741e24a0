//! The harness itself, against real servers: what it starts serves, and nothing of it stays.

mod program;
mod servers;
