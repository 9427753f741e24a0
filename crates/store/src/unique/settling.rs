//! What a store writes for requests whose keys are locked: decided once here, for both databases.

use std::collections::{BTreeMap, HashMap};

use ruche_domain::{Amendment, Holder, NewTask, TaskId, TaskState, Timestamp, UniqueDecision, UniqueKey, Uniqueness};

use super::{UniqueAnswer, UniqueFate, UniqueRequest, UniqueTask};
use crate::IdempotencyKey;

/// What is remembered of an idempotency key's first request.
#[derive(Debug, Clone)]
pub struct Known {
    /// SHA-256 of the request.
    pub fingerprint: Vec<u8>,
    /// Its tasks.
    pub tasks: Vec<TaskId>,
}

/// Whom a key was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The task.
    pub task: TaskId,
    /// Until then at the longest.
    pub until: Option<Timestamp>,
}

/// A stored task that takes over what a newer one brought.
#[derive(Debug, Clone)]
pub struct Amended {
    /// The task.
    pub id: TaskId,
    /// The state it was found in.
    pub before: TaskState,
    /// Where it stands now.
    pub amendment: Amendment,
    /// Whose arguments, priority and expiry it has now.
    pub by: NewTask,
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Settled {
    /// One answer per request, in order.
    pub answers: Vec<UniqueAnswer>,
    /// New tasks.
    pub inserts: Vec<NewTask>,
    /// Changed ones.
    pub amended: Vec<Amended>,
    /// Whom keys are given to.
    pub taken: BTreeMap<UniqueKey, Taken>,
    /// New idempotency keys with their tasks.
    pub keys: Vec<(IdempotencyKey, Vec<TaskId>)>,
}

impl Settled {
    /// Decides for requests one after the other. `holders`: whom their keys were given to last, as these stand, all locked;
    /// `known`: which of their idempotency keys are known; `room`: how many more tasks the concurrency keys take, by queue and
    /// key, where there is a bound.
    #[must_use]
    pub fn of(
        requests: &[UniqueRequest],
        holders: HashMap<UniqueKey, Holder>,
        mut known: HashMap<String, Known>,
        room: HashMap<(String, String), u32>,
        now: Timestamp,
    ) -> Self {
        let mut desk = Desk { holders, room, now, settled: Self::default(), inserted: HashMap::new(), changed: HashMap::new() };
        for request in requests {
            let before = request.idempotency.as_ref().and_then(|key| Some((key, known.get(&key.key)?)));
            let answer = match before {
                Some((key, known)) if known.fingerprint == key.fingerprint => UniqueAnswer::Replayed(known.tasks.clone()),
                Some(_) => UniqueAnswer::KeyReused,
                None => desk.accept(request),
            };
            if let (UniqueAnswer::Accepted(fates), Some(key)) = (&answer, &request.idempotency) {
                let tasks: Vec<_> = fates.iter().map(|fate| fate.id()).collect();
                known.insert(key.key.clone(), Known { fingerprint: key.fingerprint.to_vec(), tasks: tasks.clone() });
                desk.settled.keys.push((key.clone(), tasks));
            }
            desk.settled.answers.push(answer);
        }
        desk.settled
    }
}

struct Desk {
    holders: HashMap<UniqueKey, Holder>,
    room: HashMap<(String, String), u32>,
    now: Timestamp,
    settled: Settled,
    /// Where in `settled.inserts`.
    inserted: HashMap<TaskId, usize>,
    /// Where in `settled.amended`.
    changed: HashMap<TaskId, usize>,
}

/// What one request comes to, unless one of its tasks is refused.
#[derive(Default)]
struct Draft {
    fates: Vec<UniqueFate>,
    holders: HashMap<UniqueKey, Holder>,
    steps: Vec<Step>,
    taken: Vec<(UniqueKey, Taken)>,
}

enum Step {
    Insert(NewTask),
    Amend(Amended),
}

impl Desk {
    fn accept(&mut self, request: &UniqueRequest) -> UniqueAnswer {
        let mut draft = Draft::default();
        for (index, wish) in request.tasks.iter().enumerate() {
            let decided = match &wish.unique {
                None => {
                    draft.create(wish.task.clone());
                    Ok(())
                }
                Some(unique) => self.decide(&mut draft, unique, &wish.task),
            };
            if let Err(by) = decided {
                return UniqueAnswer::Held { index, by };
            }
        }
        let Draft { fates, holders, steps, taken } = draft;
        if let Err(index) = self.make_room(&request.tasks, &fates) {
            return UniqueAnswer::KeyFull(index);
        }
        self.holders.extend(holders);
        self.settled.taken.extend(taken);
        for step in steps {
            self.take(step);
        }
        UniqueAnswer::Accepted(fates)
    }

