//! Rules in words.

use std::borrow::Cow;

use ruche_api::ScheduleRule;

use super::cron::{Cron, Field};
use crate::{
    i18n::{duration, moment},
    messages::cron as m,
};

/// Most times of the day that are told one by one.
const MOST_TIMES: usize = 6;

/// A rule in words; `None` where a cron expression is too special for them.
pub fn of_rule(rule: &ScheduleRule) -> Option<String> {
    match rule {
        ScheduleRule { every_ms: Some(length), .. } => Some(m::every_interval(&duration::of_millis(*length)).into_owned()),
        ScheduleRule { at: Some(at), .. } => Some(m::once(&moment::full(*at)).into_owned()),
        ScheduleRule { cron: Some(cron), .. } => of_cron(cron),
        _ => None,
    }
}

/// A cron expression in words.
pub fn of_cron(text: &str) -> Option<String> {
    let cron = Cron::parse(text)?;
    let (time, is_of_day) = time(&cron)?;
    let days = days(&cron)?;
    let month = match &cron.month {
        Field::Any => None,
        field => Some(m::in_months(&list(field.few()?.into_iter().map(m::month).map(Cow::from))).into_owned()),
    };
    let days = match (days, is_of_day, &month) {
        (None, true, _) => Some(m::every_day().into_owned()),
        (days, ..) => days,
    };
    Some([Some(time), days, month].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// When in the day, and whether that is a time of the day.
fn time(cron: &Cron) -> Option<(String, bool)> {
    match (&cron.second, &cron.minute, &cron.hour) {
        (Field::Any, Field::Any, Field::Any) => return Some((m::every_second().into_owned(), false)),
        (Field::Step(step), Field::Any, Field::Any) => return Some((m::every_seconds(*step).into_owned(), false)),
        (second, ..) if second.only() != Some(0) => return None,
        _ => {}
    }
    if let (Some(minutes), Some(hours)) = (cron.minute.few(), cron.hour.few())
        && minutes.len() * hours.len() <= MOST_TIMES
    {
        let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| clock(*hour, *minute).into()));
        return Some((m::at(&list(times)).into_owned(), true));
    }
    let often = often(&cron.minute, &cron.hour)?;
    let during = match &cron.hour {
        Field::Any | Field::Step(_) => None,
        Field::Span { from, until, step: 1 } => Some(m::between(&clock(*from, 0), &clock(*until, 59)).into_owned()),
        Field::Span { .. } => return None,
        Field::List(hours) => Some(m::during(&list(hours.iter().map(|hour| hour.to_string().into()))).into_owned()),
    };
    Some((during.map_or_else(|| often.clone(), |during| format!("{often} {during}")), false))
}

/// How often within the hours.
fn often(minute: &Field, hour: &Field) -> Option<String> {
    let at =
        |minutes: Vec<u8>| m::at_minutes(&list(minutes.into_iter().map(|minute| format!(":{minute:02}").into()))).into_owned();
    Some(match (minute, hour) {
        (Field::Any, Field::Step(_)) | (Field::Step(_), Field::Step(_)) => return None,
        (Field::Any, _) => m::every_minute().into_owned(),
        (Field::Step(step), _) => m::every_minutes(*step).into_owned(),
        (minute, Field::Step(step)) => {
            let hours = m::every_hours(*step).into_owned();
            if minute.only() == Some(0) { hours } else { format!("{hours} {}", at(minute.few()?)) }
        }
        (minute, _) => {
            let hours = m::every_hour().into_owned();
            if minute.only() == Some(0) { hours } else { format!("{hours} {}", at(minute.few()?)) }
        }
    })
}

/// On which days; nothing where on all.
fn days(cron: &Cron) -> Option<Option<String>> {
    let of_month = match &cron.day {
        Field::Any => None,
        Field::Step(step) => Some(m::every_days(*step).into_owned()),
        Field::Span { from, until, step: 1 } => Some(m::of_month(&format!("{}–{}", m::day(*from), m::day(*until))).into_owned()),
        field => Some(m::of_month(&list(field.few()?.into_iter().map(m::day))).into_owned()),
    };
    let of_week = match &cron.weekday {
        Field::Any => None,
        Field::Span { from: 1, until: 5, step: 1 } => Some(m::on_weekdays().into_owned()),
        Field::Span { from, until, step: 1 } if until - from >= 2 => {
            Some(m::on_span(m::weekday(*from), m::weekday(*until)).into_owned())
        }
        field => Some(m::on(&list(field.few()?.into_iter().map(m::weekday).map(Cow::from))).into_owned()),
    };
    Some(match (of_month, of_week) {
        // Cron means either.
        (Some(month), Some(week)) => Some(m::either(&month, &week).into_owned()),
        (month, week) => month.or(week),
    })
}

fn clock(hour: u8, minute: u8) -> String {
    format!("{hour:02}:{minute:02}")
}

fn list(items: impl Iterator<Item = Cow<'static, str>>) -> String {
    let items: Vec<Cow<'static, str>> = items.collect();
    match items.split_last() {
        Some((last, before)) if !before.is_empty() => m::and(&before.join(", "), last).into_owned(),
        Some((last, _)) => last.clone().into_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, speak};

    #[test]
    fn expressions_are_told_in_both_languages() {
        let told = [
            ("* * * * *", "every minute", "chaque minute"),
            ("*/15 * * * *", "every 15 minutes", "toutes les 15 minutes"),
            ("30 2 * * *", "at 02:30, every day", "à 02:30, chaque jour"),
            ("0 9,18 * * mon-fri", "at 09:00 and 18:00, from Monday to Friday", "à 09:00 et 18:00, du lundi au vendredi"),
            (
                "*/5 9-17 * * 1-5",
                "every 5 minutes between 09:00 and 17:59, from Monday to Friday",
                "toutes les 5 minutes entre 09:00 et 17:59, du lundi au vendredi",
            ),
            (
                "0 0 1 1,7 *",
                "at 00:00, on the 1st of the month, in January and July",
                "à 00:00, le 1er du mois, en janvier et juillet",
            ),
            ("5 */2 * * *", "every 2 hours at :05 past the hour", "toutes les 2 heures à la minute :05"),
            ("0 6 13 * fri", "at 06:00, on the 13th of the month or on Friday", "à 06:00, le 13 du mois ou le vendredi"),
            ("*/10 * * * * *", "every 10 seconds", "toutes les 10 secondes"),
            ("@weekly", "at 00:00, on Sunday", "à 00:00, le dimanche"),
        ];
        for (cron, en, fr) in told {
            speak(Lang::En);
            assert_eq!(of_cron(cron).as_deref(), Some(en), "{cron}");
            speak(Lang::Fr);
            assert_eq!(of_cron(cron).as_deref(), Some(fr), "{cron}");
        }
        speak(Lang::En);
    }

    #[test]
    fn what_cannot_be_told_rightly_is_not_told() {
        for cron in ["17 3 * * 1#2", "*/7 */5 * * *", "3 0 0 * * *", "nonsense"] {
            assert_eq!(of_cron(cron), None, "{cron}");
        }
    }
}
