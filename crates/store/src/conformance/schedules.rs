//! Schedules and their ticks.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use ruche_domain::{
    CatchUp, Clock, CronRule, EveryRule, ManualClock, NewTask, Overlap, Priority, QueueName, RawJson, Schedule,
    ScheduleDefinition, ScheduleName, ScheduleRule, Skipped, TaskId, TaskOptions, TaskState, Tick, TickKind, Timestamp,
};

use super::{Fixture, Subject, subject::*};
use crate::{
    BackfillAnswer, DeleteAnswer, Fired, HISTORY, Handover, RunAnswer, ScheduleAnswer, ScheduleChange, SharedStore, TaskMaker,
};

/// Makes plain tasks that carry their tick, in whole seconds, as their argument.
struct Maker<'a> {
    ids: &'a ManualClock,
    now: Timestamp,
}

impl TaskMaker for Maker<'_> {
    fn make(&self, schedule: &Schedule, tick: Timestamp) -> Result<NewTask, String> {
        if schedule.definition.task.as_str() == "null" {
            return Err("unknown_task".to_owned());
        }
        Ok(NewTask {
            id: self.ids.new_task_id(),
            name: name("t.plain"),
            queue: QueueName::default_queue(),
            priority: Priority::default(),
            args: RawJson::trusted(format!("[{}]", tick.timestamp())),
            kwargs: RawJson::empty_object(),
            max_attempts: 3,
            created_at: self.now,
            eta: None,
            expires_at: None,
            options: TaskOptions::default(),
        })
    }
}

impl Subject {
    fn maker(&self) -> Maker<'_> {
        Maker { ids: &self.clock, now: self.now() }
    }

    /// Ticks every ten seconds, the first time in ten seconds.
    fn every_ten(&self, called: &str) -> Schedule {
        self.every_ten_with(called, |_| {})
    }

    fn every_ten_with(&self, called: &str, change: impl FnOnce(&mut ScheduleDefinition)) -> Schedule {
        let rule = EveryRule::new(Duration::from_secs(10), self.now()).expect("a valid interval");
        let mut definition = ScheduleDefinition {
            description: "Ticks 'often' \u{1f41d}.".into(),
            rule: ScheduleRule::Every(rule),
            task: RawJson::trusted(r#"{"task":"t.plain","kwargs":{"big":123456789012345678901234567890}}"#),
            overlap: Overlap::Allow,
            catch_up: CatchUp::None,
            jitter: Duration::ZERO,
        };
        change(&mut definition);
        Schedule::begin(schedule_name(called), definition, false, self.now()).expect("it ticks")
    }

    async fn scheduled(&self, schedule: &Schedule) {
        assert!(self.store.create_schedule(schedule).await.expect("create"));
    }

    async fn fire(&self) -> Handover {
        self.store.fire_due(self.now(), 100, &self.maker()).await.expect("fire").handover
    }

    async fn stored(&self, called: &str) -> Schedule {
        self.store.schedule(&schedule_name(called)).await.expect("schedule").expect("it is stored")
    }

    async fn history(&self, called: &str) -> Vec<Tick> {
        self.store.ticks(&schedule_name(called), None, MANY).await.expect("ticks").rows
    }

    async fn run_now(&self, called: &str) -> RunAnswer {
        self.store.run_schedule(&schedule_name(called), self.now(), &self.maker()).await.expect("run")
    }

    async fn backfill(&self, called: &str, ticks: &[Timestamp]) -> Vec<(Timestamp, TaskId)> {
        let answer = self.store.backfill_schedule(&schedule_name(called), ticks, self.now(), &self.maker()).await;
        match answer.expect("backfill") {
            BackfillAnswer::Filled { made, handover } => {
                assert_eq!(sorted(handover.tasks.iter().map(|t| t.id)), sorted(made.iter().map(|(_, id)| *id)));
                made
            }
            other => panic!("{other:?}"),
        }
    }
}

