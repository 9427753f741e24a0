//! How long something takes.

use super::intl::{self, Told};

/// A duration in its two largest units: `3 min 20 s`, `350 ms`.
pub fn of_millis(millis: u64) -> String {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match millis {
        0..SECOND => unit(millis as f64, "millisecond"),
        SECOND..MINUTE => unit(millis as f64 / SECOND as f64, "second"),
        MINUTE..HOUR => two(millis / MINUTE, "minute", millis % MINUTE / SECOND, "second"),
        HOUR..DAY => two(millis / HOUR, "hour", millis % HOUR / MINUTE, "minute"),
        _ => two(millis / DAY, "day", millis % DAY / HOUR, "hour"),
    }
}

fn two(large: u64, large_unit: &'static str, small: u64, small_unit: &'static str) -> String {
    let first = unit(large as f64, large_unit);
    if small == 0 { first } else { format!("{first} {}", unit(small as f64, small_unit)) }
}

fn unit(number: f64, unit: &'static str) -> String {
    let choices = [("style", "unit"), ("unit", unit), ("unitDisplay", "narrow"), ("maximumFractionDigits", "1")];
    let plain = || format!("{}{}", (number * 10.0).round() / 10.0, if unit == "millisecond" { "ms" } else { &unit[..1] });
    intl::format("NumberFormat", &choices, &[Told::Number(number)]).unwrap_or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_shows_its_two_largest_units() {
        assert_eq!(of_millis(350), "350ms");
        assert_eq!(of_millis(1_540), "1.5s");
        assert_eq!(of_millis(200_000), "3m 20s");
        assert_eq!(of_millis(7_200_000), "2h");
        assert_eq!(of_millis(90_000_000), "1d 1h");
    }
}
