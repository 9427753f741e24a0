//! Rates of task names, which hold in every queue.

use std::collections::BTreeMap;

use super::{Bucket, Rate};
use crate::Timestamp;

/// A task that waits to be admitted.
pub trait Waits {
    /// Its name, where the starts of tasks of this name are limited.
    fn limited_name(&self) -> Option<&str>;
}

/// The buckets of limited task names.
#[derive(Debug, Clone, Default)]
pub struct NameBuckets(BTreeMap<String, Named>);

#[derive(Debug, Clone, Copy)]
struct Named {
    rate: Rate,
    bucket: Bucket,
    used: bool,
}

impl NameBuckets {
    /// These buckets, brought to the present.
    pub fn new(buckets: impl IntoIterator<Item = (String, Rate, Bucket)>, now: Timestamp) -> Self {
        let named =
            |(name, rate, bucket): (String, Rate, Bucket)| (name, Named { rate, bucket: bucket.at(&rate, now), used: false });
        Self(buckets.into_iter().map(named).collect())
    }

    /// Names of which no task may start now.
    pub fn empty(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, named)| !named.is_ready()).map(|(name, _)| name.as_str())
    }

    /// When the first of those may start one.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        self.0.values().filter(|named| !named.is_ready()).map(|named| named.bucket.next_at(&named.rate)).min()
    }

    /// The buckets that were taken from.
    pub fn used(&self) -> impl Iterator<Item = (&str, Bucket)> {
        self.0.iter().filter(|(_, named)| named.used).map(|(name, named)| (name.as_str(), named.bucket))
    }

    /// Whether a task could start as far as its name goes; else when.
    pub(super) fn ready(&self, task: &impl Waits) -> Result<(), Timestamp> {
        match task.limited_name().and_then(|name| self.0.get(name)) {
            Some(named) if !named.is_ready() => Err(named.bucket.next_at(&named.rate)),
            _ => Ok(()),
        }
    }

    /// A task starts.
    pub(super) fn take(&mut self, task: &impl Waits) {
        if let Some(named) = task.limited_name().and_then(|name| self.0.get_mut(name)) {
            named.used |= named.bucket.take(&named.rate);
        }
    }
}

impl Named {
    const fn is_ready(&self) -> bool {
        self.bucket.level >= self.rate.per_us()
    }
}
