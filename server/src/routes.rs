//! What is served where, read from the OpenAPI document: for route labels, `Allow`, and query parameters nobody declared.

use std::collections::BTreeMap;

use poem::http::Method;
use ruche_domain::TaskId;
use serde_json::Value;

use crate::{
    access::rules::{self, Rule},
    problem::{Code, Problem},
};

/// The route of requests that match none.
pub const UNMATCHED: &str = "unmatched";

/// Every route.
pub struct RouteTable(Vec<Route>);

/// A path pattern with its operations.
pub struct Route {
    /// The pattern, as in the document.
    pub pattern: String,
    /// Whether the document does not show it.
    pub hidden: bool,
    segments: Vec<Option<String>>,
    operations: BTreeMap<String, Operation>,
    /// Whether its last parameter is an id for one operation and a name for another.
    two_names: bool,
}

/// One method of a path.
pub struct Operation {
    /// Its id in the document; empty where the document does not show it.
    pub id: String,
    /// What it asks of its caller.
    pub rule: Rule,
    queries: Vec<String>,
}

impl RouteTable {
    /// The routes of a document (before typed endpoints took the place of their pattern), and those it does not show.
    pub fn new(document: &Value, hidden: &[&str]) -> Self {
        let mut routes: Vec<Route> = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let segments = segments_of(path);
            let operations = item.as_object().into_iter().flatten().map(|(method, operation)| Operation::of(method, operation));
            match routes.iter_mut().find(|route| route.segments == segments) {
                // The same place under two names, as `/tasks/{id}` and `/tasks/{name}`.
                Some(route) => {
                    route.operations.extend(operations);
                    route.two_names = true;
                }
                None => routes.push(Route {
                    pattern: path.clone(),
                    hidden: false,
                    segments,
                    operations: operations.collect(),
                    two_names: false,
                }),
            }
        }
        for path in hidden {
            let operations = BTreeMap::from([Operation::of("get", &Value::Null)]);
            routes.push(Route {
                pattern: (*path).to_owned(),
                hidden: true,
                segments: segments_of(path),
                operations,
                two_names: false,
            });
        }
        // Fixed segments win over parameters.
        routes.sort_by_key(|route| route.segments.iter().filter(|segment| segment.is_none()).count());
        Self(routes)
    }

    /// Method and pattern of every operation.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|route| route.operations.keys().map(|method| (method.as_str(), route.pattern.as_str())))
    }

    /// The route of a path.
    pub fn find(&self, path: &str) -> Option<&Route> {
        self.0.iter().find(|route| route.matches(path))
    }
}

impl Route {
    fn matches(&self, path: &str) -> bool {
        let mut parts = path.trim_start_matches('/').split('/');
        let all = self
            .segments
            .iter()
            .all(|segment| parts.next().is_some_and(|part| segment.as_ref().map_or(!part.is_empty(), |fixed| fixed == part)));
        all && parts.next().is_none()
    }

    /// The operation of a method, if there is one.
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        self.operations.get(if method == Method::HEAD { "GET" } else { method.as_str() })
    }

    /// The values of the pattern's parameters in a path, joined by `/`; as they are, so perhaps percent-encoded.
    pub fn parameters(&self, path: &str) -> String {
        let parts = self.segments.iter().zip(path.trim_start_matches('/').split('/'));
        parts.filter(|(segment, _)| segment.is_none()).map(|(_, part)| part).collect::<Vec<_>>().join("/")
    }

    /// Checks method and query. `path` is the request's.
    pub fn check(&self, method: &Method, path: &str, query: Option<&str>) -> Result<(), Problem> {
        let wanted = if method == Method::HEAD { "GET" } else { method.as_str() };
        let allowed = self.allowed(path);
        if !allowed.contains(&wanted) {
            if wanted == "GET" && self.operations.contains_key(wanted) {
                // Whether this is a name, or neither a name nor an id, is for the handler to say.
                return Ok(());
            }
            return Err(Problem::new(Code::MethodNotAllowed).allow(allow(&allowed)));
        }
        let Some(known) = self.operations.get(wanted) else { return Ok(()) };
        if self.pattern.starts_with("/api/") { check_query(&known.queries, query) } else { Ok(()) }
    }

    /// Below `/tasks/` a UUID names a task, which can be read, and anything else a task definition, which can be enqueued.
    fn allowed(&self, path: &str) -> Vec<&str> {
        let all = self.operations.keys().map(String::as_str);
        let last = path.rsplit('/').next().unwrap_or_default();
        if !self.two_names {
            return all.collect();
        }
        let of_task = last.parse::<TaskId>().is_ok();
        all.filter(|method| (*method == "GET") == of_task).collect()
    }
}

