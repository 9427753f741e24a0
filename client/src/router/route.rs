//! The pages, and their addresses.

use std::fmt;

use uuid::Uuid;

use super::place::{Place, decode, encode};

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Overview,
    Tasks,
    Task(Uuid),
    Enqueue,
    Queues,
    Queue(String),
    Workers,
    Worker(String),
    Schedules,
    NewSchedule,
    Schedule(String),
    EditSchedule(String),
    Workflows,
    NewWorkflow,
    Workflow(Uuid),
    DeadLetters,
    DeadLetter(String),
    Operations,
    Operation(Uuid),
    Audit,
    Settings,
    Help,
    /// There is no such page.
    Unknown,
}

impl Route {
    /// The page of a path.
    pub fn of(path: &str) -> Self {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let with_id = |id: &str, make: fn(Uuid) -> Self| id.parse().map_or(Self::Unknown, make);
        match parts[..] {
            [] => Self::Overview,
            ["tasks"] => Self::Tasks,
            ["tasks", id] => with_id(id, Self::Task),
            ["enqueue"] => Self::Enqueue,
            ["queues"] => Self::Queues,
            ["queues", name] => Self::Queue(name.to_owned()),
            ["workers"] => Self::Workers,
            ["workers", name] => Self::Worker(name.to_owned()),
            ["schedules"] => Self::Schedules,
            ["new", "schedule"] => Self::NewSchedule,
            ["schedules", name] => Self::Schedule(name.to_owned()),
            ["schedules", name, "edit"] => Self::EditSchedule(name.to_owned()),
            ["workflows"] => Self::Workflows,
            ["new", "workflow"] => Self::NewWorkflow,
            ["workflows", id] => with_id(id, Self::Workflow),
            ["dead-letters"] => Self::DeadLetters,
            ["dead-letters", fingerprint] => Self::DeadLetter(fingerprint.to_owned()),
            ["operations"] => Self::Operations,
            ["operations", id] => with_id(id, Self::Operation),
            ["audit"] => Self::Audit,
            ["settings"] => Self::Settings,
            ["help"] => Self::Help,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overview | Self::Unknown => f.write_str("/"),
            Self::Tasks => f.write_str("/tasks"),
            Self::Task(id) => write!(f, "/tasks/{id}"),
            Self::Enqueue => f.write_str("/enqueue"),
            Self::Queues => f.write_str("/queues"),
            Self::Queue(name) => write!(f, "/queues/{}", encode(name)),
            Self::Workers => f.write_str("/workers"),
            Self::Worker(name) => write!(f, "/workers/{}", encode(name)),
            Self::Schedules => f.write_str("/schedules"),
            Self::NewSchedule => f.write_str("/new/schedule"),
            Self::Schedule(name) => write!(f, "/schedules/{}", encode(name)),
            Self::EditSchedule(name) => write!(f, "/schedules/{}/edit", encode(name)),
            Self::Workflows => f.write_str("/workflows"),
            Self::NewWorkflow => f.write_str("/new/workflow"),
            Self::Workflow(id) => write!(f, "/workflows/{id}"),
            Self::DeadLetters => f.write_str("/dead-letters"),
            Self::DeadLetter(fingerprint) => write!(f, "/dead-letters/{}", encode(fingerprint)),
            Self::Operations => f.write_str("/operations"),
            Self::Operation(id) => write!(f, "/operations/{id}"),
            Self::Audit => f.write_str("/audit"),
            Self::Settings => f.write_str("/settings"),
            Self::Help => f.write_str("/help"),
        }
    }
}

/// The address of the tasks that match qualifiers of the filter bar: `[("queue", "mail"), ("state", "failed")]`.
pub fn tasks_where(qualifiers: &[(&str, &str)]) -> String {
    let terms: Vec<String> = qualifiers.iter().map(|(word, value)| crate::ui::filter::terms::written(word, value)).collect();
    Place::parse("/tasks").with("q", Some(&terms.join(" "))).to_string()
}

/// Whether a path is the server's, or another part's behind the same proxy: a link there loads a page.
pub fn belongs_to_server(path: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "/api",
        "/docs",
        "/metrics",
        "/openapi.json",
        "/problems",
        "/livez",
        "/readyz",
        "/grafana",
        "/prometheus",
        "/rabbitmq",
        "/welcome",
    ];
    OTHERS.iter().any(|other| path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_address() {
        let id = Uuid::from_u128(7);
        let name = || "a/b é".to_owned();
        let routes = [
            Route::Overview,
            Route::Tasks,
            Route::Task(id),
            Route::Enqueue,
            Route::Queue(name()),
            Route::Worker("ruche@host-1".to_owned()),
            Route::NewSchedule,
            Route::EditSchedule(name()),
            Route::Schedule("new".to_owned()),
            Route::Workflow(id),
            Route::DeadLetter("ec90270c9863766d".to_owned()),
            Route::Operation(id),
            Route::Help,
        ];
        for route in routes {
            assert_eq!(Route::of(&route.to_string()), route);
        }
        assert_eq!(Route::of("/tasks/nonsense"), Route::Unknown);
    }

    #[test]
    fn the_server_keeps_its_paths() {
        assert!(belongs_to_server("/api/v1/tasks") && belongs_to_server("/docs"));
        assert!(!belongs_to_server("/tasks") && !belongs_to_server("/documents"));
    }
}
