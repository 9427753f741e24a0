use std::time::Duration;

use chrono::TimeDelta;
use prometheus::TextEncoder;
use ruche_domain::{AttemptOutcome, RawJson, TaskFailure, WorkerName};

use super::*;

fn metrics() -> (Metrics, prometheus::Registry) {
    let registry = prometheus::Registry::new();
    let options = EngineOptions::new(WorkerName::new("ruche@test").unwrap(), vec![QueueName::default_queue()]);
    let metrics = Metrics::register(&registry, &options, [task("math.add")].iter()).unwrap();
    (metrics, registry)
}

fn task(name: &str) -> TaskName {
    TaskName::new(name).unwrap()
}

fn text(registry: &prometheus::Registry) -> String {
    TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
}

#[test]
fn every_family_is_there_before_anything_happened() {
    let (_metrics, registry) = metrics();
    let text = text(&registry);
    for family in [
        "ruche_task_attempts_total{by=\"worker\",final=\"true\",outcome=\"succeeded\",queue=\"default\",task=\"math.add\"} 0",
        "ruche_task_retries_scheduled_total{queue=\"default\",reason=\"error\",task=\"math.add\"} 0",
        "ruche_tasks_dead_lettered_total{by=\"worker\",queue=\"default\",reason=\"error\",task=\"math.add\"} 0",
        "ruche_task_queue_wait_seconds_count{queue=\"default\",task=\"math.add\"} 0",
        "ruche_task_run_duration_seconds_count{outcome=\"failed\",queue=\"default\",task=\"math.add\"} 0",
        "ruche_task_end_to_end_seconds_count{queue=\"default\",task=\"math.add\"} 0",
        "ruche_task_attempts_to_finish_count{queue=\"default\",task=\"math.add\"} 0",
        "ruche_worker_slots{queue=\"default\",worker=\"ruche@test\"} 128",
        "ruche_worker_slots_busy{queue=\"default\",worker=\"ruche@test\"} 0",
        "ruche_worker_heartbeat_timestamp_seconds{worker=\"ruche@test\"} 0",
        "ruche_worker_info{queues=\"default\",version=",
    ] {
        assert!(text.contains(family), "{family}\n{text}");
    }
}

#[test]
fn names_of_strangers_never_become_labels() {
    let (metrics, registry) = metrics();
    metrics.series(&QueueName::default_queue(), &task("stranger.task")).lost();
    metrics.series(&QueueName::new("stranger-queue").unwrap(), &task("math.add")).lost();
    let text = text(&registry);
    assert!(!text.contains("stranger"));
    assert!(text.contains(
        "ruche_task_attempts_total{by=\"worker\",final=\"false\",outcome=\"lost\",queue=\"default\",task=\"unknown\"} 1"
    ));
    assert!(text.contains(
        "ruche_task_attempts_total{by=\"worker\",final=\"false\",outcome=\"lost\",queue=\"unknown\",task=\"unknown\"} 1"
    ));
}

#[test]
fn outcomes_are_counted_by_kind_and_finality() {
    let (metrics, registry) = metrics();
    let series = metrics.series(&QueueName::default_queue(), &task("math.add"));
    let failure = |kind: &str| TaskFailure::new(kind, "x");
    for outcome in [
        AttemptOutcome::Retrying { due_at: Timestamp::UNIX_EPOCH, failure: failure("timed_out") },
        AttemptOutcome::Failed { failure: failure("http_status") },
        AttemptOutcome::Succeeded { result: RawJson::null() },
    ] {
        let since_created = TimeDelta::seconds(-5);
        series.recorded(&Recorded { outcome: &outcome, ran: Duration::from_secs(1), since_created, attempts_used: 2 });
    }
    let text = text(&registry);
    for line in [
        "ruche_task_attempts_total{by=\"worker\",final=\"false\",outcome=\"timed_out\",queue=\"default\",task=\"math.add\"} 1",
        "ruche_task_attempts_total{by=\"worker\",final=\"true\",outcome=\"failed\",queue=\"default\",task=\"math.add\"} 1",
        "ruche_task_retries_scheduled_total{queue=\"default\",reason=\"timed_out\",task=\"math.add\"} 1",
        "ruche_tasks_dead_lettered_total{by=\"worker\",queue=\"default\",reason=\"http_status\",task=\"math.add\"} 1",
        "ruche_task_attempts_to_finish_count{queue=\"default\",task=\"math.add\"} 2",
        "ruche_task_run_duration_seconds_count{outcome=\"timed_out\",queue=\"default\",task=\"math.add\"} 1",
        "ruche_task_end_to_end_seconds_sum{queue=\"default\",task=\"math.add\"} 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_slot_is_busy_for_as_long_as_it_is_held() {
    let (metrics, registry) = metrics();
    let slots = Arc::new(tokio::sync::Semaphore::new(1));
    let slot = metrics.slot(Arc::clone(&slots).try_acquire_owned().unwrap());
    assert!(text(&registry).contains("ruche_worker_slots_busy{queue=\"default\",worker=\"ruche@test\"} 1"));
    drop(slot);
    assert!(text(&registry).contains("ruche_worker_slots_busy{queue=\"default\",worker=\"ruche@test\"} 0"));
    assert_eq!(slots.available_permits(), 1);
}