impl Operation {
    /// The method in capitals, and its operation in the document.
    fn of(method: &str, operation: &Value) -> (String, Self) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let method = method.to_uppercase();
        let rule = rules::of(&id, &method.parse().unwrap_or_default());
        (method, Self { id, rule, queries: queries(operation) })
    }
}

fn allow(methods: &[&str]) -> String {
    let mut allowed = methods.to_vec();
    if methods.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.join(", ")
}

fn check_query(known: &[String], query: Option<&str>) -> Result<(), Problem> {
    let Some(query) = query else { return Ok(()) };
    let mut seen = Vec::new();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if !known.iter().any(|known| *known == name) {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(50).collect();
            return Err(Problem::parameter(&shown, "there is no such query parameter"));
        }
        if seen.contains(&name) {
            return Err(Problem::parameter(&name, "given more than once"));
        }
        seen.push(name);
    }
    Ok(())
}

fn segments_of(path: &str) -> Vec<Option<String>> {
    let parts = path.trim_start_matches('/').split('/');
    parts.map(|part| (!part.starts_with('{')).then(|| part.to_owned())).collect()
}

fn queries(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let queries = parameters.filter(|parameter| parameter["in"] == "query");
    queries.filter_map(|parameter| parameter["name"].as_str().map(ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> RouteTable {
        let list = json!({"parameters": [{"name": "state", "in": "query"}, {"name": "X", "in": "header"}]});
        let document = json!({"paths": {
            "/api/tasks": {"get": list, "post": {}},
            "/api/tasks/batch": {"post": {}},
            "/api/tasks/{id}": {"get": {}},
            "/api/tasks/{name}": {"post": {}},
            "/api/schedules/{name}": {"get": {}, "put": {}},
            "/api/keys/{id}": {"get": {}, "delete": {}},
        }});
        RouteTable::new(&document, &["/docs"])
    }

    #[test]
    fn fixed_paths_win_and_patterns_are_labels() {
        let table = table();
        let pattern = |path| table.find(path).map(|route| route.pattern.as_str());
        assert_eq!(pattern("/api/tasks/batch"), Some("/api/tasks/batch"));
        assert_eq!(pattern("/api/tasks/x"), Some("/api/tasks/{id}"));
        assert_eq!(pattern("/docs"), Some("/docs"));
        assert_eq!(pattern("/api/tasks/x/y"), None);
        assert_eq!(pattern("/api/tasks/"), None);
    }

    #[test]
    fn a_uuid_can_be_read_and_a_name_enqueued() {
        let table = table();
        let allowed = |path: &str| table.find(path).unwrap().allowed(path);
        assert_eq!(allowed("/api/tasks/01890a5d-ac96-774b-bcce-b302099a8057"), ["GET"]);
        assert_eq!(allowed("/api/tasks/http.request"), ["POST"]);
        assert_eq!(allowed("/api/tasks"), ["GET", "POST"]);
        assert_eq!(allowed("/api/schedules/01890a5d-ac96-774b-bcce-b302099a8057"), ["GET", "PUT"]);
        assert_eq!(allowed("/api/keys/01890a5d-ac96-774b-bcce-b302099a8057"), ["DELETE", "GET"]);
    }

    #[test]
    fn parameters_are_what_the_pattern_leaves_open() {
        let table = table();
        let parameters = |path: &str| table.find(path).unwrap().parameters(path);
        assert_eq!(parameters("/api/tasks/proj%2Fadd"), "proj%2Fadd");
        assert_eq!(parameters("/api/tasks/batch"), "");
    }

    #[test]
    fn unknown_and_repeated_query_parameters_are_refused() {
        let table = table();
        let route = table.find("/api/tasks").unwrap();
        let check = |query| route.check(&Method::GET, "/api/tasks", Some(query));
        assert!(check("state=failed").is_ok() && check("").is_ok());
        assert!(check("stat=failed").is_err() && check("state=a&state=b").is_err());
        assert!(route.check(&Method::DELETE, "/api/tasks", None).is_err());
    }
}
