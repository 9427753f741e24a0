//! ruche
