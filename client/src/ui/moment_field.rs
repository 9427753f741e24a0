//! Moments in fields of forms, on the clock that times are shown on.

use crate::browser::{clock::Moment, storage::Memo};

fn is_utc() -> bool {
    !crate::browser::is_there() || Memo::TimeZone.recall().as_deref() == Some("UTC")
}

/// A moment as a field has it.
pub fn text_of(at: Moment) -> String {
    let offset =
        if is_utc() { 0 } else { js_sys::Date::new(&(at.timestamp_millis() as f64).into()).get_timezone_offset() as i64 };
    (at - chrono::TimeDelta::minutes(offset)).format("%Y-%m-%dT%H:%M").to_string()
}

/// The moment that a field has.
pub fn moment_of(text: &str) -> Option<Moment> {
    let naive = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|form| chrono::NaiveDateTime::parse_from_str(text.trim(), form).ok())?;
    if is_utc() {
        return Some(naive.and_utc());
    }
    let millis = js_sys::Date::parse(text.trim());
    millis.is_finite().then(|| Moment::from_timestamp_millis(millis as i64)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::clock::now;

    #[test]
    fn a_moment_comes_out_of_its_field_as_it_went_in() {
        let minute = Moment::from_timestamp(now().timestamp() / 60 * 60, 0).unwrap();
        assert_eq!(moment_of(&text_of(minute)), Some(minute));
        assert_eq!(moment_of("soon"), None);
    }
}
