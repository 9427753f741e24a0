//! ruche-store