    fn decide(&self, draft: &mut Draft, unique: &Uniqueness, task: &NewTask) -> Result<(), TaskId> {
        let holder = draft.holders.get(&unique.key).or_else(|| self.holders.get(&unique.key)).copied();
        match (unique.decide(holder.as_ref(), task, self.now), holder) {
            (UniqueDecision::Create, _) | (_, None) => {
                let state = task.initial_state();
                let until = unique.taken_until(task.created_at);
                let due_at = task.eta.filter(|_| state == TaskState::Scheduled);
                let (id, created_at, eta) = (task.id, task.created_at, task.eta);
                let holder = Holder { id, state, created_at, due_at, eta, taken_until: until };
                draft.holders.insert(unique.key, holder);
                draft.taken.push((unique.key, Taken { task: id, until }));
                draft.create(task.clone());
            }
            (UniqueDecision::Reject, Some(holder)) => return Err(holder.id),
            (UniqueDecision::Existing, Some(holder)) => draft.fates.push(UniqueFate::Existing(holder.id)),
            (UniqueDecision::Amend(amendment), Some(holder)) => {
                let Amendment { state, due_at, eta } = amendment;
                draft.holders.insert(unique.key, Holder { state, due_at, eta, ..holder });
                draft.fates.push(UniqueFate::Replaced(holder.id));
                let amended = Amended { id: holder.id, before: holder.state, amendment, by: task.clone() };
                draft.steps.push(Step::Amend(amended));
            }
        }
        Ok(())
    }

    /// Takes room for the new ones among a request's tasks, whose fates these are.
    ///
    /// # Errors
    /// The first without room; then none is taken.
    fn make_room(&mut self, tasks: &[UniqueTask], fates: &[UniqueFate]) -> Result<(), usize> {
        let mut taken: HashMap<(String, String), u32> = HashMap::new();
        for (index, (UniqueTask { task, .. }, fate)) in tasks.iter().zip(fates).enumerate() {
            let (UniqueFate::Created(_), Some(key)) = (fate, &task.options.concurrency_key) else { continue };
            let place = (task.queue.as_str().to_owned(), key.as_str().to_owned());
            let Some(room) = self.room.get(&place) else { continue };
            let taken = taken.entry(place).or_default();
            *taken += 1;
            if *taken > *room {
                return Err(index);
            }
        }
        for (place, count) in taken {
            self.room.entry(place).and_modify(|room| *room -= count);
        }
        Ok(())
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Insert(task) => {
                self.inserted.insert(task.id, self.settled.inserts.len());
                self.settled.inserts.push(task);
            }
            Step::Amend(amended) => {
                if let Some(&index) = self.inserted.get(&amended.id) {
                    let NewTask { priority, args, kwargs, expires_at, .. } = amended.by;
                    let eta = amended.amendment.eta;
                    let task = &mut self.settled.inserts[index];
                    *task = NewTask { priority, args, kwargs, expires_at, eta, ..task.clone() };
                } else if let Some(&index) = self.changed.get(&amended.id) {
                    let before = self.settled.amended[index].before;
                    self.settled.amended[index] = Amended { before, ..amended };
                } else {
                    self.changed.insert(amended.id, self.settled.amended.len());
                    self.settled.amended.push(amended);
                }
            }
        }
    }
}

impl Draft {
    fn create(&mut self, task: NewTask) {
        self.fates.push(UniqueFate::Created(task.id));
        self.steps.push(Step::Insert(task));
    }
}
