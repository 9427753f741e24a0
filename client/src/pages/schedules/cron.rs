//! Reads cron expressions, as far as they can be told in words. Whether one is right is for the server to say.

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Every value.
    Any,
    /// Every so many of all values.
    Step(u8),
    /// A span, every so many of it.
    Span { from: u8, until: u8, step: u8 },
    /// These values.
    List(Vec<u8>),
}

impl Field {
    /// The one value it has.
    pub fn only(&self) -> Option<u8> {
        match self {
            Self::List(values) => match values[..] {
                [value] => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// All its values, where they are few.
    pub fn few(&self) -> Option<Vec<u8>> {
        match self {
            Self::List(values) => Some(values.clone()),
            Self::Span { from, until, step: 1 } if until - from < 3 => Some((*from..=*until).collect()),
            _ => None,
        }
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    pub second: Field,
    pub minute: Field,
    pub hour: Field,
    pub day: Field,
    pub month: Field,
    pub weekday: Field,
}

impl Cron {
    /// Reads an expression; `None` for one that is wrong, or too special for words.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let text = match text.as_str() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let (second, rest) = match fields.len() {
            5 => ("0", &fields[..]),
            6 => (fields[0], &fields[1..]),
            _ => return None,
        };
        Some(Self {
            second: field(second, 0, 59, &[])?,
            minute: field(rest[0], 0, 59, &[])?,
            hour: field(rest[1], 0, 23, &[])?,
            day: field(rest[2], 1, 31, &[])?,
            month: field(rest[3], 1, 12, &MONTHS)?,
            weekday: field(rest[4], 0, 7, &DAYS)?,
        })
    }
}

const MONTHS: [&str; 13] = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

fn field(text: &str, least: u8, most: u8, names: &[&str]) -> Option<Field> {
    if text == "*" || text == "?" {
        return Some(Field::Any);
    }
    if let Some(step) = text.strip_prefix("*/") {
        return match step.parse().ok()? {
            0 => None,
            1 => Some(Field::Any),
            step => Some(Field::Step(step)),
        };
    }
    let value = |text: &str| -> Option<u8> {
        let named = names.iter().position(|name| !name.is_empty() && *name == text).and_then(|at| u8::try_from(at).ok());
        named.or_else(|| text.parse().ok()).filter(|value| (least..=most).contains(value))
    };
    let span = |text: &str| -> Option<(u8, u8, u8)> {
        let (span, step) = text.split_once('/').map_or(Some((text, 1)), |(span, step)| Some((span, step.parse().ok()?)))?;
        let (from, until) = span.split_once('-')?;
        let (from, until) = (value(from)?, value(until)?);
        (from <= until && step > 0).then_some((from, until, step))
    };
    if let Some((from, until, step)) = span(text) {
        return Some(Field::Span { from, until, step });
    }
    let mut values = Vec::new();
    for piece in text.split(',') {
        match span(piece) {
            Some((from, until, step)) => values.extend((from..=until).step_by(usize::from(step))),
            None => values.push(value(piece)?),
        }
    }
    values.sort_unstable();
    values.dedup();
    Some(Field::List(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        let cron = Cron::parse("*/15 9-17 1,15 jan mon-fri").unwrap();
        assert_eq!(cron.second, Field::List(vec![0]));
        assert_eq!(cron.minute, Field::Step(15));
        assert_eq!(cron.hour, Field::Span { from: 9, until: 17, step: 1 });
        assert_eq!(cron.day, Field::List(vec![1, 15]));
        assert_eq!(cron.month.only(), Some(1));
        assert_eq!(cron.weekday, Field::Span { from: 1, until: 5, step: 1 });
    }

    #[test]
    fn what_is_wrong_or_special_has_no_words() {
        for text in ["", "* * * *", "60 * * * *", "0 0 L * *", "0 0 * * 1#2", "*/0 * * * *", "5-1 * * * *"] {
            assert_eq!(Cron::parse(text), None, "{text}");
        }
    }
}
