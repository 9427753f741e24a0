//! Where values are drawn.

/// Room of the drawing, in its own units.
pub const WIDTH: f64 = 640.0;
pub const HEIGHT: f64 = 200.0;
/// Room for the numbers at the side and the times below.
pub const LEFT: f64 = 44.0;
pub const BOTTOM: f64 = 22.0;
pub const TOP: f64 = 8.0;

/// A round number that is no smaller: 1, 2 or 5 times a power of ten.
pub fn ceiling(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|rounded| *rounded >= value * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// How high a value is.
pub fn y(value: f64, top: f64) -> f64 {
    let room = HEIGHT - TOP - BOTTOM;
    HEIGHT - BOTTOM - room * (value / top).clamp(0.0, 1.0)
}

/// Where a share (0 to 1) of the width is.
pub fn x(share: f64) -> f64 {
    LEFT + (WIDTH - LEFT) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (value, top) in [(0.0, 1.0), (0.3, 0.5), (1.0, 1.0), (7.0, 10.0), (130.0, 200.0), (5_001.0, 10_000.0)] {
            assert!((ceiling(value) - top).abs() < 1e-9, "{value}: {}", ceiling(value));
        }
    }

    #[test]
    fn the_top_is_at_the_top() {
        assert!((y(10.0, 10.0) - TOP).abs() < 1e-9 && (y(0.0, 10.0) - (HEIGHT - BOTTOM)).abs() < 1e-9);
    }
}
