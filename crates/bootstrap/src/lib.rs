//! ruche-bootstrap
