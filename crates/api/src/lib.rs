//! ruche-api
