//! ruche-broker
