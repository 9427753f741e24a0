//! Metrics: one registry per process, in Prometheus' text format.

use autometrics::settings::AutometricsSettings;
use prometheus::{Registry, TextEncoder};
use ruche_metrics::catalogue::BUILD_INFO;

mod connections;

pub use connections::show_connections;

/// Where the image says which commit it was built from.
const REVISION: &str = "RUCHE_REVISION";

/// Content type of [`render`]'s text. Prometheus 3 refuses a scrape without it.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The process's registry, with the process's own figures, `ruche_build_info`, and the functions' metrics of autometrics under the
/// service's name. Call it once, at the start.
#[must_use]
pub fn start_metrics(service: &'static str) -> Registry {
    let registry = Registry::new();
    register_process(&registry);
    register_build_info(&registry);
    let settings = AutometricsSettings::builder().service_name(service).repo_url("").prometheus_registry(registry.clone());
    // An error means that it was started before, by another test of this process: its metrics stay where they are.
    drop(settings.try_init());
    registry
}

/// All metrics as text.
///
/// # Errors
/// When a metric was registered with an invalid name: a defect.
pub fn render(registry: &Registry) -> Result<String, prometheus::Error> {
    TextEncoder::new().encode_to_string(&registry.gather())
}

#[cfg(target_os = "linux")]
fn register_process(registry: &Registry) {
    let collector = prometheus::process_collector::ProcessCollector::for_self();
    registry.register(Box::new(collector)).expect("the registry is new");
}

#[cfg(not(target_os = "linux"))]
fn register_process(_: &Registry) {}

fn register_build_info(registry: &Registry) {
    let info = BUILD_INFO.int_gauges(registry).expect("the registry is new");
    let revision = std::env::var(REVISION).unwrap_or_default();
    info.with_label_values(&[env!("CARGO_PKG_VERSION"), revision.as_str()]).set(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_and_the_process_are_told() {
        let text = render(&start_metrics("test")).unwrap();
        assert!(
            text.contains(&format!("ruche_build_info{{revision=\"\",version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))),
            "{text}"
        );
        assert_eq!(cfg!(target_os = "linux"), text.contains("process_resident_memory_bytes"));
    }
}
