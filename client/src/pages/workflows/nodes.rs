//! The nodes of a workflow as a list, in the order they are drawn in.

use crate::prelude::*;
use ruche_api::Workflow;

use super::plan::{Vertex, plan};
use crate::{
    api::Query,
    messages::workflows as m,
    pages::follow::part,
    router::Param,
    ui::{badge, layout::card},
};

/// The card.
pub fn card_of(query: Query<Workflow>, vertices: &[Vertex], chosen: Param) -> View {
    let items: Vec<View> = plan(vertices).order.into_iter().map(|index| item(query, index, &vertices[index], chosen)).collect();
    card(m::list(), View::default(), html! { ol(class="flow-list") { (items) } })
}

fn item(query: Query<Workflow>, index: usize, vertex: &Vertex, chosen: Param) -> View {
    let (key, wanted, linked) = (vertex.key.clone(), vertex.key.clone(), vertex.key.clone());
    let state = part(
        query,
        move |workflow| workflow.nodes.get(index).map(|node| node.state),
        |state| state.map(badge::task_state).unwrap_or_default(),
    );
    let waits = (!vertex.depends_on.is_empty()).then(|| {
        let told = format!("{} {}", m::waits_for(), vertex.depends_on.join(", "));
        html! { span(class="muted small") { (told) } }
    });
    let here = move || (chosen.get().as_deref() == Some(wanted.as_str())).then_some("true");
    html! {
        li {
            a(class="flow-item", href=move || chosen.link(Some(&linked)), "data-replace"="", "aria-current"=here) {
                span(class="flow-item-key") { (key) (waits) }
                (state)
            }
        }
    }
}
