//! The parts of the program: a browser loads what the first page needs, and each group of further pages when somebody goes there, or
//! before that, once there is nothing else to do. The bundler cuts the program at the functions that are marked here.

use futures::FutureExt;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{audit, dead_letters, enqueue, help, operations, queues, schedules, settings, task, tasks, workers, workflows};
use crate::{browser, prelude::*, router::route::Route};

/// A group of pages that is loaded at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Tasks,
    Flow,
    Control,
}

/// What is known of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Absent,
    Coming,
    There,
    Failed,
}

impl Part {
    const ALL: [Self; 3] = [Self::Tasks, Self::Flow, Self::Control];

    /// The part that a page is in; none if it is in the program that is there from the beginning.
    fn of(route: &Route) -> Option<Self> {
        match route {
            Route::Overview | Route::Unknown => None,
            Route::Tasks | Route::Task(_) | Route::Enqueue | Route::DeadLetters | Route::DeadLetter(_) => Some(Self::Tasks),
            Route::Queues | Route::Queue(_) | Route::Workers | Route::Worker(_) => Some(Self::Flow),
            Route::Schedules | Route::NewSchedule | Route::Schedule(_) | Route::EditSchedule(_) => Some(Self::Flow),
            Route::Workflows | Route::NewWorkflow | Route::Workflow(_) => Some(Self::Flow),
            Route::Operations | Route::Operation(_) | Route::Audit | Route::Settings | Route::Help => Some(Self::Control),
        }
    }

    async fn load(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Tasks => load_tasks().await,
            Self::Flow => load_flow().await,
            Self::Control => load_control().await,
        }
    }

    /// A page of this part. Nothing unless it is there.
    pub fn page(self, route: Route) -> View {
        let page = match self {
            Self::Tasks => in_tasks(route).now_or_never(),
            Self::Flow => in_flow(route).now_or_never(),
            Self::Control => in_control(route).now_or_never(),
        };
        page.and_then(Result::ok).unwrap_or_default()
    }
}

/// Which parts there are, for views.
#[derive(Clone, Copy)]
pub struct Parts {
    states: [Signal<State>; Part::ALL.len()],
    /// That of the page somebody is at.
    wanted: Signal<Option<Part>>,
    is_fetching: Signal<bool>,
}

impl Parts {
    /// For everything below the current scope. Where there is no browser, there is nothing to load.
    pub fn provide() -> Self {
        let state = if browser::is_there() { State::Absent } else { State::There };
        let states = Part::ALL.map(|_| create_signal(state));
        let parts = Self { states, wanted: create_signal(None), is_fetching: create_signal(false) };
        provide_context(parts);
        parts
    }

    fn state(self, part: Part) -> Signal<State> {
        self.states[part as usize]
    }

    /// What is known of the part that a page is in, tracked.
    pub fn of(self, route: &Route) -> State {
        Part::of(route).map_or(State::There, |part| self.state(part).get())
    }

    /// Somebody goes to this page: loads the part it is in, unless that is there or on its way.
    pub fn want(self, route: &Route) {
        let wanted = Part::of(route);
        self.wanted.set(wanted);
        if let Some(part) = wanted
            && matches!(self.state(part).get_untracked(), State::Absent | State::Failed)
        {
            wasm_bindgen_futures::spawn_local(self.load(part));
        }
    }

    /// Loads all of them, one after the other, as soon as the browser has nothing better to do. Whoever is offline, or meets a newer
    /// server, later has them then.
    pub fn fetch_rest(self) {
        if self.is_fetching.get_untracked() || !browser::is_there() {
            return;
        }
        self.is_fetching.set(true);
        browser::idle::when_idle(move || {
            wasm_bindgen_futures::spawn_local(async move {
                for part in Part::ALL {
                    if self.state(part).get_untracked() == State::Absent {
                        self.load(part).await;
                    }
                }
            });
        });
    }

    async fn load(self, part: Part) {
        self.state(part).set(State::Coming);
        let state = match part.load().await {
            Ok(()) => State::There,
            Err(_) if self.wanted.get_untracked() == Some(part) => State::Failed,
            // That is for those to hear who go there; it is tried again then.
            Err(_) => State::Absent,
        };
        self.state(part).set(state);
    }
}

/// Which parts there are.
pub fn parts() -> Parts {
    use_context()
}

/// The page of a route whose part is there.
pub fn page(route: Route) -> Option<View> {
    Part::of(&route).map(|part| part.page(route))
}

#[wasm_split(tasks, fallible, preload(load_tasks))]
fn in_tasks(route: Route) -> Result<View, SplitLoaderError> {
    Ok(match route {
        Route::Tasks => tasks::tasks(),
        Route::Task(id) => task::task(id),
        Route::Enqueue => enqueue::enqueue(),
        Route::DeadLetters => dead_letters::list(),
        Route::DeadLetter(fingerprint) => dead_letters::one(fingerprint),
        _ => View::default(),
    })
}

#[wasm_split(flow, fallible, preload(load_flow))]
fn in_flow(route: Route) -> Result<View, SplitLoaderError> {
    Ok(match route {
        Route::Queues => queues::list(),
        Route::Queue(name) => queues::one(name),
        Route::Workers => workers::list(),
        Route::Worker(name) => workers::one(name),
        Route::Schedules => schedules::list(),
        Route::NewSchedule => schedules::create(),
        Route::Schedule(name) => schedules::one(name),
        Route::EditSchedule(name) => schedules::edit(name),
        Route::Workflows => workflows::list(),
        Route::NewWorkflow => workflows::create(),
        Route::Workflow(id) => workflows::one(id),
        _ => View::default(),
    })
}

#[wasm_split(control, fallible, preload(load_control))]
fn in_control(route: Route) -> Result<View, SplitLoaderError> {
    Ok(match route {
        Route::Operations => operations::list(),
        Route::Operation(id) => operations::one(id),
        Route::Audit => audit::audit(),
        Route::Settings => settings::settings(),
        Route::Help => help::help(),
        _ => View::default(),
    })
}

#[cfg(test)]
mod tests {
    use ruche_api::Role;
    use uuid::Uuid;

    use super::*;
    use crate::{pages::page, testing::rendered};

    #[test]
    fn every_page_is_drawn_by_the_part_it_is_in() {
        let (id, name) = (Uuid::from_u128(7), || "a".to_owned());
        let routes = [
            Route::Overview,
            Route::Tasks,
            Route::Task(id),
            Route::Enqueue,
            Route::Queues,
            Route::Queue(name()),
            Route::Workers,
            Route::Worker(name()),
            Route::Schedules,
            Route::NewSchedule,
            Route::Schedule(name()),
            Route::EditSchedule(name()),
            Route::Workflows,
            Route::NewWorkflow,
            Route::Workflow(id),
            Route::DeadLetters,
            Route::DeadLetter(name()),
            Route::Operations,
            Route::Operation(id),
            Route::Audit,
            Route::Settings,
            Route::Help,
            Route::Unknown,
        ];
        for route in routes {
            let drawn = rendered(&route.to_string(), Role::Admin, || page(route.clone()));
            assert!(drawn.contains("<h1"), "{route:?}: {drawn}");
        }
    }
}
