//! What the filter bar says, as conditions.

use std::rc::Rc;

use chrono::{NaiveDate, TimeDelta};
use ruche_api::{OperationFilter, TaskState};
use uuid::Uuid;

use crate::{
    api::{
        self,
        tasks::{TaskFilter, state_of, state_word},
        use_query,
    },
    browser::clock::Moment,
    messages::tasks as m,
    router::{self, place::Place, router},
    ui::filter::{
        Qualifier,
        terms::{Term, terms, written},
    },
};

/// What somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub state: Option<TaskState>,
    pub task: Option<String>,
    pub queue: Option<String>,
    pub worker: Option<String>,
    pub fingerprint: Option<String>,
    pub created_from: Option<Moment>,
    pub created_before: Option<Moment>,
    pub id: Option<Uuid>,
    /// The text behind `created_from` and `created_before`.
    created: Vec<String>,
}

impl Wanted {
    /// For the list.
    pub fn filter(&self) -> TaskFilter {
        TaskFilter {
            state: self.state,
            task: self.task.clone(),
            queue: self.queue.clone(),
            worker: self.worker.clone(),
            created_from: self.created_from,
            created_before: self.created_before,
            fingerprint: self.fingerprint.clone(),
        }
    }

    /// For a change of all that match; `None` without any condition.
    pub fn operation(&self) -> Option<OperationFilter> {
        let TaskFilter { state, task, queue, worker, created_from, created_before, fingerprint } = self.filter();
        let filter = OperationFilter { state, task, queue, worker, created_from, created_before, fingerprint };
        (filter != OperationFilter::default()).then_some(filter)
    }

    /// Whether nothing but perhaps the state is asked for.
    pub fn is_only_state(&self) -> bool {
        Self { state: None, ..self.clone() } == Self::default()
    }

    /// The same of all queues.
    pub fn of_any_queue(self) -> Self {
        Self { queue: None, ..self }
    }

    /// The same in another state.
    pub fn in_state(self, state: Option<TaskState>) -> Self {
        Self { state, ..self }
    }

    /// The address of what is wanted.
    pub fn address(&self) -> String {
        let named = [
            ("state", self.state.map(state_word)),
            ("task", self.task.as_deref()),
            ("queue", self.queue.as_deref()),
            ("worker", self.worker.as_deref()),
            ("fingerprint", self.fingerprint.as_deref()),
        ];
        let terms = named.into_iter().filter_map(|(word, value)| value.map(|value| written(word, value)));
        let terms: Vec<String> = terms.chain(self.created.iter().map(|value| written("created", value))).collect();
        let here = if crate::browser::is_there() { router().place_untracked() } else { Place::parse("/tasks") };
        here.without("cursor").with("q", Some(&terms.join(" "))).to_string()
    }
}

/// Reads a line of terms; what it cannot read it says.
pub fn read(text: &str, now: Moment) -> Result<Wanted, String> {
    let mut wanted = Wanted::default();
    for term in terms(text) {
        match term {
            Term::Word(word) => match word.parse() {
                Ok(id) => wanted.id = Some(id),
                Err(_) => return Err(m::unknown_word(&word).into_owned()),
            },
            Term::Of(word, value) if value.is_empty() => return Err(m::unknown_word(&word).into_owned()),
            Term::Of(word, value) => take(&mut wanted, &word, value, now)?,
        }
    }
    Ok(wanted)
}

fn take(wanted: &mut Wanted, word: &str, value: String, now: Moment) -> Result<(), String> {
    let place = match word {
        "state" => {
            let state = state_of(&value.to_lowercase()).ok_or_else(|| m::unknown_state(&value).into_owned())?;
            return if wanted.state.replace(state).is_some() { Err(m::twice(word).into_owned()) } else { Ok(()) };
        }
        "id" => {
            wanted.id = Some(value.parse().map_err(|_| m::unknown_word(&value).into_owned())?);
            return Ok(());
        }
        "created" => return take_time(wanted, value, now),
        "task" => &mut wanted.task,
        "queue" => &mut wanted.queue,
        "worker" => &mut wanted.worker,
        "fingerprint" => &mut wanted.fingerprint,
        _ => return Err(m::unknown_qualifier(word).into_owned()),
    };
    if place.replace(value).is_some() { Err(m::twice(word).into_owned()) } else { Ok(()) }
}

