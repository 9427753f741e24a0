//! The server's API: requests as values, with the type of their answer; sending them; what became of them.

mod answer;
mod ask;
mod error;
mod query;
mod remote;
mod send;

mod endpoints;

pub use answer::Answer;
pub use ask::{Ask, Method};
pub use endpoints::*;
pub use error::ApiError;
pub use query::{Query, use_query};
pub use remote::Remote;
pub use send::Action;
