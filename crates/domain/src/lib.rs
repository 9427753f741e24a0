//! ruche-domain
