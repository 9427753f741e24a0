//! What a sequence of keys means.

use crate::{messages::navigation as n, router::route::Route};

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Goes to a page.
    Go(Route),
    /// Goes to the filter.
    Filter,
    /// Goes so many rows down.
    Row(i32),
    /// Selects the row, or no longer.
    Select,
    /// Shows all shortcuts.
    Show,
    /// Another key is to come.
    Waits,
}

/// How long the second key may take, in milliseconds.
const PATIENCE: f64 = 2_000.0;

/// The pages: the key after `g`, the page, and what it is called.
pub fn pages() -> Vec<(&'static str, Route, std::borrow::Cow<'static, str>)> {
    vec![
        ("o", Route::Overview, n::overview()),
        ("t", Route::Tasks, n::tasks()),
        ("e", Route::Enqueue, n::enqueue()),
        ("d", Route::DeadLetters, n::dead_letters()),
        ("q", Route::Queues, n::queues()),
        ("w", Route::Workers, n::workers()),
        ("s", Route::Schedules, n::schedules()),
        ("f", Route::Workflows, n::workflows()),
        ("p", Route::Operations, n::operations()),
        ("a", Route::Audit, n::audit()),
        ("c", Route::Settings, n::settings()),
        ("h", Route::Help, n::help()),
    ]
}

/// Reads keys one after the other.
#[derive(Debug, Default)]
pub struct Reader {
    /// When `g` was pressed, if that was the last key.
    begun: Option<f64>,
}

impl Reader {
    /// What it comes to with this key, pressed at this time in milliseconds; keys are named as browsers name them.
    pub fn read(&mut self, key: &str, at: f64) -> Option<Step> {
        let is_second = self.begun.take().is_some_and(|begun| at - begun <= PATIENCE);
        if is_second && let Some((_, route, _)) = pages().into_iter().find(|(letter, ..)| *letter == key) {
            return Some(Step::Go(route));
        }
        Some(match key {
            "g" => {
                self.begun = Some(at);
                Step::Waits
            }
            "/" => Step::Filter,
            "j" => Step::Row(1),
            "k" => Step::Row(-1),
            "x" => Step::Select,
            "?" => Step::Show,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_lead_to_a_page_if_the_second_comes_soon() {
        let mut reader = Reader::default();
        assert_eq!(reader.read("g", 0.0), Some(Step::Waits));
        assert_eq!(reader.read("t", 500.0), Some(Step::Go(Route::Tasks)));
        assert_eq!(reader.read("t", 600.0), None);
        assert_eq!((reader.read("g", 1_000.0), reader.read("q", 3_500.0)), (Some(Step::Waits), None));
        assert_eq!((reader.read("g", 4_000.0), reader.read("j", 4_100.0)), (Some(Step::Waits), Some(Step::Row(1))));
    }

    #[test]
    fn no_letter_means_two_pages() {
        let pages = pages();
        for (index, (letter, ..)) in pages.iter().enumerate() {
            assert!(pages.iter().skip(index + 1).all(|(other, ..)| other != letter), "{letter}");
        }
    }
}
