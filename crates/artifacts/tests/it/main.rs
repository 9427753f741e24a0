//! Artifacts over real files, a real database and a server that speaks S3.

mod faults;
mod s3;
mod stand;
mod writing;