fn schedule_name(text: &str) -> ScheduleName {
    ScheduleName::new(text).expect("a valid schedule name")
}

fn fates(ticks: &[Tick]) -> Vec<(Option<Skipped>, bool)> {
    ticks.iter().map(|tick| (tick.skipped, tick.task.is_some())).collect()
}

const RAN: (Option<Skipped>, bool) = (None, true);
const OVERLAP: (Option<Skipped>, bool) = (Some(Skipped::Overlap), false);

pub async fn a_schedule_is_read_back_and_its_name_is_taken(s: &Subject) {
    let cron = CronRule::new("0 30 2 * * MON-FRI", "Europe/Paris").expect("a valid rule");
    let schedule = s.every_ten_with(&"n".repeat(100), |d| {
        d.rule = ScheduleRule::Cron(cron);
        d.catch_up = CatchUp::All { window: Duration::from_secs(600) };
        d.jitter = Duration::from_millis(1_500);
    });
    s.scheduled(&schedule).await;
    assert_eq!(s.stored(schedule.name.as_str()).await, schedule);
    let other = Schedule { name: schedule.name.clone(), ..s.every_ten("other") };
    assert!(!s.store.create_schedule(&other).await.expect("create"));
    assert_eq!(s.stored(schedule.name.as_str()).await, schedule, "the first stays");
    assert_eq!(s.store.schedule(&schedule_name("none")).await.expect("schedule"), None);
}

pub async fn schedules_are_paged_by_name(s: &Subject) {
    for called in ["b", "a.1", "A", "c-2", "0"] {
        s.scheduled(&s.every_ten(called)).await;
    }
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = s.store.schedules(after.as_ref(), 2).await.expect("schedules");
        seen.extend(page.rows.iter().map(|schedule| schedule.name.to_string()));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(seen, ["0", "A", "a.1", "b", "c-2"]);
}

pub async fn a_change_needs_the_expected_revision(s: &Subject) {
    let schedule = s.every_ten("s");
    s.scheduled(&schedule).await;
    let definition = ScheduleDefinition { description: "other".into(), ..schedule.definition.clone() };
    let replace = ScheduleChange::Replace { definition: Box::new(definition.clone()), paused: None };
    let change = async |called: &str, expected, change: &ScheduleChange| {
        s.store.change_schedule(&schedule_name(called), expected, change, s.now()).await.expect("change")
    };
    assert_eq!(change("none", None, &replace).await, ScheduleAnswer::NotFound);
    s.advance(3);
    let ScheduleAnswer::Changed(changed) = change("s", Some(1), &replace).await else { panic!("not changed") };
    assert_eq!((changed.revision, changed.updated_at, &changed.definition), (2, s.now(), &definition));
    assert_eq!(s.stored("s").await, *changed);
    assert_eq!(change("s", Some(1), &ScheduleChange::Pause).await, ScheduleAnswer::Stale(2));
    let once = ScheduleRule::Once { at: s.now() };
    let over = ScheduleDefinition { rule: once, ..definition };
    let replace = ScheduleChange::Replace { definition: Box::new(over), paused: None };
    assert_eq!(change("s", None, &replace).await, ScheduleAnswer::NeverTicks);
    assert_eq!(s.stored("s").await, *changed, "refused changes change nothing");
    assert_eq!(s.store.delete_schedule(&changed.name, Some(1)).await.expect("delete"), DeleteAnswer::Stale(2));
}

pub async fn a_paused_schedule_does_not_tick(s: &Subject) {
    let schedule = s.every_ten("s");
    s.scheduled(&schedule).await;
    let change = async |change: ScheduleChange| {
        let answer = s.store.change_schedule(&schedule.name, None, &change, s.now()).await.expect("change");
        assert!(matches!(answer, ScheduleAnswer::Changed(_)), "{answer:?}");
    };
    change(ScheduleChange::Pause).await;
    assert_eq!(s.store.next_tick_due().await.expect("next"), None);
    s.advance(25);
    assert!(s.fire().await.tasks.is_empty());
    change(ScheduleChange::Resume).await;
    assert_eq!(s.store.next_tick_due().await.expect("next"), Some(s.in_seconds(5)));
    s.advance(5);
    assert_eq!(s.fire().await.tasks.len(), 1);
    assert_eq!(s.history("s").await.len(), 1, "what came meanwhile is forgotten");
}

