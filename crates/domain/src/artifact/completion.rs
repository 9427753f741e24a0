//! What becomes of an artifact when all its bytes are in the object store. Pure.

use super::{ArtifactId, ArtifactState, file_name::FileName};

/// How much one task may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskAllowance {
    /// Bytes of all its artifacts together.
    pub bytes: u64,
    /// Artifacts.
    pub artifacts: u32,
}

/// A whole artifact that a task has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: ArtifactId,
    /// Its name.
    pub name: FileName,
    /// Its size, in bytes.
    pub size: u64,
}

/// The artifact that is complete, and whom it belongs to.
#[derive(Debug, Clone)]
pub struct Complete<'a> {
    /// Where its row stands; `None` if there is none any more.
    pub state: Option<ArtifactState>,
    /// Whether the row, if it is whole, says the same as this: the same was said before, and the answer was lost.
    pub said_before: bool,
    /// For a task's: whether the attempt that wrote it still runs. `None` for an upload.
    pub runs: Option<bool>,
    /// Its name.
    pub name: &'a FileName,
    /// Its size, in bytes.
    pub size: u64,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completion {
    /// It becomes whole, and takes the place of these: the task's former ones of its name.
    Keep {
        /// Those it replaces.
        replaces: Vec<ArtifactId>,
    },
    /// It is whole already.
    KeptBefore,
    /// It is nobody's: it was given up as left behind, or its attempt is over.
    Lost,
    /// The task may not keep so much.
    TaskFull,
}

impl Complete<'_> {
    /// Decides, given what the task has. An attempt that is over adds nothing; one that runs replaces what earlier attempts, or it
    /// itself, left under the same name.
    #[must_use]
    pub fn decide(&self, held: &[Held], allowance: TaskAllowance) -> Completion {
        match self.state {
            Some(ArtifactState::Whole) if self.said_before => return Completion::KeptBefore,
            Some(ArtifactState::Writing) => {}
            _ => return Completion::Lost,
        }
        match self.runs {
            None => return Completion::Keep { replaces: Vec::new() },
            Some(false) => return Completion::Lost,
            Some(true) => {}
        }
        let (same, others): (Vec<_>, Vec<_>) = held.iter().partition(|held| held.name == *self.name);
        let bytes = others.iter().fold(self.size, |sum, held| sum.saturating_add(held.size));
        if bytes > allowance.bytes || others.len() >= allowance.artifacts as usize {
            return Completion::TaskFull;
        }
        Completion::Keep { replaces: same.into_iter().map(|held| held.id).collect() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ALLOWANCE: TaskAllowance = TaskAllowance { bytes: 100, artifacts: 3 };

    fn named(name: &str) -> FileName {
        FileName::new(name).unwrap()
    }

    fn held(n: u128, name: &str, size: u64) -> Held {
        Held { id: Uuid::from_u128(n).into(), name: named(name), size }
    }

    fn decide(complete: &Complete<'_>, held: &[Held]) -> Completion {
        complete.decide(held, ALLOWANCE)
    }

    #[test]
    fn a_tasks_artifact_takes_the_place_of_those_of_its_name() {
        let name = named("a");
        let new = Complete { state: Some(ArtifactState::Writing), said_before: false, runs: Some(true), name: &name, size: 60 };
        let before = [held(1, "a", 90), held(2, "b", 40), held(3, "A", 0)];
        assert_eq!(decide(&new, &before), Completion::Keep { replaces: vec![before[0].id] });
        assert_eq!(decide(&Complete { size: 61, ..new.clone() }, &before), Completion::TaskFull);
        assert_eq!(decide(&Complete { size: u64::MAX, ..new.clone() }, &before), Completion::TaskFull);
        let full = [held(1, "b", 0), held(2, "c", 0), held(3, "d", 0)];
        assert_eq!(decide(&new, &full), Completion::TaskFull);
    }

    #[test]
    fn an_upload_needs_no_attempt_and_an_attempt_that_is_over_keeps_nothing() {
        let name = named("a");
        let new = Complete { state: Some(ArtifactState::Writing), said_before: false, runs: None, name: &name, size: 1_000 };
        assert_eq!(decide(&new, &[]), Completion::Keep { replaces: Vec::new() });
        assert_eq!(decide(&Complete { runs: Some(false), ..new.clone() }, &[]), Completion::Lost);
        for state in [None, Some(ArtifactState::Doomed), Some(ArtifactState::Whole)] {
            assert_eq!(decide(&Complete { state, ..new.clone() }, &[]), Completion::Lost);
        }
        let again = Complete { state: Some(ArtifactState::Whole), said_before: true, ..new };
        assert_eq!(decide(&again, &[]), Completion::KeptBefore);
    }
}
