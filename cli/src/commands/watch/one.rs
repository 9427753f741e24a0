//! One task until it ends: its states, progress and log.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ruche_api::{Task, TaskEvent, TaskState};
use ruche_bootstrap::{ExitCode, Failure};
use ruche_domain::TaskId;
use serde_json::json;
use tokio::time::timeout;

use crate::{
    api::{ApiError, Client, Event, Events, as_json},
    args::OutputArgs,
    commands::task,
    output::{self, clean},
};

/// Looks at the task now and then without an event: notices are a convenience and may be lost.
const LOOK: Duration = Duration::from_secs(5);

/// Shortest time between two looks, however many events come.
const PAUSE: Duration = Duration::from_millis(100);

/// Watches until the task ends.
pub async fn watch(client: &Client, id: TaskId, live: bool, output: OutputArgs) -> Result<ExitCode, Failure> {
    // First the events, then the task: so that nothing happens unseen between the two.
    let mut events = Events::open(client, Some(id)).await?;
    let mut view = View::new(live, output);
    let mut seen = 0;
    loop {
        let task = client.task(id).await?;
        seen = task::each_log(client, id, seen, |line| view.log(line)).await??;
        view.task(&task)?;
        if task::has_ended(task.state) {
            view.end(&task)?;
            return Ok(task::exit_code(task.state));
        }
        tokio::time::sleep(PAUSE).await;
        next_about(&mut events, id).await?;
    }
}

/// Waits for something that may be about the task.
async fn next_about(events: &mut Events, id: TaskId) -> Result<(), ApiError> {
    let wait = async {
        loop {
            match events.next().await? {
                Some(event) if concerns(&event, id) => return Ok(()),
                Some(_) => {}
                // No more events: what is left is to look now and then.
                None => std::future::pending().await,
            }
        }
    };
    timeout(LOOK, wait).await.unwrap_or(Ok(()))
}

fn concerns(event: &Event, id: TaskId) -> bool {
    match event.name.as_str() {
        name if name.starts_with("task.") => {
            serde_json::from_str::<TaskEvent>(&event.data).is_ok_and(|event| TaskId::from(event.id) == id)
        }
        // Events were lost or summed up.
        _ => true,
    }
}

/// What is shown of the task.
struct View {
    bar: Option<ProgressBar>,
    output: OutputArgs,
    last: Option<(TaskState, u32)>,
}

impl View {
    fn new(live: bool, output: OutputArgs) -> Self {
        let style = ProgressStyle::with_template("{spinner} {prefix} [{bar:30}] {pos}/{len} {wide_msg} {elapsed}");
        let bar = live.then(|| {
            let bar = ProgressBar::no_length().with_style(style.expect("the template is sound"));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar, output, last: None }
    }

    fn say(&self, text: String) -> anyhow::Result<()> {
        match &self.bar {
            Some(bar) => {
                bar.println(text);
                Ok(())
            }
            None => output::line(text),
        }
    }

    fn log(&self, line: &ruche_api::LogLine) -> anyhow::Result<()> {
        if self.output.json {
            return output::json(&json!({ "log": as_json(line)? }));
        }
        self.say(task::log_line(line))
    }

    fn task(&mut self, task: &Task) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("{} {}", task.task, output::state(task.state)));
            if let Some(progress) = &task.progress {
                bar.set_length(progress.total.unwrap_or(progress.current));
                bar.set_position(progress.current);
                bar.set_message(clean(progress.message.as_deref().unwrap_or_default()));
            }
        }
        let now = (task.state, task.attempt);
        if self.last.replace(now) == Some(now) {
            return Ok(());
        }
        if self.output.json {
            return output::json(&json!({ "state": task.state, "attempt": task.attempt }));
        }
        let why = task.failure.as_ref().map_or_else(String::new, |failure| format!(": {}", clean(&failure.message)));
        let attempt = if task.attempt > 0 { format!(" #{}", task.attempt) } else { String::new() };
        self.say(format!("{} {}{attempt}{why}", task.task, output::state(task.state)))
    }

    fn end(&self, task: &Task) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        match (&task.result, self.output.json) {
            (Some(result), false) => output::line(clean(result.0.as_str())),
            (Some(result), true) => output::json(&json!({ "result": as_json(result)? })),
            (None, _) => Ok(()),
        }
    }
}