pub async fn a_due_tick_makes_its_task_and_its_history(s: &Subject) {
    let schedule = s.every_ten("s");
    s.scheduled(&schedule).await;
    assert_eq!(s.store.next_tick_due().await.expect("next"), Some(s.in_seconds(10)));
    s.advance(9);
    let Fired { decided, handover, .. } = s.store.fire_due(s.now(), 100, &s.maker()).await.expect("fire");
    assert_eq!((decided, handover.tasks.len(), handover.outbox.len()), (0, 0, 0));
    let tick = s.advance(1);
    let handover = s.fire().await;
    let [task] = handover.tasks.as_slice() else { panic!("{handover:?}") };
    assert_eq!(task.args.as_str(), format!("[{}]", tick.timestamp()));
    assert_eq!(s.view(task.id).await.task, *task);
    assert_eq!(s.state(task.id).await, TaskState::Queued);
    assert_eq!(s.history("s").await, [Tick::ran(tick, TickKind::Tick, tick, task.id)]);
    let after = s.stored("s").await;
    assert_eq!((after.last_tick_at, after.last_task, after.revision), (Some(tick), Some(task.id), 1));
    assert_eq!((after.next_tick_at, after.due_at), (Some(s.in_seconds(10)), Some(s.in_seconds(10))));
    assert_eq!(after.definition, schedule.definition);
    assert!(s.fire().await.tasks.is_empty(), "once");
    // Whoever committed and died before publishing is helped by the relay.
    let noted = s.store.take_unpublished(s.in_seconds(1), s.now(), 5).await.expect("take");
    assert_eq!((noted.tasks, noted.outbox), (handover.tasks, handover.outbox));
}

pub async fn the_longest_due_go_first_and_the_limit_is_kept(s: &Subject) {
    for called in ["a", "b", "c"] {
        s.scheduled(&s.every_ten(called)).await;
        s.advance(1);
    }
    s.advance(10);
    for expected in [2, 1, 0] {
        let Fired { decided, handover, .. } = s.store.fire_due(s.now(), 2, &s.maker()).await.expect("fire");
        assert_eq!((decided, handover.tasks.len()), (expected, expected as usize));
        assert_eq!(s.history("a").await.len(), 1);
    }
    assert_eq!(s.history("c").await.len(), 1);
}

pub async fn a_refused_task_is_told_in_history(s: &Subject) {
    s.scheduled(&s.every_ten_with("s", |d| d.task = RawJson::null())).await;
    s.scheduled(&s.every_ten("t")).await;
    let now = s.advance(10);
    assert_eq!(s.fire().await.tasks.len(), 1, "others do not suffer");
    let refused = Tick { detail: Some("unknown_task".into()), ..Tick::skipped(now, now, Skipped::Refused) };
    assert_eq!(s.history("s").await, [refused]);
    assert_eq!(s.stored("s").await.next_tick_at, Some(s.in_seconds(10)));
    assert!(matches!(s.run_now("s").await, RunAnswer::Refused(_)));
    let ticks = [now];
    let answer = s.store.backfill_schedule(&schedule_name("s"), &ticks, s.now(), &s.maker()).await.expect("backfill");
    assert!(matches!(answer, BackfillAnswer::Refused(_)), "{answer:?}");
}

