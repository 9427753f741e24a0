//! The same request for a shell, for Python and for Rust.

use std::rc::Rc;

use crate::prelude::*;
use ruche_api::EnqueueTask;

use crate::{
    messages::enqueue as m,
    ui::{copy::copy, json::pretty, layout::card},
};

type Request = Rc<dyn Fn() -> Option<EnqueueTask>>;

/// Shows it, as it is filled in.
pub fn elsewhere(request: Rc<dyn Fn() -> Option<EnqueueTask>>) -> View {
    let one = |name: &'static str, write: fn(&str, &str) -> String, request: &Request| {
        let (shown, copied) = (Rc::clone(request), Rc::clone(request));
        let text = move |request: &Request| request().map(|task| write(&origin(), &body(&task))).unwrap_or_default();
        html! {
            details(class="snippet") {
                summary { (name) }
                div(class="snippet-body") {
                    (copy(m::copy_as(name), move || untrack(|| text(&copied))))
                    pre(class="block", tabindex="0") { (move || text(&shown)) }
                }
            }
        }
    };
    let parts = html! { (one("curl", curl, &request)) (one("Python", python, &request)) (one("Rust", rust, &request)) };
    card(m::request(), View::default(), parts)
}

fn body(task: &EnqueueTask) -> String {
    serde_json::to_string(task).map(|text| pretty(&text)).unwrap_or_default()
}

fn origin() -> String {
    if !crate::browser::is_there() {
        return "http://localhost:8000".to_owned();
    }
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// In single quotes no character means anything to a shell but the single quote itself.
fn curl(origin: &str, body: &str) -> String {
    let quoted = body.replace('\'', r"'\''");
    format!(
        "curl -sS {origin}/api/v1/tasks \\\n  -H 'authorization: Bearer '\"$RUCHE_API_KEY\" \\\n  -H 'content-type: application/json' \\\n  -d '{quoted}'"
    )
}

/// The body is a string literal of Python's, which JSON's escapes are too.
fn python(origin: &str, body: &str) -> String {
    let literal = serde_json::Value::from(body).to_string();
    format!(
        "import os\nimport urllib.request\n\nrequest = urllib.request.Request(\n    \"{origin}/api/v1/tasks\",\n    data={literal}.encode(),\n    \
         headers={{\n        \"authorization\": \"Bearer \" + os.environ[\"RUCHE_API_KEY\"],\n        \"content-type\": \"application/json\",\n    }},\n)\n\
         print(urllib.request.urlopen(request).read().decode())"
    )
}

/// A raw string with as many hashes as it takes.
fn rust(origin: &str, body: &str) -> String {
    let mut hashes = "#".to_owned();
    while body.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!(
        "let body = r{hashes}\"{body}\"{hashes};\nlet answer = reqwest::Client::new()\n    .post(\"{origin}/api/v1/tasks\")\n    \
         .bearer_auth(std::env::var(\"RUCHE_API_KEY\")?)\n    .header(\"content-type\", \"application/json\")\n    .body(body)\n    .send()\n    .await?\n    .error_for_status()?;\n\
         println!(\"{{}}\", answer.text().await?);"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_a_value_stay_quotes() {
        let body = r##"{"text":"it's \"#quoted\"#"}"##;
        assert!(curl("http://h", body).contains(r"it'\''s"));
        assert!(python("http://h", body).contains(r#"data="{\"text\":\"it's"#));
        assert!(rust("http://h", body).starts_with("let body = r##\"{"));
    }
}
