//! `ruche.noop`: nothing, for benchmarks and health probes.

use ruche_domain::RawJson;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Task, TaskContext, TaskError};

/// Does nothing and returns null. For benchmarks and health probes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Noop {
    /// Any JSON; it is ignored.
    #[serde(default)]
    #[schemars(with = "serde_json::Value")]
    #[expect(dead_code, reason = "taken so that messages of any size can be sent, and not looked at")]
    payload: Option<RawJson>,
}

impl Task for Noop {
    const NAME: &'static str = "ruche.noop";
    type Output = ();

    async fn run(self, _context: &TaskContext) -> Result<(), TaskError> {
        Ok(())
    }
}