pub async fn missed_ticks_are_kept_as_one(s: &Subject) {
    let begin = s.now();
    s.scheduled(&s.every_ten("none")).await;
    s.scheduled(&s.every_ten_with("all", |d| d.catch_up = CatchUp::All { window: Duration::from_secs(300) })).await;
    let now = s.advance(1_000);
    s.fire().await;
    let at = |seconds| begin + TimeDelta::seconds(seconds);
    let missed = |through| Tick { through: Some(at(through)), ..Tick::skipped(at(10), now, Skipped::Missed) };
    let none = s.history("none").await;
    assert_eq!((none.len(), none.last()), (8, Some(&missed(930))));
    assert!(none.iter().zip((94..=100).rev()).all(|(tick, n)| tick.tick_at == at(n * 10) && tick.task.is_some()));
    let all = s.history("all").await;
    assert_eq!((all.len(), all.last()), (32, Some(&missed(690))));
}

pub async fn a_tick_is_skipped_while_the_task_before_lives(s: &Subject) {
    s.scheduled(&s.every_ten_with("s", |d| d.overlap = Overlap::Skip)).await;
    s.advance(10);
    let task = s.fire().await.tasks.remove(0);
    s.advance(10);
    assert!(s.fire().await.tasks.is_empty(), "it is queued");
    let claimed = s.claim_one(task.id).await.expect("claimed");
    s.advance(10);
    assert!(s.fire().await.tasks.is_empty(), "it runs");
    assert!(matches!(s.run_now("s").await, RunAnswer::Overlap(id) if id == task.id));
    assert!(s.finish(attempt(&claimed), failed()).await);
    s.advance(10);
    assert_eq!(s.fire().await.tasks.len(), 1, "it has ended");
    assert_eq!(fates(&s.history("s").await), [RAN, OVERLAP, OVERLAP, RAN]);
}

pub async fn a_tick_cancels_the_task_before(s: &Subject) {
    s.scheduled(&s.every_ten_with("s", |d| d.overlap = Overlap::Cancel)).await;
    s.advance(10);
    let first = s.fire().await.tasks.remove(0);
    s.advance(10);
    let second = s.fire().await.tasks.remove(0);
    assert_eq!(s.state(first.id).await, TaskState::Cancelled);
    let running = s.claim_one(second.id).await.expect("claimed");
    s.advance(30);
    let later = s.fire().await.tasks;
    assert_eq!(later.len(), 1, "of several at once the last");
    assert!(s.view(second.id).await.summary.cancel_requested);
    assert_eq!(fates(&s.history("s").await), [RAN, OVERLAP, OVERLAP, RAN, RAN]);
    assert!(s.finish(attempt(&running), succeeded()).await);
    let RunAnswer::Ran { task, .. } = s.run_now("s").await else { panic!("not run") };
    assert_eq!((s.state(later[0].id).await, s.state(second.id).await), (TaskState::Cancelled, TaskState::Succeeded));
    assert_eq!(s.stored("s").await.last_task, Some(task.id));
}

pub async fn a_run_by_hand_is_a_tick_of_its_own(s: &Subject) {
    s.scheduled(&s.every_ten("s")).await;
    let paused = s.store.change_schedule(&schedule_name("s"), None, &ScheduleChange::Pause, s.now()).await;
    assert!(matches!(paused, Ok(ScheduleAnswer::Changed(_))));
    let mut ids = Vec::new();
    for _ in 0..3 {
        let RunAnswer::Ran { task, handover } = s.run_now("s").await else { panic!("not run") };
        assert_eq!((handover.tasks.as_slice(), handover.outbox.len()), (std::slice::from_ref(&*task), 1));
        ids.push(task.id);
    }
    ids.reverse();
    let history = s.history("s").await;
    assert_eq!(history.iter().filter_map(|tick| tick.task).collect::<Vec<_>>(), ids, "three runs in one moment are three");
    assert!(history.iter().all(|tick| tick.kind == TickKind::Manual));
    let none = s.store.run_schedule(&schedule_name("none"), s.now(), &s.maker()).await.expect("run");
    assert!(matches!(none, RunAnswer::NotFound));
}

