use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use poem::http::{Method, StatusCode};
use ruche_broker::in_process::InProcessBroker;
use ruche_domain::{Clock, ManualClock, ScheduleName, Timestamp};
use ruche_server::maintenance::ticker::Ticker;
use ruche_store::SharedStore;
use ruche_store_sqlite::SqliteStore;
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp, duties};

const SCHEDULES: &str = "/api/v1/schedules";

fn every_ten(name: &str) -> Value {
    json!({"name": name, "rule": {"every_ms": 10_000}, "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}})
}

async fn create(app: &TestApp, body: &Value) -> Answer {
    let answer = app.post(SCHEDULES, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    answer
}

async fn put(app: &TestApp, name: &str, if_match: Option<&str>, body: &Value) -> Answer {
    let mut request = app.request(Method::PUT, &format!("{SCHEDULES}/{name}")).body_json(body);
    if let Some(tag) = if_match {
        request = request.header("If-Match", tag);
    }
    Answer::of(request.send().await).await
}

async fn delete(app: &TestApp, name: &str, if_match: &str) -> Answer {
    let request = app.request(Method::DELETE, &format!("{SCHEDULES}/{name}")).header("If-Match", if_match);
    Answer::of(request.send().await).await
}

fn ticker(store: SharedStore, clock: Arc<ManualClock>) -> Ticker {
    ticker_counted(store, clock, &prometheus::Registry::new())
}

fn ticker_counted(store: SharedStore, clock: Arc<ManualClock>, registry: &prometheus::Registry) -> Ticker {
    let broker = Arc::new(InProcessBroker::default());
    Ticker::new(duties(store, broker, clock, registry))
}

fn without_name(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("name");
    body
}

#[tokio::test]
async fn a_schedule_is_created_read_and_deleted() {
    let app = TestApp::start().await;
    let mut body = every_ten("nightly");
    body["rule"] = json!({"cron": "30 2 * * *", "time_zone": "Europe/Paris"});
    body["description"] = json!("Every night.");
    body["task"]["kwargs"]["b"] = serde_json::from_str("123456789012345678901234567890").unwrap();
    let created = create(&app, &body).await;
    assert_eq!((created.header("location"), created.header("etag")), ("/api/v1/schedules/nightly", "\"1\""));
    let read = app.get("/api/v1/schedules/nightly").await;
    assert_eq!((&read.body, read.header("etag")), (&created.body, "\"1\""));
    assert_eq!(read.body["next_tick_at"], "2027-01-16T01:30:00Z");
    assert_eq!(read.body["rule"], json!({"cron": "30 2 * * *", "time_zone": "Europe/Paris"}));
    assert_eq!((&read.body["overlap"], &read.body["catch_up"]), (&json!("allow"), &json!("none")));
    app.post(SCHEDULES, &body).await.assert_problem(409, "schedule_exists");
    delete(&app, "nightly", "\"7\"").await.assert_problem(412, "revision_changed");
    assert_eq!(delete(&app, "nightly", "\"1\"").await.status, StatusCode::NO_CONTENT);
    delete(&app, "nightly", "*").await.assert_problem(404, "schedule_not_found");
    for path in ["nightly", "nightly/ticks", "nightly/preview"] {
        app.get(&format!("{SCHEDULES}/{path}")).await.assert_problem(404, "schedule_not_found");
    }
    for path in ["nightly/pause", "nightly/resume", "nightly/run"] {
        app.post_empty(&format!("{SCHEDULES}/{path}")).await.assert_problem(404, "schedule_not_found");
    }
    app.get("/api/v1/schedules/a%20b").await.assert_problem(400, "invalid_parameter");
    // A name may look like anything that is a name.
    create(&app, &every_ten("01890a5d-ac96-774b-bcce-b302099a8057")).await;
    assert_eq!(app.get(&format!("{SCHEDULES}/01890a5d-ac96-774b-bcce-b302099a8057")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn bad_schedules_are_refused_with_the_place() {
    let app = TestApp::start().await;
    let with = |path: &str, value: Value| {
        let mut body = every_ten("s");
        let (parent, key) = path.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value;
        body
    };
    let long = "x".repeat(1_001);
    for (body, pointer) in [
        (with("/name", json!("a b")), "/name"),
        (with("/name", json!("preview")), "/name"),
        (with("/name", json!("..")), "/name"),
        (with("/description", json!(long)), "/description"),
        (with("/rule", json!({})), "/rule"),
        (with("/rule", json!({"cron": "* * * * *", "every_ms": 1_000})), "/rule"),
        (with("/rule", json!({"cron": "61 * * * *"})), "/rule/cron"),
        (with("/rule", json!({"cron": "@reboot"})), "/rule/cron"),
        (with("/rule", json!({"cron": "* * * * *", "time_zone": "Mars/Olympus"})), "/rule/time_zone"),
        (with("/rule", json!({"every_ms": 1_000, "time_zone": "UTC"})), "/rule/time_zone"),
        (with("/rule", json!({"at": "2028-01-01T00:00:00Z", "anchor": "2028-01-01T00:00:00Z"})), "/rule/anchor"),
        (with("/rule", json!({"cron": "0 0 30 2 *"})), "/rule"),
        (with("/rule", json!({"at": "2027-01-15T08:00:00Z"})), "/rule"),
        (with("/rule", json!({"every_ms": 999})), "/rule/every_ms"),
        (with("/rule", json!({"every_ms": u64::MAX})), "/rule/every_ms"),
        (with("/rule", json!({"every_ms": 1_000, "anchor": "+10000-01-01T00:00:00Z"})), "/rule/anchor"),
        (with("/jitter_ms", json!(3_600_001)), "/jitter_ms"),
        (with("/catch_up", json!("all")), "/catch_up_window_ms"),
        (with("/catch_up_window_ms", json!(5)), "/catch_up_window_ms"),
        (with("/task/eta", json!("2028-01-01T00:00:00Z")), "/task/eta"),
        (with("/task/expires_at", json!("2028-01-01T00:00:00Z")), "/task/expires_at"),
        (with("/task/priority", json!(10)), "/task/priority"),
        (with("/overlap", json!("queue")), "/overlap"),
        (with("/x", json!(1)), ""),
    ] {
        let answer = app.post(SCHEDULES, &body).await;
        answer.assert_problem(422, "invalid_body");
        assert_eq!(answer.pointers(), [pointer], "{body}: {:#}", answer.body);
    }
    app.post(SCHEDULES, &with("/task/task", json!("math.ad"))).await.assert_problem(422, "unknown_task");
    let wrong = app.post(SCHEDULES, &with("/task/kwargs", json!({"a": 1, "b": "2"}))).await;
    assert_eq!(wrong.assert_problem(422, "invalid_arguments").pointers(), ["/task/kwargs/b"]);
    assert_eq!(app.get(SCHEDULES).await.body["data"], json!([]));
}

#[tokio::test]
async fn a_replacement_names_what_it_replaces() {
    let app = TestApp::start().await;
    create(&app, &every_ten("s")).await;
    let mut body = without_name(every_ten("s"));
    body["rule"] = json!({"every_ms": 60_000});
    body["paused"] = json!(true);
    put(&app, "s", None, &body).await.assert_problem(428, "precondition_required");
    put(&app, "s", Some("\"2\""), &body).await.assert_problem(412, "revision_changed");
    put(&app, "s", Some("2"), &body).await.assert_problem(412, "revision_changed");
    put(&app, "none", Some("*"), &body).await.assert_problem(404, "schedule_not_found");
    let replaced = put(&app, "s", Some("\"1\""), &body).await;
    assert_eq!((replaced.status, replaced.header("etag")), (StatusCode::OK, "\"2\""));
    assert_eq!((&replaced.body["paused"], &replaced.body["next_tick_at"]), (&json!(true), &json!(null)));
    put(&app, "s", Some("\"1\""), &body).await.assert_problem(412, "revision_changed");
    let never = json!({"rule": {"cron": "0 0 31 4 *"}, "task": {"task": "math.add", "kwargs": {"a": 1, "b": 2}}});
    put(&app, "s", Some("*"), &never).await.assert_problem(422, "invalid_body");
    let resumed = app.post_empty("/api/v1/schedules/s/resume").await;
    assert_eq!((&resumed.body["paused"], &resumed.body["revision"]), (&json!(false), &json!(3)));
    assert_eq!(resumed.body["next_tick_at"], "2027-01-15T08:01:00Z");
    let paused = app.post_empty("/api/v1/schedules/s/pause").await;
    assert_eq!((&paused.body["paused"], paused.header("etag")), (&json!(true), "\"4\""));
    assert_eq!(app.post_empty("/api/v1/schedules/s/pause").await.header("etag"), "\"4\"", "twice does no harm");
}

#[tokio::test]
async fn pages_show_every_schedule_by_name() {
    let app = TestApp::start().await;
    for name in ["c", "a", "b.2", "b-1", "d"] {
        create(&app, &every_ten(name)).await;
    }
    let (mut path, mut seen) = (format!("{SCHEDULES}?limit=2"), Vec::new());
    loop {
        let page = app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{:#}", page.body);
        seen.extend(page.body["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        assert_eq!(page.body["has_more"], json!(!page.body["next_cursor"].is_null()));
        if page.body["next_cursor"].is_null() {
            break;
        }
        let link = page.header("link");
        path = link[1..link.find('>').unwrap()].to_owned();
        assert!(path.starts_with(SCHEDULES) && path.contains("limit=2"), "{link}");
    }
    assert_eq!(seen, ["a", "b-1", "b.2", "c", "d"]);
    for (query, status, code) in
        [("limit=0", 400, "invalid_parameter"), ("cursor=abc", 422, "invalid_cursor"), ("x=1", 400, "invalid_parameter")]
    {
        app.get(&format!("{SCHEDULES}?{query}")).await.assert_problem(status, code);
    }
}

#[tokio::test]
async fn a_preview_tells_the_wall_clock_across_changes_of_it() {
    let app = TestApp::start().await;
    let rule = json!({"rule": {"cron": "30 2 * * *", "time_zone": "Europe/Paris"}});
    let preview = app.post(&format!("{SCHEDULES}/preview?count=3&after=2027-03-27T00:00:00Z"), &rule).await;
    assert_eq!(preview.status, StatusCode::OK, "{:#}", preview.body);
    let local: Vec<_> = preview.body["data"].as_array().unwrap().iter().map(|tick| tick["local"].as_str().unwrap()).collect();
    assert_eq!(local, ["2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]);
    let once = json!({"rule": {"at": "2027-01-15T08:00:05Z"}});
    let preview = app.post(&format!("{SCHEDULES}/preview"), &once).await;
    assert_eq!(preview.body["data"], json!([{"tick_at": "2027-01-15T08:00:05Z", "local": null, "due_at": null}]));
    let never = json!({"rule": {"cron": "0 0 30 2 *"}});
    app.post(&format!("{SCHEDULES}/preview"), &never).await.assert_problem(422, "invalid_body");
    for query in ["count=0", "count=101", "after=%2B262142-12-31T00:00:00Z", "after=-0001-01-01T00:00:00Z"] {
        app.post(&format!("{SCHEDULES}/preview?{query}"), &rule).await.assert_problem(400, "invalid_parameter");
    }
    let mut body = every_ten("s");
    body["jitter_ms"] = json!(5_000);
    body["paused"] = json!(true);
    create(&app, &body).await;
    let stored = app.get(&format!("{SCHEDULES}/s/preview?count=2")).await;
    let ticks = stored.body["data"].as_array().unwrap();
    let at = |tick: &Value, key: &str| tick[key].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert_eq!(at(&ticks[0], "tick_at"), app.clock.now() + TimeDelta::seconds(10));
    for tick in ticks {
        let late = at(tick, "due_at") - at(tick, "tick_at");
        assert!((0..5_000).contains(&late.num_milliseconds()), "{tick}");
    }
}

#[tokio::test]
async fn a_run_by_hand_obeys_the_overlap_policy() {
    let app = TestApp::start().await;
    let mut body = every_ten("s");
    body["overlap"] = json!("skip");
    body["paused"] = json!(true);
    create(&app, &body).await;
    let ran = app.post_empty(&format!("{SCHEDULES}/s/run")).await;
    assert_eq!(ran.status, StatusCode::CREATED, "{:#}", ran.body);
    assert_eq!((ran.header("location"), &ran.body["task"]), (&*format!("/api/v1/tasks/{}", ran.id()), &json!("math.add")));
    assert_eq!(app.get(ran.header("location")).await.status, StatusCode::OK);
    app.post_empty(&format!("{SCHEDULES}/s/run")).await.assert_problem(409, "schedule_overlap");
    app.succeed(ran.id()).await;
    assert_eq!(app.post_empty(&format!("{SCHEDULES}/s/run")).await.status, StatusCode::CREATED);
    let history = app.get(&format!("{SCHEDULES}/s/ticks")).await;
    let kinds: Vec<_> = history.body["data"].as_array().unwrap().iter().map(|tick| tick["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["manual", "manual"]);
}

#[tokio::test]
async fn a_backfill_is_bounded_and_may_be_repeated() {
    let app = TestApp::start().await;
    let mut body = every_ten("s");
    body["rule"]["anchor"] = json!("2027-01-01T00:00:00Z");
    create(&app, &body).await;
    let path = format!("{SCHEDULES}/s/backfill");
    let window = json!({"from": "2027-01-15T07:00:00Z", "until": "2027-01-15T08:00:00Z"});
    let filled = app.post(&path, &window).await;
    assert_eq!((filled.status, &filled.body["ticks"]), (StatusCode::OK, &json!(360)), "{:#}", filled.body);
    let ids: HashSet<_> =
        filled.body["data"].as_array().unwrap().iter().map(|tick| tick["task_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 360);
    let again = app.post(&path, &window).await;
    assert_eq!((&again.body["ticks"], &again.body["data"]), (&json!(360), &json!([])));
    for (window, pointer) in [
        (json!({"from": "2027-01-15T00:00:00Z", "until": "2027-01-15T08:00:00Z"}), "/until"),
        (json!({"from": "2027-01-15T00:00:00Z", "until": "2027-01-15T08:00:01Z"}), "/until"),
        (json!({"from": "2027-01-15T08:00:00Z", "until": "2027-01-15T08:00:00Z"}), "/until"),
        (json!({"from": "1969-01-01T00:00:00Z", "until": "2027-01-15T08:00:00Z"}), "/from"),
        (json!({"from": "yesterday", "until": "2027-01-15T08:00:00Z"}), "/from"),
    ] {
        let answer = app.post(&path, &window).await;
        assert_eq!(answer.assert_problem(422, "invalid_body").pointers(), [pointer], "{window}");
    }
}

#[tokio::test]
async fn a_tick_enqueues_and_history_tells() {
    let app = TestApp::start().await;
    create(&app, &every_ten("s")).await;
    create(&app, &every_ten("other")).await;
    let ticker = ticker(app.store.clone(), app.clock.clone());
    assert!(ticker.tick().await.unwrap() > Duration::ZERO, "nothing is due");
    for _ in 0..5 {
        app.clock.advance(Duration::from_secs(10));
        assert_eq!(ticker.tick().await.unwrap(), Duration::ZERO);
    }
    // The task definition is no more what it was: the tick is refused, and the schedule goes on.
    let mut definitions = app.store.definitions().await.unwrap();
    definitions.retain(|definition| definition.name.as_str() == "math.add");
    definitions[0].arguments = ruche_domain::RawJson::trusted(r#"{"type":"object","required":["c"]}"#);
    app.store.register(&definitions, app.clock.now()).await.unwrap();
    app.clock.advance(Duration::from_secs(10));
    ticker.tick().await.unwrap();
    let first = app.get(&format!("{SCHEDULES}/s/ticks?limit=4")).await;
    let newest = &first.body["data"][0];
    assert_eq!((&newest["skipped"], &newest["task_id"]), (&json!("refused"), &json!(null)));
    assert!(newest["detail"].as_str().unwrap().starts_with("invalid_arguments: "), "{newest}");
    let link = first.header("link");
    let second = app.get(&link[1..link.find('>').unwrap()]).await;
    let ran = [&first, &second].map(|page| page.body["data"].as_array().unwrap().clone()).concat();
    assert_eq!((ran.len(), &second.body["has_more"]), (6, &json!(false)));
    for tick in &ran[1..] {
        let task = app.get(&format!("/api/v1/tasks/{}", tick["task_id"].as_str().unwrap())).await;
        assert_eq!((&task.body["state"], &task.body["queue"]), (&json!("queued"), &json!("math")));
        assert_eq!((&task.body["schedule"], &task.body["tick_at"]), (&json!("s"), &tick["tick_at"]));
    }
    let cursor = first.body["next_cursor"].as_str().unwrap();
    app.get(&format!("{SCHEDULES}/other/ticks?cursor={cursor}")).await.assert_problem(422, "invalid_cursor");
    app.post_empty(&format!("{SCHEDULES}/s/run")).await;
}

/// Several server replicas over one database, each with a connection and a clock of its own; the clocks jump.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_whose_clocks_jump_enqueue_one_task_per_tick() {
    const ROUNDS: usize = 20;
    let app = TestApp::start().await;
    let definitions = app.store.definitions().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ruche.db");
    SqliteStore::migrate(&path).await.unwrap();
    let begin = app.clock.now();
    let (mut stores, mut replicas) = (Vec::<SharedStore>::new(), Vec::new());
    for seed in 0..4 {
        let store: SharedStore = Arc::new(SqliteStore::open(&path).await.unwrap());
        store.register(&definitions, begin).await.unwrap();
        let clock = Arc::new(ManualClock::new(begin, seed));
        stores.push(store.clone());
        replicas.push((ticker(store, clock.clone()), clock));
    }
    let mut body = every_ten("s");
    body["catch_up"] = json!("all");
    body["catch_up_window_ms"] = json!(86_400_000);
    body["jitter_ms"] = json!(8_000);
    create(&app, &body).await;
    let schedule = app.store.schedule(&"s".parse::<ScheduleName>().unwrap()).await.unwrap().unwrap();
    assert!(stores[0].create_schedule(&schedule).await.unwrap());

    let running = replicas.into_iter().map(|(ticker, clock)| {
        tokio::spawn(async move {
            let mut latest = begin;
            for _ in 0..ROUNDS {
                let seconds = (clock.random() * 100.0) as i64 - 45;
                clock.set((clock.now() + TimeDelta::seconds(seconds)).max(begin));
                latest = latest.max(clock.now());
                while ticker.tick().await.unwrap() == Duration::ZERO {}
            }
            (ticker, clock, latest)
        })
    });
    let ended: Vec<_> = futures::future::join_all(running).await.into_iter().map(|one| one.unwrap()).collect();
    let latest = ended.iter().map(|(_, _, latest)| *latest).max().unwrap();
    let (ticker, clock, _) = &ended[0];
    clock.set(latest);
    while ticker.tick().await.unwrap() == Duration::ZERO {}

    let store = &stores[3];
    let after = store.schedule(&schedule.name).await.unwrap().unwrap();
    let history = store.ticks(&schedule.name, None, 10_000).await.unwrap().rows;
    let mut made: BTreeMap<Timestamp, u32> = BTreeMap::new();
    for tick in &history {
        assert!(tick.task.is_some(), "{tick:?}");
        *made.entry(tick.tick_at).or_default() += 1;
    }
    let expected: Vec<_> =
        schedule.definition.rule.ticks_after(begin).take_while(|tick| Some(*tick) < after.next_tick_at).collect();
    assert_eq!(made.keys().copied().collect::<Vec<_>>(), expected, "no tick is left out");
    assert!(made.values().all(|count| *count == 1), "none comes twice");
    assert!(after.due_at.unwrap() > latest && expected.len() > 10, "{} ticks", expected.len());
    let tasks = store.counts(100_000).await.unwrap();
    assert_eq!(tasks.iter().map(|one| one.count).sum::<u64>(), expected.len() as u64, "no task without a tick");
    for store in stores {
        store.close().await;
    }
}

#[tokio::test]
async fn tasks_of_ticks_are_counted_as_the_schedule_s() {
    let app = TestApp::start().await;
    create(&app, &every_ten("s")).await;
    let registry = prometheus::Registry::new();
    let ticker = ticker_counted(app.store.clone(), app.clock.clone(), &registry);
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(10));
        ticker.tick().await.unwrap();
    }
    let made = app.get("/api/v1/tasks?task=math.add").await.body["data"].as_array().unwrap().len();
    assert!(made > 0);
    let counted = crate::harness::metrics_of(&registry);
    let line = format!(r#"ruche_tasks_enqueued_total{{queue="math",source="schedule",task="math.add"}} {made}"#);
    assert!(counted.contains(&line), "{counted}");
}
