//! Lengths of time in fields: a number and its unit.

use crate::{messages::schedules as m, prelude::*};

/// Units of lengths of time, in milliseconds.
pub const UNITS: [u64; 4] = [1_000, 60_000, 3_600_000, 86_400_000];

/// A length of time: a number and its unit.
#[derive(Clone, Copy)]
pub struct Length {
    pub number: Signal<String>,
    pub unit: Signal<u64>,
}

impl Length {
    /// A length in milliseconds, or an empty field with this unit.
    pub(super) fn of(millis: Option<u64>, unit: u64) -> Self {
        let unit = millis.and_then(|millis| UNITS.into_iter().rev().find(|unit| millis % unit == 0)).unwrap_or(unit);
        let number = millis.map(|millis| (millis / unit).to_string()).unwrap_or_default();
        Self { number: create_signal(number), unit: create_signal(unit) }
    }

    /// In milliseconds, tracked; nothing where nothing is said.
    pub(super) fn millis(self) -> Result<Option<u64>, String> {
        let unit = self.unit.get();
        self.number.with(|text| match text.trim() {
            "" => Ok(None),
            text => {
                let number = text.parse::<u64>().ok().filter(|number| *number > 0);
                number.and_then(|number| number.checked_mul(unit)).map(Some).ok_or_else(|| m::not_a_number().into_owned())
            }
        })
    }
}
