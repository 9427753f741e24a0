//! The trace a request belongs to.

use ruche_domain::{Clock, TraceContext};

/// The caller's `traceparent`, or, as the specification asks where it is missing or invalid, the start of a new trace.
pub fn of(traceparent: Option<&str>, clock: &dyn Clock) -> TraceContext {
    traceparent.and_then(|text| text.trim().parse().ok()).unwrap_or_else(|| begin(clock))
}

fn begin(clock: &dyn Clock) -> TraceContext {
    let trace = clock.new_task_id().as_uuid().simple().to_string();
    let span = clock.new_task_id().as_uuid().simple().to_string();
    // The second half of a version 7 UUID is random and, by its variant bits, never zero.
    format!("00-{trace}-{}-01", &span[16..]).parse().expect("made of hexadecimal digits that are not all zero")
}

#[cfg(test)]
mod tests {
    use ruche_domain::SystemClock;

    use super::*;

    #[test]
    fn a_valid_parent_is_kept_and_anything_else_begins_a_trace() {
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(of(Some(given), &SystemClock).as_str(), given);
        let (one, two) = (of(Some("00-x"), &SystemClock), of(None, &SystemClock));
        assert_ne!(one.trace_id(), two.trace_id());
    }
}
