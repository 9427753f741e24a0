//! Everything: on a terminal, counts and what runs with progress bars; elsewhere a line per event.

use std::{collections::HashMap, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use ruche_api::{ResetEvent, Stats, SummaryEvent, TaskEvent, TaskState, TaskSummary};
use ruche_bootstrap::{ExitCode, Failure};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    api::{Client, Event, Events},
    args::{OutputArgs, operations::WhichArgs},
    output::{self, clean},
};

/// Looks afresh at least that often.
const LOOK: Duration = Duration::from_secs(2);

/// Looks at most that often.
const PAUSE: Duration = Duration::from_millis(250);

/// Most running tasks drawn.
const MOST_BARS: u32 = 20;

/// Prints a line per event until the server ends the stream.
pub async fn print(client: &Client, output: OutputArgs) -> Result<ExitCode, Failure> {
    let mut events = Events::open(client, None).await?;
    while let Some(event) = events.next().await? {
        if output.json {
            let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
            output::json(&json!({ "event": event.name, "id": event.id, "data": data }))?;
        } else if let Some(text) = in_words(&event) {
            output::line(text)?;
        }
    }
    Ok(ExitCode::Success)
}

fn in_words(event: &Event) -> Option<String> {
    let of_task = || serde_json::from_str::<TaskEvent>(&event.data).ok();
    let line = |event: TaskEvent, what: String| format!("{} {} {} {what}", event.at.format("%H:%M:%S%.3f"), event.id, event.task);
    match event.name.as_str() {
        "task.state" => of_task().and_then(|event| {
            let state = event.state?;
            let attempt = if event.attempt > 0 { format!(" #{}", event.attempt) } else { String::new() };
            Some(line(event, format!("{}{attempt}", output::state(state))))
        }),
        "task.cancel_requested" => of_task().map(|event| line(event, "asked to stop".to_owned())),
        "summary" => serde_json::from_str::<SummaryEvent>(&event.data).ok().map(|summary| {
            let counts: Vec<_> = summary.entered.iter().map(|(state, count)| format!("{count} {}", clean(state))).collect();
            format!("many at once: {}", counts.join(", "))
        }),
        "reset" => {
            let reason = serde_json::from_str::<ResetEvent>(&event.data).map(|reset| clean(&reset.reason)).unwrap_or_default();
            Some(format!("events were lost ({reason})"))
        }
        _ => None,
    }
}

/// Draws until Ctrl-C.
pub async fn draw(client: &Client) -> Result<ExitCode, Failure> {
    let mut events = Events::open(client, None).await?;
    let mut screen = Screen::new(client.address());
    loop {
        let running = WhichArgs { state: Some(ruche_domain::TaskState::Running), ..WhichArgs::default() };
        let (stats, tasks) = tokio::try_join!(client.stats(), client.tasks(&running, MOST_BARS, None))?;
        screen.show(&stats, &tasks.data);
        tokio::time::sleep(PAUSE).await;
        if let Ok(event) = timeout(LOOK, events.next()).await
            && event?.is_none()
        {
            return Ok(ExitCode::Success);
        }
        // What else has come by now is answered by the same look.
        while let Ok(Ok(Some(_))) = timeout(Duration::ZERO, events.next()).await {}
    }
}

struct Screen {
    bars: MultiProgress,
    head: ProgressBar,
    running: HashMap<uuid::Uuid, ProgressBar>,
    server: String,
}

impl Screen {
    fn new(server: String) -> Self {
        let bars = MultiProgress::new();
        let style = ProgressStyle::with_template("{wide_msg}").expect("the template is sound");
        let head = bars.add(ProgressBar::no_length().with_style(style));
        Self { bars, head, running: HashMap::new(), server }
    }

    fn show(&mut self, stats: &Stats, tasks: &[TaskSummary]) {
        self.head.set_message(head(&self.server, stats));
        self.running.retain(|id, bar| {
            let runs = tasks.iter().any(|task| task.id == *id);
            if !runs {
                bar.finish_and_clear();
                self.bars.remove(bar);
            }
            runs
        });
        for task in tasks {
            let bar = self.running.entry(task.id).or_insert_with(|| self.bars.add(bar(task)));
            if let Some(progress) = &task.progress {
                bar.set_length(progress.total.unwrap_or(progress.current));
                bar.set_position(progress.current);
                bar.set_message(clean(progress.message.as_deref().unwrap_or_default()));
            }
        }
    }
}

fn bar(task: &TaskSummary) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix} [{bar:30}] {pos}/{len} {wide_msg} {elapsed}");
    let bar = ProgressBar::no_length().with_style(style.expect("the template is sound"));
    bar.set_prefix(format!("{} {} #{}", task.id, task.task, task.attempt));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// `http://127.0.0.1:8000  3 queued  2 running (2/128 slots, 1 worker)  40 succeeded`
fn head(server: &str, stats: &Stats) -> String {
    let count = |count: &ruche_api::StateCount| {
        let more = if count.at_least { "+" } else { "" };
        format!("{}{more} {}", count.count, output::state(count.state))
    };
    let shown = stats
        .tasks
        .iter()
        .filter(|tasks| tasks.count > 0 || tasks.state == TaskState::Queued || tasks.state == TaskState::Running);
    let counts: Vec<_> = shown.map(count).collect();
    let workers = &stats.workers;
    format!("{server}  {}  {}/{} slots, {} workers", counts.join("  "), workers.busy, workers.slots, workers.workers)
}
