//! The task definitions this server knows, kept fresh from the database.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use ruche_domain::TaskDefinition;
use ruche_store::{SharedStore, StoreError};
use tokio::sync::Mutex;

use crate::validation::Arguments;

/// Shortest time between two looks at the database for a name that is not known.
const PATIENCE: Duration = Duration::from_secs(1);

/// Most names suggested for one that is not known.
const MOST_SUGGESTED: usize = 3;

/// A definition, ready for use.
pub struct Known {
    /// The definition.
    pub definition: TaskDefinition,
    /// Checks arguments.
    pub arguments: Arguments,
}

/// All definitions at one time.
#[derive(Default)]
pub struct DefinitionSet {
    by_name: HashMap<Box<str>, Arc<Known>>,
    /// Grows with every change.
    pub version: u64,
}

impl DefinitionSet {
    /// The definition under a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Known>> {
        self.by_name.get(name)
    }

    /// The definitions, by name.
    pub fn sorted(&self) -> Vec<&TaskDefinition> {
        let mut all: Vec<_> = self.by_name.values().map(|known| &known.definition).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Names like this one, the most alike first.
    pub fn near(&self, name: &str) -> Vec<String> {
        const ALIKE: f64 = 0.6;
        let bounded: String = name.chars().take(200).collect();
        let mut near: Vec<(f64, &str)> =
            self.by_name.keys().map(|known| (strsim::normalized_damerau_levenshtein(&bounded, known), &**known)).collect();
        near.retain(|(likeness, _)| *likeness >= ALIKE);
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        near.into_iter().take(MOST_SUGGESTED).map(|(_, name)| name.to_owned()).collect()
    }
}

/// The definitions, refreshed at start, when the registry changes, now and then, and when a name is not known.
pub struct Definitions {
    store: SharedStore,
    current: RwLock<Arc<DefinitionSet>>,
    refreshed: Mutex<Option<Instant>>,
}

impl Definitions {
    /// Nothing known yet.
    pub fn new(store: SharedStore) -> Self {
        Self { store, current: RwLock::default(), refreshed: Mutex::new(None) }
    }

    /// What is known now; waits for the first look at the database.
    pub async fn current(&self) -> Result<Arc<DefinitionSet>, StoreError> {
        let known = self.snapshot();
        if known.version > 0 {
            return Ok(known);
        }
        self.refresh_unless(|at| at.is_some()).await
    }

    /// What is known, with another look at the database when `name` is not.
    pub async fn with(&self, name: &str) -> Result<Arc<DefinitionSet>, StoreError> {
        let known = self.current().await?;
        if known.get(name).is_some() {
            return Ok(known);
        }
        self.refresh_unless(|at| at.is_some_and(|at| at.elapsed() < PATIENCE)).await
    }

    /// Looks at the database.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        self.refresh_unless(|_| false).await.map(drop)
    }

    async fn refresh_unless(&self, fresh: impl Fn(Option<Instant>) -> bool) -> Result<Arc<DefinitionSet>, StoreError> {
        let mut refreshed = self.refreshed.lock().await;
        if fresh(*refreshed) {
            return Ok(self.snapshot());
        }
        let stored = self.store.definitions().await?;
        *refreshed = Some(Instant::now());
        let next = Arc::new(self.next(stored));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        Ok(next)
    }

    /// Schemas are compiled only where they changed.
    fn next(&self, stored: Vec<TaskDefinition>) -> DefinitionSet {
        let before = self.snapshot();
        let mut changed = before.version == 0 || before.by_name.len() != stored.len();
        let mut by_name = HashMap::with_capacity(stored.len());
        for definition in stored {
            let known = match before.get(definition.name.as_str()) {
                Some(known) if known.definition == definition => Arc::clone(known),
                _ => {
                    changed = true;
                    Arc::new(Known { arguments: Arguments::compile(&definition), definition })
                }
            };
            by_name.insert(known.definition.name.as_str().into(), known);
        }
        DefinitionSet { by_name, version: before.version + u64::from(changed) }
    }

    fn snapshot(&self) -> Arc<DefinitionSet> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}
