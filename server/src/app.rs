//! The whole HTTP side as one endpoint: what every request passes on its way in and every answer on its way out.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use futures::FutureExt;
use poem::{
    Endpoint, IntoEndpoint, Request, Response,
    endpoint::{BoxEndpoint, EndpointExt},
    http::{HeaderName, HeaderValue, Method, Uri, header},
};

use crate::{
    access::{
        client::{self, Client},
        rules::{Audited, Needs, Rule},
    },
    api,
    auditor::{self, Auditor, Watched},
    auth::Gate,
    client::Client as WebClient,
    limits::{self, MAX_STRANGERS_BODY, MaxBody},
    live, metrics, openapi,
    problem::{Code, Problem},
    request_id::{self, RequestId},
    routes::{self, Route, RouteTable},
    state::{Inner, ServerState, Shared},
};

/// The HTTP side of a server.
pub struct App {
    api: BoxEndpoint<'static, Response>,
    pages: BoxEndpoint<'static, Response>,
    table: RouteTable,
    shared: Shared,
    client: Option<WebClient>,
}

impl App {
    /// Puts the API together and starts its background work, which ends with `state.shutdown`. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// When the registry has the API's metrics already.
    pub fn new(state: ServerState) -> Result<Self, prometheus::Error> {
        let shared = Arc::new(Inner::new(state)?);
        let feed = shared.store.feed().subscribe();
        tokio::spawn(live::follow(Arc::clone(&shared), feed));
        tokio::spawn(metrics::poll(Arc::clone(&shared)));
        let waiting = Arc::clone(&shared);
        tokio::spawn(async move { waiting.waiters.keep_looking(&waiting.store, &waiting.shutdown).await });
        let table = RouteTable::new(&openapi::raw(), api::HIDDEN);
        shared.metrics.http.begin_at_zero(&table);
        Ok(Self {
            api: api::service().into_endpoint().map_to_response().boxed(),
            pages: api::pages().map_to_response().boxed(),
            table,
            shared,
            client: None,
        })
    }

    /// Also serves the web client.
    #[must_use]
    pub fn with_client(self, client: Option<WebClient>) -> Self {
        Self { client, ..self }
    }

    /// What writes the audit log.
    pub(crate) fn auditor(&self) -> Auditor {
        self.shared.auditor.clone()
    }

    async fn answer(
        &self,
        mut request: Request,
        route: Option<&Route>,
        id: &str,
        watched: &mut Option<Watched>,
    ) -> Result<Response, Problem> {
        limits::check_head(&request, self.most(route, request.method()))?;
        let client = client::of(&request, &self.shared.options.trusted_proxies);
        if let Some(page) = self.client.and_then(|client| client.answer(&request)) {
            return Ok(page);
        }
        if request.uri().path().starts_with("/api/") {
            self.admit(&mut request, &client, route, id, watched).await?;
        }
        let route = route.ok_or_else(|| Problem::new(Code::NotFound))?;
        route.check(request.method(), request.uri().path(), request.uri().query())?;
        request.set_data(client);
        request.set_data(RequestId(id.to_owned()));
        request.set_data(Arc::clone(&self.shared));
        let endpoint = if route.hidden { &self.pages } else { &self.api };
        endpoint.call(request).await.map_err(Problem::from)
    }
}

impl App {
    /// Lets a caller of the API in, or not. Where nothing is served, too, only callers that are known hear that.
    async fn admit(
        &self,
        request: &mut Request,
        client: &Client,
        route: Option<&Route>,
        id: &str,
        watched: &mut Option<Watched>,
    ) -> Result<(), Problem> {
        let operation = route.and_then(|route| route.operation(request.method()));
        if operation.is_some_and(|operation| operation.rule.needs == Needs::Nothing) {
            limits::check_head(request, MAX_STRANGERS_BODY as u64)?;
            request.set_data(MaxBody(MAX_STRANGERS_BODY));
            return Gate::check_origin(request, client, None);
        }
        let caller = self.shared.gate.identify(request, client).await?;
        Gate::check_origin(request, client, Some(&caller))?;
        if let (Some(route), Some(operation)) = (route, operation)
            && let Rule { needs: Needs::Role(needed), audited } = operation.rule
        {
            let permitted = Gate::permit(&caller, needed);
            if self.is_audited(audited, permitted.is_err()) {
                let target = route.parameters(request.uri().path());
                let entry = auditor::entry(&*self.shared.clock, &caller, client, id, &operation.id, &target);
                *watched = Some(self.shared.auditor.watch(entry, audited));
            }
            permitted?;
        }
        request.set_data(caller);
        Ok(())
    }