pub async fn a_backfill_makes_what_was_not_made_and_that_once(s: &Subject) {
    let begin = s.now();
    s.scheduled(&s.every_ten_with("s", |d| d.overlap = Overlap::Skip)).await;
    let at = |n: i64| begin + TimeDelta::seconds(n * 10);
    s.advance(10);
    let first = s.fire().await.tasks.remove(0);
    s.advance(1_000);
    s.fire().await;
    let window: Vec<_> = (-5..=102).map(at).collect();
    let made = s.backfill("s", &window).await;
    // The first tick has its task, the one to come is the ticker's, and the skipped ones have none.
    let expected: Vec<_> = window.iter().copied().filter(|tick| *tick != at(1) && *tick < at(102)).collect();
    assert_eq!(made.iter().map(|(tick, _)| *tick).collect::<Vec<_>>(), expected);
    assert!(s.backfill("s", &window).await.is_empty(), "again makes nothing");
    assert_eq!(s.stored("s").await.last_task, Some(first.id), "overlap looks at the rule's own tasks");
    let ran = s.history("s").await.into_iter().filter(|tick| tick.kind == TickKind::Backfill && tick.task.is_some());
    assert_eq!(ran.count(), expected.len());
    let none = s.store.backfill_schedule(&schedule_name("none"), &window, s.now(), &s.maker()).await.expect("backfill");
    assert!(matches!(none, BackfillAnswer::NotFound));
}

pub async fn a_tick_that_was_backfilled_makes_no_second_task(s: &Subject) {
    let begin = s.now();
    let schedule = s.every_ten("s");
    s.scheduled(&schedule).await;
    let change = async |change: ScheduleChange| {
        s.store.change_schedule(&schedule.name, None, &change, s.now()).await.expect("change");
    };
    change(ScheduleChange::Pause).await;
    s.advance(10);
    assert_eq!(s.backfill("s", &[s.now()]).await.len(), 1);
    s.clock.set(begin);
    change(ScheduleChange::Resume).await;
    s.advance(10);
    assert!(s.fire().await.tasks.is_empty());
    assert_eq!(s.stored("s").await.next_tick_at, Some(s.in_seconds(10)), "it moves on all the same");
}

pub async fn a_deleted_schedule_is_gone_with_its_history(s: &Subject) {
    let schedule = s.every_ten("s");
    s.scheduled(&schedule).await;
    s.advance(10);
    let task = s.fire().await.tasks.remove(0);
    assert_eq!(s.store.delete_schedule(&schedule.name, None).await.expect("delete"), DeleteAnswer::Deleted);
    assert_eq!(s.store.delete_schedule(&schedule.name, None).await.expect("delete"), DeleteAnswer::NotFound);
    assert!(s.history("s").await.is_empty());
    s.advance(100);
    assert!(s.fire().await.tasks.is_empty());
    assert_eq!(s.state(task.id).await, TaskState::Queued, "its tasks stay");
    s.scheduled(&s.every_ten("s")).await;
}

pub async fn history_is_paged_latest_first_and_bounded(s: &Subject) {
    let begin = s.now();
    s.scheduled(&s.every_ten("s")).await;
    let at = |n: i64| begin - TimeDelta::seconds(n * 10);
    for third in 0..3 {
        let window: Vec<_> = (third * 1_000..(third + 1) * 1_000).map(at).collect();
        assert_eq!(s.backfill("s", &window).await.len(), 1_000);
        assert!(s.backfill("s", &window).await.is_empty(), "the last backfill is remembered");
        s.advance(1);
    }
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = s.store.ticks(&schedule_name("s"), after, 300).await.expect("ticks");
        seen.extend(page.rows.into_iter().map(|tick| tick.tick_at));
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!(seen.len(), HISTORY as usize);
    assert_eq!(seen, (1_000..3_000).map(at).collect::<Vec<_>>(), "those decided first are forgotten");
}

