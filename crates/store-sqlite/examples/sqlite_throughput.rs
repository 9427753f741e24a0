//! How many tasks per second are inserted, claimed and finished, by the size of the batches.
//!
//! `cargo run --release -p ruche-store-sqlite --example sqlite_throughput [tasks [batch sizes]]`

use std::time::{Duration, Instant};

use ruche_domain::{
    AttemptOutcome, Clock, NewTask, Priority, QueueName, RawJson, SystemClock, TaskName, TaskOptions, WorkerName,
};
use ruche_store::{AttemptRef, ClaimRequest, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Store};
use ruche_store_sqlite::SqliteStore;

#[tokio::main]
async fn main() {
    let tasks: usize = std::env::args().nth(1).map_or(20_000, |count| count.parse().expect("a number of tasks"));
    println!("{:>6}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}", "batch", "insert/s", "claim/s", "finish/s", "confirm/s", "all/s");
    let sizes: Vec<usize> = std::env::args().skip(2).map(|size| size.parse().expect("a batch size")).collect();
    for size in if sizes.is_empty() { vec![1, 32, 256, 1_000] } else { sizes } {
        let tasks = if size == 1 { tasks / 10 } else { tasks };
        let store = SqliteStore::temporary().await.expect("a temporary store");
        let mut spent = [Duration::ZERO; 4];
        for _ in 0..tasks.div_ceil(size) {
            round(&store, size, &mut spent).await;
        }
        store.close().await;
        let done = (tasks.div_ceil(size) * size) as f64;
        let all: Duration = spent.iter().sum();
        let [insert, claim, finish, confirm] = spent.map(|spent| done / spent.as_secs_f64());
        println!("{size:>6}  {insert:>10.0}  {claim:>10.0}  {finish:>10.0}  {confirm:>10.0}  {:>10.0}", done / all.as_secs_f64());
    }
}

/// One batch from its acceptance to its end.
async fn round(store: &SqliteStore, size: usize, spent: &mut [Duration; 4]) {
    let clock = SystemClock;
    let tasks: Vec<_> = (0..size).map(|_| task(&clock)).collect();
    let claims = tasks.iter().map(|task| ClaimRequest { id: task.id, foreign: None }).collect();
    let worker = WorkerName::new("ruche@bench").expect("a valid name");
    let now = clock.now();

    let start = Instant::now();
    let inserted = store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await.expect("enqueue");
    spent[0] += start.elapsed();

    let start = Instant::now();
    let claimed = store.claim(&worker, claims, now, now + Duration::from_secs(30)).await.expect("claim");
    spent[1] += start.elapsed();
    assert_eq!(claimed.len(), size);

    let finished: Vec<_> = claimed
        .iter()
        .map(|claimed| FinishedAttempt {
            attempt: AttemptRef { id: claimed.task.id, attempt: claimed.attempt },
            outcome: AttemptOutcome::Succeeded { result: RawJson::trusted(r#"{"status":200}"#) },
            finished_at: now,
            of_workflow: false,
        })
        .collect();
    let start = Instant::now();
    assert!(store.finish(&finished).await.expect("finish").into_iter().all(|taken| taken));
    spent[2] += start.elapsed();

    let start = Instant::now();
    store.confirm_published(&[inserted.outbox.expect("a note")]).await.expect("confirm");
    spent[3] += start.elapsed();
}

fn task(clock: &SystemClock) -> NewTask {
    NewTask {
        id: clock.new_task_id(),
        name: TaskName::new("demo.add").expect("a valid name"),
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::trusted(
            r#"{"order":"A-1024","amount":"19.90","currency":"EUR","to":"https://example.org/hooks/orders"}"#,
        ),
        max_attempts: 3,
        created_at: clock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    }
}
