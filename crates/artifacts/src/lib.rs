//! Artifacts: files that tasks stream out, and uploaded ones that they take in.
//!
//! Bytes live in an object store ([`Objects`]: a local directory, or S3), facts in the database ([`ruche_store::Artifacts`]). Bytes
//! are never in the database and never in the broker.
//!
//! **Invariants**: an artifact is seen only when it is whole: the row says so after the object is complete. Nothing is in the object
//! store without a row that names it: the row comes first and goes last. So whatever dies in the middle, what it leaves behind is
//! found by its row ([`Depot::sweep`]), and no list of the object store is ever read.

mod depot;
mod error;
mod memory;
mod metrics;
mod objects;
mod place;
mod reader;
mod sweep;
mod writer;

pub use depot::{Depot, Limits};
pub use error::{ArtifactError, ObjectError};
pub use objects::{Objects, Upload, nowhere};
pub use place::{OpenError, Place, S3Place};
pub use reader::Reader;
pub use sweep::Swept;
pub use writer::Writer;
