//! The store on a real PostgreSQL: the conformance suite, and what only PostgreSQL has.

mod access_plans;
mod database;
mod errors;
mod notices;
mod operations;
mod plans;
mod schedules;
mod webhooks;
mod workflows;

mod conformance {
    use super::database::Database;

    ruche_store::conformance_suite!(Database::with_store());
}
