//! `ruche.sleep`: waits and reports, to try things out.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Task, TaskContext, TaskDefaults, TaskError};

/// Longest sleep, in milliseconds: one hour.
const LONGEST_MS: u64 = 3_600_000;

/// Most steps.
const MOST_STEPS: u32 = 10_000;

/// Sleeps, reporting progress and a log line for each step. To try cancelling, timeouts and the live view.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"milliseconds": 10_000, "steps": 20}))]
pub struct Sleep {
    /// How long to sleep in all, in milliseconds; at most one hour.
    #[schemars(range(max = LONGEST_MS))]
    milliseconds: u64,
    /// In how many steps.
    #[serde(default = "ten_steps")]
    #[schemars(range(min = 1, max = MOST_STEPS))]
    steps: u32,
}

fn ten_steps() -> u32 {
    10
}

impl Task for Sleep {
    const NAME: &'static str = "ruche.sleep";
    type Output = ();

    /// An hour and a bit: the longest sleep has to fit.
    fn defaults() -> TaskDefaults {
        TaskDefaults { timeout: Some(Duration::from_millis(LONGEST_MS) + Duration::from_secs(60)), ..TaskDefaults::default() }
    }

    async fn run(self, context: &TaskContext) -> Result<(), TaskError> {
        if self.milliseconds > LONGEST_MS || !(1..=MOST_STEPS).contains(&self.steps) {
            return Err(TaskError::fail("milliseconds is at most 3600000, steps is 1 to 10000").kind("invalid_arguments"));
        }
        let step = Duration::from_millis(self.milliseconds) / self.steps;
        for done in 1..=self.steps {
            tokio::select! {
                biased;
                () = context.cancelled() => return Err(TaskError::retry("stopped while asleep").kind("cancelled")),
                () = tokio::time::sleep(step) => {}
            }
            context.progress(done.into(), Some(self.steps.into()), format!("step {done} of {}", self.steps));
            context.info(format!("slept {done} of {} steps", self.steps));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_step_reports_progress_and_a_line() {
        let test = TaskContext::for_tests();
        Sleep { milliseconds: 4, steps: 4 }.run(&test).await.unwrap();
        assert_eq!(test.lines().len(), 4);
        assert_eq!(test.progress().map(|p| (p.current, p.total)), Some((4, Some(4))));
    }

    #[tokio::test]
    async fn a_long_sleep_ends_when_it_is_cancelled() {
        let test = TaskContext::for_tests();
        test.cancel();
        let error = Sleep { milliseconds: LONGEST_MS, steps: 1 }.run(&test).await.unwrap_err();
        assert_eq!(error.failure.kind, "cancelled");
    }

    #[tokio::test]
    async fn more_than_an_hour_or_no_steps_are_refused() {
        let test = TaskContext::for_tests();
        for (milliseconds, steps) in [(LONGEST_MS + 1, 1), (u64::MAX, 10), (1, 0), (1, u32::MAX)] {
            let error = Sleep { milliseconds, steps }.run(&test).await.unwrap_err();
            assert_eq!(error.failure.kind, "invalid_arguments");
        }
    }
}
