//! ruche-server
