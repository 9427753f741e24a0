//! ruche-store-sqlite
