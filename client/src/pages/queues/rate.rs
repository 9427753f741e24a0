//! Rates: in words, and as fields of a form.

use crate::prelude::*;
use ruche_api::Rate;

use crate::{
    browser::dom,
    i18n::{duration, number},
    messages::queues as m,
};

/// Units that periods are given in, with their length in milliseconds.
const UNITS: [u64; 4] = [1_000, 60_000, 3_600_000, 86_400_000];

/// A rate in words.
pub fn told(rate: Rate) -> String {
    let (count, per) = (number::whole(u64::from(rate.count)), duration::of_millis(rate.per_ms));
    match rate.burst.filter(|burst| *burst != rate.count) {
        Some(burst) => m::rate_told_burst(&count, &per, &number::whole(u64::from(burst))).into_owned(),
        None => m::rate_told(&count, &per).into_owned(),
    }
}

/// A number as its field has it: nothing is nothing.
pub fn number_of(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|number| *number > 0).map(Some).ok_or_else(|| m::not_a_number().into_owned()),
    }
}

/// The fields of a rate.
#[derive(Clone, Copy)]
pub struct RateFields {
    count: Signal<String>,
    per: Signal<String>,
    unit: Signal<u64>,
    burst: Signal<String>,
}

impl RateFields {
    /// Filled with a rate, or empty.
    pub fn of(rate: Option<Rate>) -> Self {
        let text = |number: Option<u64>| create_signal(number.map(|number| number.to_string()).unwrap_or_default());
        let per_ms = rate.map(|rate| rate.per_ms);
        // The largest unit of which the period is a whole number.
        let unit = per_ms.and_then(|per| UNITS.into_iter().rev().find(|unit| per % unit == 0)).unwrap_or(UNITS[0]);
        Self {
            count: text(rate.map(|rate| u64::from(rate.count))),
            per: text(per_ms.map(|per| (per / unit).max(1))),
            unit: create_signal(unit),
            burst: text(rate.and_then(|rate| rate.burst.filter(|burst| *burst != rate.count)).map(u64::from)),
        }
    }

    /// What they say.
    pub fn read(self) -> Result<Option<Rate>, String> {
        let read = |field: Signal<String>| field.with(|text| number_of(text));
        let (count, per, burst) = (read(self.count)?, read(self.per)?, read(self.burst)?);
        match (count, per) {
            (None, None) if burst.is_none() => Ok(None),
            (Some(count), Some(per)) => Ok(Some(Rate { count, per_ms: u64::from(per) * self.unit.get(), burst })),
            _ => Err(m::rate_incomplete().into_owned()),
        }
    }

    /// Draws them, as a group with this name.
    pub fn view(
        self,
        id: &'static str,
        legend: impl Into<std::borrow::Cow<'static, str>>,
        error: Signal<Option<String>>,
    ) -> View {
        let field = |part: &str, label, signal: Signal<String>| {
            let id = format!("{id}-{part}");
            html! {
                div(class="field") {
                    label(r#for=id.clone()) { (label) }
                    input(id=id, inputmode="numeric", autocomplete="off", value=signal.get_clone_untracked(), on:input=move |event| signal.set(dom::value_of(&event)))
                }
            }
        };
        let now = self.unit.get_untracked();
        let units: Vec<View> = UNITS
            .into_iter()
            .zip([m::second(), m::minute(), m::hour(), m::day()])
            .map(|(unit, word)| html! { option(value=unit.to_string(), selected=(unit == now)) { (word) } })
            .collect();
        let unit_id = format!("{id}-unit");
        let told = move || error.get_clone().map(|text| html! { p(class="field-error", role="alert") { (text) } });
        let unit = self.unit;
        html! {
            fieldset(class="group") {
                legend { (legend.into()) }
                div(class="rate-fields") {
                    (field("count", m::rate_count(), self.count))
                    (field("per", m::rate_per(), self.per))
                    div(class="field") {
                        label(r#for=unit_id.clone()) { (m::rate_unit()) }
                        select(id=unit_id, on:change=move |event| unit.set(dom::value_of(&event).parse().unwrap_or(UNITS[0]))) { (units) }
                    }
                    (field("burst", m::rate_burst(), self.burst))
                }
                (told)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_comes_out_of_its_fields_as_it_went_in() {
        let root = create_root(|| {
            for rate in [
                None,
                Some(Rate { count: 10, per_ms: 60_000, burst: None }),
                Some(Rate { count: 3, per_ms: 90_000, burst: Some(9) }),
            ] {
                assert_eq!(RateFields::of(rate).read(), Ok(rate));
            }
            let fields = RateFields::of(None);
            fields.count.set("10".to_owned());
            assert!(fields.read().is_err());
            fields.per.set("0".to_owned());
            assert!(fields.read().is_err());
        });
        root.dispose();
    }

    #[test]
    fn a_rate_is_told_with_its_burst_only_where_there_is_one() {
        assert_eq!(told(Rate { count: 10, per_ms: 60_000, burst: Some(10) }), "10 every 1m");
        assert_eq!(told(Rate { count: 10, per_ms: 60_000, burst: Some(20) }), "10 every 1m, up to 20 at once");
    }
}
