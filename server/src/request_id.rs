//! The id that names a request in answers and logs.

use poem::Request;
use ruche_domain::Clock;

/// The header it comes and goes by.
pub const HEADER: &str = "x-request-id";

/// The id, as handlers get it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Longest id taken from a caller, in bytes.
const MAX_LEN: usize = 64;

/// The caller's `X-Request-Id` if it is 1 to 64 letters, digits, `.`, `_`, `-`; else a new one.
pub fn of(request: &Request, clock: &dyn Clock) -> String {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| is_valid(id));
    given.map_or_else(|| clock.new_task_id().as_uuid().simple().to_string(), ToOwned::to_owned)
}

fn is_valid(id: &str) -> bool {
    !id.is_empty() && id.len() <= MAX_LEN && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_ids_are_not_taken() {
        assert!(is_valid("01JD-x.y_z"));
        for bad in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
            assert!(!is_valid(bad), "{bad:?}");
        }
    }
}
