//! Limits that hold across all workers: how many tasks of a queue, and of a key within it, run at once and start per time.
//!
//! Whether a task may start is decided here, from numbers; the stores bring the numbers and keep what is decided, in one
//! transaction under a lock of the queue's row.

mod admit;
mod bucket;
mod names;
mod policy;

pub use admit::{Admitted, Lane, Outlook, admit, outlook};
pub use bucket::Bucket;
pub use names::{NameBuckets, Waits};
pub use policy::{InvalidLimits, KeyLimits, KeyStrategy, QueueLimits, Rate};
