//! ruche-worker
