//! Refusals as the OpenAPI document sees them: each operation declares the statuses only it has.

use std::{fmt, marker::PhantomData};

use poem_openapi::{
    ApiResponse,
    payload::Payload,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::Type,
};
use ruche_store::StoreError;

use crate::problem::{self, Problem};

/// The statuses an operation refuses with, beside those every operation has (400, 401, 500, 503; see `openapi::common`).
pub trait Refuses: Send + Sync + 'static {
    /// The statuses.
    const STATUSES: &'static [u16];
}

/// Nothing but what every operation has.
pub struct Common;

impl Refuses for Common {
    const STATUSES: &'static [u16] = &[];
}

/// A problem, of an operation that declares the statuses of `S`.
pub struct Refusal<S>(Problem, PhantomData<S>);

impl<S> Refusal<S> {
    /// What is told.
    pub(crate) const fn problem(&self) -> &Problem {
        &self.0
    }
}

impl<S> From<Problem> for Refusal<S> {
    fn from(problem: Problem) -> Self {
        Self(problem, PhantomData)
    }
}

impl<S> From<StoreError> for Refusal<S> {
    fn from(error: StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl<S> From<Refusal<S>> for poem::Error {
    fn from(refusal: Refusal<S>) -> Self {
        refusal.0.into()
    }
}

impl<S> fmt::Debug for Refusal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Refuses> ApiResponse for Refusal<S> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: S::STATUSES.iter().map(|status| meta(*status)).collect() }
    }

    fn register(registry: &mut Registry) {
        ruche_api::Problem::register(registry);
    }
}

fn meta(status: u16) -> MetaResponse {
    MetaResponse {
        description: "",
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType { content_type: problem::CONTENT_TYPE, schema: ProblemDocument::schema_ref() }],
        headers: Vec::new(),
    }
}

/// The payload of refusals.
struct ProblemDocument;

impl Payload for ProblemDocument {
    const CONTENT_TYPE: &'static str = problem::CONTENT_TYPE;

    fn schema_ref() -> MetaSchemaRef {
        ruche_api::Problem::schema_ref()
    }
}