    /// The largest body of a request, in bytes: of one that is streamed elsewhere, what may be kept there.
    fn most(&self, route: Option<&Route>, method: &Method) -> u64 {
        let streamed = route.and_then(|route| route.operation(method)).is_some_and(|operation| operation.id == "uploadArtifact");
        if streamed { self.shared.artifacts.limits().bytes } else { self.shared.options.max_body_bytes as u64 }
    }

    fn is_audited(&self, audited: Audited, refused: bool) -> bool {
        match audited {
            Audited::No => false,
            Audited::Yes | Audited::Accepted => true,
            Audited::Enqueues => refused || self.shared.options.audit_enqueue,
        }
    }
}

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let id = request_id::of(&request, &*self.shared.clock);
        let route = self.table.find(uri.path());
        let mut watched = None;
        let answer = AssertUnwindSafe(self.answer(request, route, &id, &mut watched)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| {
            // The panic's message was logged by the panic hook; it may hold anything, so it is not told.
            tracing::error!(request_id = id, "a handler panicked");
            Err(Problem::new(Code::Internal))
        });
        let forbidden = answer.as_ref().is_err_and(|problem| problem.code() == Code::Forbidden);
        let mut response = answer.unwrap_or_else(|problem| refuse(problem, &uri, &id));
        finish(&mut response, &id);
        if let Some(watched) = watched {
            let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
            watched.answered(response.status(), location, forbidden).await;
        }
        let pattern = route.map_or(routes::UNMATCHED, |route| &route.pattern);
        self.shared.metrics.http.observe(&method, pattern, response.status(), began.elapsed());
        Ok(response)
    }
}

fn refuse(problem: Problem, uri: &Uri, id: &str) -> Response {
    if problem.code() == Code::Internal {
        tracing::error!(request_id = id, "a request failed");
    }
    let path = uri.path();
    problem.render(&path[..path.floor_char_boundary(512)], id)
}

fn finish(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static(request_id::HEADER), id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use poem::{endpoint::make_sync, http::StatusCode, test::TestClient};
    use ruche_broker::{SharedBroker, in_process::InProcessBroker};
    use ruche_domain::SystemClock;
    use ruche_store::SharedStore;
    use ruche_store_sqlite::SqliteStore;
    use serde_json::Value;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{enqueuer::Enqueuer, options::ServerOptions, publisher::Publisher};

    async fn state() -> ServerState {
        let store: SharedStore = Arc::new(SqliteStore::temporary().await.unwrap());
        let broker: SharedBroker = Arc::new(InProcessBroker::default());
        let (clock, registry) = (Arc::new(SystemClock), prometheus::Registry::new());
        let publisher = Publisher::start(store.clone(), broker.clone(), &registry).unwrap();
        let enqueuer = Enqueuer::start(store.clone(), publisher.clone(), clock.clone());
        let (options, shutdown) = (ServerOptions::default(), CancellationToken::new());
        let artifacts = ruche_artifacts::Depot::in_memory(store.clone(), clock.clone());
        ServerState { store, broker, clock, enqueuer, publisher, registry, options, shutdown, artifacts }
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_does_not_tell_its_message() {
        let mut app = App::new(state().await).unwrap();
        app.api = make_sync(|_| -> Response { panic!("s3cret") }).boxed();
        let client = TestClient::new(app);
        for _ in 0..2 {
            let response = client.get("/livez").send().await.0;
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let problem: Value = response.into_body().into_json().await.unwrap();
            assert_eq!(problem["code"], "internal");
            assert!(!problem.to_string().contains("s3cret"));
        }
    }

    #[tokio::test]
    async fn two_servers_need_two_registries() {
        let state = state().await;
        let _first = App::new(state.clone()).unwrap();
        assert!(App::new(state).is_err());
    }
}
