//! The node that is chosen: what became of its task.

use crate::prelude::*;
use ruche_api::{OnFailure, Workflow, WorkflowNode};

use crate::{
    api::Query,
    messages::{words, workflows as m},
    router::{Param, route::Route},
    ui::{
        badge,
        button::{Kind, link_button},
        icon::Icon,
        layout::{card, facts},
        time,
    },
};

/// The card; a hint while none is chosen.
pub fn card_of(query: Query<Workflow>, chosen: Param) -> View {
    let node = create_selector(move || {
        let key = chosen.get()?;
        let workflow = query.value()?;
        let after: Vec<String> =
            workflow.nodes.iter().filter(|node| node.depends_on.contains(&key)).map(|node| node.key.clone()).collect();
        workflow.nodes.iter().find(|node| node.key == key).map(|node| (node.clone(), after))
    });
    let shown = move || {
        let node = node.get_clone();
        untrack(|| match node {
            Some((node, after)) => told(&node, &after, chosen),
            None => html! { p(class="muted") { (m::select_told()) } },
        })
    };
    card(m::node(), View::default(), html! { div(class="stack", "aria-live"="polite") { (shown) } })
}

fn told(node: &WorkflowNode, after: &[String], chosen: Param) -> View {
    let on_failure = match node.on_failure {
        OnFailure::Fail => m::on_failure_fail(),
        OnFailure::Continue => m::on_failure_continue(),
    };
    let failure = node.failure.clone().map(|failure| {
        html! { div(class="banner bad") { div { p(class="notice-title") { (m::failure()) ": " code { (failure.kind) } } p { (failure.message) } } } }
    });
    let took = node.started_at.map(|from| time::took(from, node.finished_at));
    let open = match &node.task {
        Some(_) => link_button(Kind::Primary, Some(Icon::Tasks), m::open_task(), Route::Task(node.task_id).to_string()),
        None => html! { p(class="muted") { (m::pruned()) } },
    };
    let key = node.key.clone();
    html! {
        div(class="spread") { p(class="row strong") { (key) (badge::task_state(node.state)) } (open) }
        (failure)
        (facts(vec![
            (words::task(), node.task.clone().map(|task| html! { code { (task) } })),
            (words::attempt(), (node.attempt > 0).then(|| node.attempt.to_string().into())),
            (words::duration(), took),
            (words::done(), node.finished_at.map(time::ago)),
            (m::waits_for(), Some(keys(&node.depends_on, chosen))),
            (m::waited_for_by(), Some(keys(after, chosen))),
            (m::on_failure(), Some(on_failure.into_owned().into())),
        ]))
    }
}

fn keys(keys: &[String], chosen: Param) -> View {
    if keys.is_empty() {
        return html! { span(class="muted") { (m::nobody()) } };
    }
    let items: Vec<View> = keys
        .iter()
        .cloned()
        .map(|key| {
            let address = chosen.link(Some(&key));
            html! { li { a(class="chip", href=address, "data-replace"="") { (key) } } }
        })
        .collect();
    html! { ul(class="chips") { (items) } }
}
