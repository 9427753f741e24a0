//! The monitoring's files: what is generated, what can be checked by reading, what Prometheus' own tool says, and what real programs say.

mod alertmanager;
mod files;
mod golden;
mod linter;
mod live;
mod names;
mod promtool;
mod runbooks;
