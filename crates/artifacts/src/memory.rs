//! Objects in memory, for tests.

use std::sync::Arc;

use object_store::{memory::InMemory, path::Path};
use ruche_domain::Clock;
use ruche_store::SharedStore;

use crate::{Depot, Limits, objects::PartObjects};

impl Depot {
    /// Artifacts whose bytes are in memory, with the default limits: for tests.
    #[must_use]
    pub fn in_memory(store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        Self::in_memory_within(Limits::default(), store, clock)
    }

    /// The same within other limits.
    #[must_use]
    pub fn in_memory_within(limits: Limits, store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        Self::new(Arc::new(PartObjects::new(InMemory::new(), Path::default())), limits, store, clock)
    }
}