/// `<1h` is younger than an hour, `>2d` older than two days; with a date or a time, `>` is after and `<` before it.
fn take_time(wanted: &mut Wanted, value: String, now: Moment) -> Result<(), String> {
    let wrong = || m::unknown_time(&value).into_owned();
    let (sign, rest) = (value.chars().next().ok_or_else(wrong)?, value.get(1..).ok_or_else(wrong)?);
    let (is_after, moment) = match (sign, age(rest), moment(rest)) {
        ('<', Some(age), _) => (true, now - age),
        ('>', Some(age), _) => (false, now - age),
        ('>', None, Some(moment)) => (true, moment),
        ('<', None, Some(moment)) => (false, moment),
        _ => return Err(wrong()),
    };
    let place = if is_after { &mut wanted.created_from } else { &mut wanted.created_before };
    if place.replace(moment).is_some() {
        return Err(m::twice("created").into_owned());
    }
    wanted.created.push(value);
    Ok(())
}

fn age(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        's' => TimeDelta::try_seconds(number),
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        'w' => TimeDelta::try_weeks(number),
        _ => None,
    }
    .filter(|age| *age <= TimeDelta::days(36_500))
}

fn moment(text: &str) -> Option<Moment> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|moment| moment.and_utc())
}

/// Others link here with plain parameters: they become terms.
pub fn from_parameters() {
    let place = router().place_untracked();
    let words = ["state", "task", "queue", "worker", "fingerprint"];
    let given: Vec<_> = words.iter().filter_map(|word| place.param(word).map(|value| written(word, value))).collect();
    if given.is_empty() || place.param("q").is_some() {
        return;
    }
    let bare = words.iter().fold(place, |place, word| place.without(word));
    router::replace(&bare.with("q", Some(&given.join(" "))).to_string());
}

/// What there is to ask for, with the values that are known.
pub fn qualifiers() -> Vec<Qualifier> {
    let definitions = use_query(|| Some(api::definitions::list()));
    let queues = use_query(|| Some(api::queues::list()));
    let workers = use_query(|| Some(api::workers::list()));
    let fixed = |values: Vec<String>| -> Rc<dyn Fn() -> Vec<String>> { Rc::new(move || values.clone()) };
    let states = ruche_domain::TaskState::ALL.iter().map(|state| state.as_str().to_owned()).collect();
    let names =
        move || definitions.value().map(|list| list.data.iter().map(|one| one.name.clone()).collect()).unwrap_or_default();
    let queue_names =
        move || queues.value().map(|list| list.data.iter().map(|one| one.name.clone()).collect()).unwrap_or_default();
    let worker_names =
        move || workers.value().map(|list| list.data.iter().map(|one| one.name.clone()).collect()).unwrap_or_default();
    let ages = ["<15m", "<1h", "<1d", ">1h", ">1d", ">1w"].map(str::to_owned).to_vec();
    vec![
        Qualifier { word: "state", told: m::about_state(), values: fixed(states) },
        Qualifier { word: "task", told: m::about_task(), values: Rc::new(names) },
        Qualifier { word: "queue", told: m::about_queue(), values: Rc::new(queue_names) },
        Qualifier { word: "worker", told: m::about_worker(), values: Rc::new(worker_names) },
        Qualifier { word: "created", told: m::about_created(), values: fixed(ages) },
        Qualifier { word: "fingerprint", told: m::about_fingerprint(), values: fixed(Vec::new()) },
        Qualifier { word: "id", told: m::about_id(), values: fixed(Vec::new()) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::clock::now;

    #[test]
    fn conditions_are_read_and_written() {
        let wanted = read("state:failed queue:mail created:<1h created:>2d", now()).unwrap();
        assert_eq!((wanted.state, wanted.queue.as_deref()), (Some(TaskState::Failed), Some("mail")));
        assert_eq!(wanted.created_from, Some(now() - TimeDelta::hours(1)));
        assert_eq!(wanted.created_before, Some(now() - TimeDelta::days(2)));
        assert_eq!(wanted.in_state(None).address(), "/tasks?q=queue:mail%20created:%3C1h%20created:%3E2d");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for text in [
            "stat:failed",
            "state:odd",
            "timeout",
            "created:soon",
            "created:<1é",
            "queue:a queue:b",
            "queue:",
            "created:<99999999999d",
        ] {
            assert!(read(text, now()).is_err(), "{text}");
        }
        assert!(read("01890a5d-ac96-774b-bcce-b302099a8057", now()).unwrap().id.is_some());
        assert!(read("created:>2027-01-31", now()).unwrap().created_from.is_some());
    }

    #[test]
    fn without_a_condition_nothing_is_changed() {
        assert_eq!(read("", now()).unwrap().operation(), None);
        assert!(read("queue:a", now()).unwrap().operation().is_some());
    }
}
