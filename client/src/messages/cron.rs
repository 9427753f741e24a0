//! What cron expressions say, in words.

use std::borrow::Cow;

use crate::i18n::{Lang, lang, messages};

messages! {
    every_second = "every second", "chaque seconde";
    every_seconds(step: u8) = format!("every {step} seconds"), format!("toutes les {step} secondes");
    every_minute = "every minute", "chaque minute";
    every_minutes(step: u8) = format!("every {step} minutes"), format!("toutes les {step} minutes");
    every_hour = "every hour", "chaque heure";
    every_hours(step: u8) = format!("every {step} hours"), format!("toutes les {step} heures");
    at_minutes(list: &str) = format!("at {list} past the hour"), format!("à la minute {list}");
    at(list: &str) = format!("at {list}"), format!("à {list}");
    between(from: &str, until: &str) = format!("between {from} and {until}"), format!("entre {from} et {until}");
    during(list: &str) = format!("in the hours {list}"), format!("pendant les heures {list}");
    every_day = "every day", "chaque jour";
    on(list: &str) = format!("on {list}"), format!("le {list}");
    on_weekdays = "from Monday to Friday", "du lundi au vendredi";
    on_span(from: &str, until: &str) = format!("from {from} to {until}"), format!("du {from} au {until}");
    of_month(list: &str) = format!("on the {list} of the month"), format!("le {list} du mois");
    every_days(step: u8) = format!("every {step} days of the month"), format!("tous les {step} jours du mois");
    either(a: &str, b: &str) = format!("{a} or {b}"), format!("{a} ou {b}");
    in_months(list: &str) = format!("in {list}"), format!("en {list}");
    and(before: &str, last: &str) = format!("{before} and {last}"), format!("{before} et {last}");
    every_interval(length: &str) = format!("every {length}"), format!("toutes les {length}");
    once(at: &str) = format!("once, {at}"), format!("une fois, {at}");
}

/// A day of the week, from Sunday, 0.
pub fn weekday(day: u8) -> &'static str {
    const EN: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const FR: [&str; 7] = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
    let names = if lang() == Lang::Fr { FR } else { EN };
    names[usize::from(day % 7)]
}

/// A month, from January, 1.
pub fn month(month: u8) -> &'static str {
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const FR: [&str; 12] =
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
    let names = if lang() == Lang::Fr { FR } else { EN };
    names[usize::from(month.clamp(1, 12)) - 1]
}

/// A day of the month.
pub fn day(day: u8) -> Cow<'static, str> {
    match (lang(), day) {
        (Lang::Fr, 1) => "1er".into(),
        (Lang::Fr, day) => day.to_string().into(),
        (Lang::En, 11..=13) => format!("{day}th").into(),
        (Lang::En, day) => match day % 10 {
            1 => format!("{day}st"),
            2 => format!("{day}nd"),
            3 => format!("{day}rd"),
            _ => format!("{day}th"),
        }
        .into(),
    }
}
