//! The real programs: Prometheus with our configuration and rules on a Ruche that works, fails, is broken and is mended.
//!
//! One test, as the parts need each other's history: figures first, then accidents and their alerts, then every panel, then calm.

mod accidents;
mod deployment;
mod load;
mod panels;
mod picture;
mod prometheus;
mod rules;
mod scrape;

use std::time::Duration;

use deployment::Deployment;
use prometheus::Prometheus;

#[tokio::test(flavor = "multi_thread")]
async fn real_programs_show_what_the_catalogue_says_fill_every_panel_and_make_alerts_fire_and_clear() {
    let mut deployment = Deployment::start().await.unwrap_or_else(|error| panic!("{error:#}"));
    let prometheus = Prometheus::start(&deployment).await.unwrap();
    // Counters are to be seen at zero first: a rise that nobody saw is none.
    prometheus.until("min(count_over_time(up[1m]))", Duration::from_secs(30), |scrapes| scrapes >= 3.0).await;
    load::begin(&deployment).await.unwrap();
    // What is read from the database is read every 15 s.
    prometheus.until("max(ruche_tasks{queue=\"held\", state=\"queued\"})", Duration::from_secs(60), |value| value == 5.0).await;
    scrape::shows_the_catalogue_and_nothing_else(&deployment).await;
    load::figures_are_right(&prometheus).await;
    let load = load::Steady::start(&deployment).unwrap();
    accidents::happen(&mut deployment, &prometheus).await;
    panels::all_have_answers(&prometheus).await;
    picture::draw_all(&prometheus).await;
    accidents::were_all_told(&prometheus).await;
    load.stop().await;
    accidents::see_alerts_clear(&deployment, &prometheus).await;
}
