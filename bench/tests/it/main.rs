//! Smaller versions of what `cargo xtask demo` and `chaos` do.

mod startup;

use std::{path::Path, time::Duration};

use ruche_bench::{
    celery, chaos, contract,
    demo::{self, Deployment},
};

async fn deliver(on: Deployment) {
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/orders.csv");
    let delivery = demo::run(demo::Options { on, orders, rows: Some(400) });
    tokio::time::timeout(Duration::from_secs(150), delivery)
        .await
        .expect("settled in time")
        .expect("every order is accounted for");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_accounted_for_in_one_process() {
    deliver(Deployment::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_accounted_for_on_real_services() {
    deliver(Deployment::Services).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_loses_no_accepted_task() {
    chaos::run(chaos::Options { rate: 50, seconds: 2, lease_seconds: 3 }).await.expect("every accepted task is accounted for");
}

#[test]
fn the_committed_orders_are_what_the_documented_command_prints() {
    let committed = include_str!("../../demo/orders.csv");
    assert_eq!(demo::orders::csv(&demo::orders::Options::default()), committed);
}

#[tokio::test(flavor = "multi_thread")]
async fn chaos_of_requests_finds_no_answer_outside_the_api_s_contract() {
    let program = std::env::var_os("RUCHE_TEST_SCHEMATHESIS").expect("run `cargo xtask test`");
    contract::check(Path::new(&program)).await.unwrap_or_else(|error| panic!("{error:#}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_celery_client_is_served_by_a_ruche_worker() {
    let python = std::env::var_os("RUCHE_TEST_CELERY").expect("run `cargo xtask test`");
    let told = celery::check(Path::new(&python)).await.unwrap_or_else(|error| panic!("{error:#}"));
    for name in ["keywords", "positions", "later", "urgent"] {
        assert_eq!(told[name]["state"], "SUCCESS", "{name}: {told:#}");
    }
    for name in ["wrong", "unknown"] {
        assert_eq!(told[name]["state"], "FAILURE", "{name}: {told:#}");
    }
}
