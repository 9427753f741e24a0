//! A task with a fate.

use std::time::Duration;

use ruche_domain::RetryPolicy;
use ruche_worker::{Task, TaskContext, TaskDefaults, TaskError};
use schemars::JsonSchema;
use serde::Deserialize;

pub const NAME: &str = "chance";

/// How many fates there are.
pub const FATES: u32 = 8;

/// Ends as its fate says; a result is the number of the attempt that made it.
#[derive(Deserialize, JsonSchema)]
pub struct Chance {
    fate: u32,
}

impl Task for Chance {
    const NAME: &'static str = NAME;
    type Output = u32;

    fn defaults() -> TaskDefaults {
        let retry = RetryPolicy::new(4, Duration::from_secs(1), Duration::from_secs(4), 2.0, 0.5).unwrap();
        TaskDefaults { retry, timeout: Some(Duration::from_millis(50)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<u32, TaskError> {
        context.progress(1, None, None);
        match self.fate {
            0 => return Err(TaskError::fail("doomed")),
            1 => return Err(TaskError::retry("never lucky")),
            2 if context.attempt() < 3 => return Err(TaskError::retry("not yet")),
            3 if context.attempt() < 2 => panic!("once"),
            4 => tokio::time::sleep(Duration::from_millis(20)).await,
            5 => context.info("a line"),
            6 if context.attempt() < 2 => std::future::pending().await,
            _ => tokio::task::yield_now().await,
        }
        Ok(context.attempt())
    }
}
