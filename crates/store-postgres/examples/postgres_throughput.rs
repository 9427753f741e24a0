//! How many tasks per second the store takes through insert, claim and finish, with nothing around it.
//!
//! ```text
//! cargo run -p ruche-store-postgres --example postgres_throughput -- postgres://user@host/database [tasks] [batch] [lanes]
//! ```
//!
//! Migrates the database and leaves the finished tasks in it: use an empty one. Each lane takes one batch after another all
//! the way. Watch the server's processes meanwhile to see what a task costs them.

use std::{sync::Arc, time::Duration, time::Instant};

use ruche_domain::{
    AttemptOutcome, Clock, NewTask, Priority, QueueName, RawJson, SystemClock, TaskName, TaskOptions, WorkerName,
};
use ruche_store::{AttemptRef, ClaimRequest, Enqueue, EnqueueRequest, FinishedAttempt, Lease, Store};
use ruche_store_postgres::{PgOptions, PgStore};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("usage: throughput <url> [tasks] [batch] [lanes]")?;
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let (tasks, batch, lanes) = (number(100_000)?, number(500)?, number(4)?);

    PgStore::migrate(&url).await?;
    let store = Arc::new(PgStore::connect(&PgOptions { max_connections: 12, ..PgOptions::new(url) }).await?);
    let began = Instant::now();
    let running: Vec<_> =
        (0..lanes).map(|lane| tokio::spawn(take_through(Arc::clone(&store), lane, tasks / lanes / batch, batch))).collect();
    let mut spent = [Duration::ZERO; 3];
    for lane in running {
        let times = lane.await??;
        spent.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
    }
    let took = began.elapsed();
    let done = (tasks / lanes / batch * batch * lanes) as f64;
    println!("{done} tasks, batches of {batch}, {lanes} lanes: {:.2?}, {:.0} tasks/s", took, done / took.as_secs_f64());
    for (verb, time) in ["insert", "claim", "finish"].iter().zip(spent) {
        println!("  {verb:<7} {:>6.1} us per task waited for, in its lane", time.as_secs_f64() * 1e6 / done);
    }
    store.close().await;
    Ok(())
}

async fn take_through(store: Arc<PgStore>, lane: usize, batches: usize, batch: usize) -> Result<[Duration; 3], Failure> {
    let worker = WorkerName::new(&format!("bench@{lane}"))?;
    let mut spent = [Duration::ZERO; 3];
    for _ in 0..batches {
        let tasks: Vec<_> = (0..batch).map(task).collect::<Result<_, _>>()?;
        let requests: Vec<_> = tasks.iter().map(|task| ClaimRequest { id: task.id, foreign: None }).collect();
        let now = SystemClock.now();

        let began = Instant::now();
        let inserted = store.enqueue(&[EnqueueRequest { tasks, idempotency: None }], now).await?;
        spent[0] += began.elapsed();
        store.confirm_published(inserted.outbox.as_slice()).await?;

        let began = Instant::now();
        let claimed = store.claim(&worker, requests, now, now + Duration::from_secs(30)).await?;
        spent[1] += began.elapsed();
        assert_eq!(claimed.len(), batch);

        let finished: Vec<_> = claimed
            .iter()
            .map(|claimed| FinishedAttempt {
                attempt: AttemptRef { id: claimed.task.id, attempt: claimed.attempt },
                outcome: AttemptOutcome::Succeeded { result: RawJson::null() },
                finished_at: SystemClock.now(),
                of_workflow: false,
            })
            .collect();
        let began = Instant::now();
        let taken = store.finish(&finished).await?;
        spent[2] += began.elapsed();
        assert!(taken.iter().all(|taken| *taken));
    }
    Ok(spent)
}

fn task(number: usize) -> Result<NewTask, Failure> {
    Ok(NewTask {
        id: SystemClock.new_task_id(),
        name: TaskName::new("bench.noop")?,
        queue: QueueName::default_queue(),
        priority: Priority::default(),
        args: RawJson::empty_array(),
        kwargs: RawJson::of(&serde_json::json!({ "number": number, "text": "some sixty bytes of arguments, as tasks have" }))?,
        max_attempts: 5,
        created_at: SystemClock.now(),
        eta: None,
        expires_at: None,
        options: TaskOptions::default(),
    })
}
