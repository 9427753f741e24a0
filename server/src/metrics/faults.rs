//! Whose fault a refusal is: only the server's count against what is promised of its functions.

use ruche_store::StoreError;

use crate::{problem::Problem, refusal::Refusal};

/// Says whether it is the server's fault.
pub trait Fault {
    /// `false` if the caller asked for what cannot be.
    fn is_ours(&self) -> bool;
}

impl Fault for Problem {
    fn is_ours(&self) -> bool {
        self.code().status().is_server_error()
    }
}

impl<S> Fault for Refusal<S> {
    fn is_ours(&self) -> bool {
        self.problem().is_ours()
    }
}

impl Fault for StoreError {
    fn is_ours(&self) -> bool {
        true
    }
}

/// Whether a handler failed, and not its caller.
pub fn is_ours<T, E: Fault>(result: &Result<T, E>) -> bool {
    result.as_ref().is_err_and(Fault::is_ours)
}