pub async fn what_a_schedule_does_is_told(s: &Subject) {
    let mut feed = s.store.feed().subscribe();
    s.scheduled(&s.every_ten_with("s", |d| d.overlap = Overlap::Cancel)).await;
    s.advance(10);
    let first = s.fire().await.tasks.remove(0);
    s.advance(10);
    let second = s.fire().await.tasks.remove(0);
    let mut told = Vec::new();
    while let Ok(changes) = feed.try_recv() {
        if let ruche_domain::Changes::Each(each) = changes {
            told.extend(each.into_iter().map(|change| (change.id, change.kind)));
        }
    }
    let state = ruche_domain::ChangeKind::State;
    let expected =
        [(first.id, state(TaskState::Queued)), (first.id, state(TaskState::Cancelled)), (second.id, state(TaskState::Queued))];
    assert_eq!(told, expected);
}

/// Several servers, each with a clock of its own that jumps forwards and backwards, over one database: one task per tick.
pub async fn replicas<F: Fixture>(fixture: F) {
    const SCHEDULES: i64 = 3;
    let s = Subject::new(fixture.store());
    let begin = s.now();
    for n in 0..SCHEDULES {
        let change = |d: &mut ScheduleDefinition| {
            d.catch_up = CatchUp::All { window: CatchUp::MAX_WINDOW };
            d.jitter = Duration::from_secs(7 * n.unsigned_abs());
        };
        s.scheduled(&s.every_ten_with(&format!("s{n}"), change)).await;
    }
    let ids = Arc::new(ManualClock::new(begin, 99));
    let mut servers = vec![s.store.clone(), s.store.clone()];
    for _ in 0..2 {
        servers.extend(fixture.sibling().await);
    }
    let racers: Vec<_> =
        servers.iter().enumerate().map(|(n, store)| tokio::spawn(server(store.clone(), ids.clone(), begin, n as u64))).collect();
    let mut latest = begin;
    for racer in racers {
        latest = latest.max(racer.await.expect("no panic"));
    }
    // Rows that another held were skipped.
    s.clock.set(latest);
    while !s.fire().await.tasks.is_empty() {}
    let mut made: BTreeMap<(i64, i64), u32> = BTreeMap::new();
    for n in 0..SCHEDULES {
        let called = format!("s{n}");
        let history = s.history(&called).await;
        let next = s.stored(&called).await.next_tick_at.expect("it goes on");
        assert!(s.stored(&called).await.due_at.expect("it goes on") > latest, "everything due was decided");
        for tick in &history {
            assert!(tick.skipped.is_none(), "{tick:?}");
            let task = s.view(tick.task.expect("it ran")).await.task;
            assert_eq!(task.args.as_str(), format!("[{}]", tick.tick_at.timestamp()));
            *made.entry((n, (tick.tick_at - begin).num_seconds())).or_default() += 1;
        }
        let expected = (next - begin).num_seconds() / 10 - 1;
        assert_eq!(history.len() as i64, expected, "{called}: each tick has its row");
    }
    assert!(made.values().all(|count| *count == 1));
    let queued = s.store.queued_since(&QueueName::default_queue(), latest + TimeDelta::days(1), MANY).await.expect("queued");
    assert_eq!(queued.len(), made.len(), "and no task has no row");
    for store in servers.into_iter().skip(2) {
        store.close().await;
    }
    drop(s);
    fixture.discard().await;
}

/// One server's rounds; the latest time its clock has shown.
async fn server(store: SharedStore, ids: Arc<ManualClock>, begin: Timestamp, seed: u64) -> Timestamp {
    let clock = ManualClock::new(begin, seed);
    let mut latest = begin;
    for _ in 0..25 {
        let seconds = (clock.random() * 90.0) as i64 - 40;
        clock.set((clock.now() + TimeDelta::seconds(seconds)).max(begin));
        let now = clock.now();
        latest = latest.max(now);
        loop {
            match store.fire_due(now, 2, &Maker { ids: &ids, now }).await {
                Ok(Fired { decided: 0, .. }) => break,
                Ok(_) => {}
                Err(error) => assert!(error.is_transient(), "{error}"),
            }
        }
    }
    latest
}
