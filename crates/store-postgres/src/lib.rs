//! ruche-store-postgres
