//! Changes of many tasks at once.

mod accepting;
mod cancel;
mod create;
mod filter;
mod get;
mod list;

use poem_openapi::OpenApi;

pub use self::accepting::{Asked, Told, accept};
use crate::problem::{Code, Problem};

/// The operations on operations, in the order the document shows them.
pub fn operations() -> impl OpenApi + 'static {
    (create::Create, list::List, get::Get, cancel::Cancel)
}

fn not_found() -> Problem {
    Problem::new(Code::OperationNotFound)
}
