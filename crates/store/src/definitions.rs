//! Task definitions, stored by workers, read by servers.

use async_trait::async_trait;
use ruche_domain::{TaskDefinition, Timestamp};

use crate::StoreError;

/// Task definitions.
#[async_trait]
pub trait Definitions: Send + Sync {
    /// Stores definitions, replacing those of the same names; announces [`ruche_domain::Changes::Registry`] if any differs.
    ///
    /// # Errors
    /// Any; then none was stored.
    async fn register(&self, definitions: &[TaskDefinition], now: Timestamp) -> Result<(), StoreError>;

    /// All definitions, by name.
    ///
    /// # Errors
    /// Any.
    async fn definitions(&self) -> Result<Vec<TaskDefinition>, StoreError>;
}
