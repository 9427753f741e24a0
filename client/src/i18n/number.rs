//! Numbers.

use super::intl::{self, Told};

/// A whole number, with its thousands apart.
pub fn whole(number: u64) -> String {
    // A number of JavaScript is exact up to 2^53.
    #[expect(clippy::cast_precision_loss, reason = "no count comes near 2^53")]
    let value = number as f64;
    intl::format("NumberFormat", &[], &[Told::Number(value)]).unwrap_or_else(|| number.to_string())
}

/// A number with `digits` after the point, at most.
pub fn decimal(number: f64, digits: &'static str) -> String {
    let choices = [("maximumFractionDigits", digits)];
    intl::format("NumberFormat", &choices, &[Told::Number(number)]).unwrap_or_else(|| format!("{number:.1}"))
}

/// A number in little room: `12K`.
pub fn compact(number: f64) -> String {
    let choices = [("notation", "compact"), ("maximumFractionDigits", "1")];
    intl::format("NumberFormat", &choices, &[Told::Number(number)]).unwrap_or_else(|| format!("{number:.0}"))
}

/// A share, 0 to 1, as a percentage.
pub fn percent(share: f64) -> String {
    let choices = [("style", "percent"), ("maximumFractionDigits", "1")];
    intl::format("NumberFormat", &choices, &[Told::Number(share)]).unwrap_or_else(|| format!("{:.0}%", share * 100.0))
}

/// A number of bytes: `12.3 kB`.
pub fn bytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is rounded to three digits")]
    let mut value = bytes as f64;
    let mut unit = "byte";
    for larger in ["kilobyte", "megabyte", "gigabyte", "terabyte"] {
        if value < 1_000.0 {
            break;
        }
        value /= 1_000.0;
        unit = larger;
    }
    let choices = [("style", "unit"), ("unit", unit), ("unitDisplay", "short"), ("maximumFractionDigits", "1")];
    intl::format("NumberFormat", &choices, &[Told::Number(value)]).unwrap_or_else(|| format!("{value:.1} {unit}"))
}
