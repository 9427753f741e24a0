//! The graph of a workflow. It is for eyes and mice; keyboards and screen readers have the list beside.

use crate::prelude::*;
use ruche_api::{TaskState, Workflow};

use super::plan::{Edge, HIGH, Plan, Vertex, WIDE, plan};
use crate::{
    api::Query,
    messages::{states, workflows as m},
    router::Param,
    ui::{
        badge::Tone,
        button::{Kind, button},
        layout::card,
    },
};

/// Sizes that it is shown in, in percent; the first fits it in.
const ZOOMS: [u32; 4] = [0, 70, 100, 150];

/// What of a workflow never changes.
pub fn vertices(workflow: &Workflow) -> Vec<Vertex> {
    let vertex = |node: &ruche_api::WorkflowNode| Vertex { key: node.key.clone(), depends_on: node.depends_on.clone() };
    workflow.nodes.iter().map(vertex).collect()
}

/// The card with the drawing. The node that is chosen is in the address.
pub fn card_of(query: Query<Workflow>, vertices: &[Vertex], chosen: Param) -> View {
    let plan = plan(vertices);
    let zoom = create_signal(usize::from(plan.width > 2_000.0));
    let step = move |by: isize| zoom.set(zoom.get_untracked().saturating_add_signed(by).clamp(1, ZOOMS.len() - 1));
    let actions = html! {
        (button(Kind::Quiet, None, m::zoom_out(), move || step(-1)))
        (button(Kind::Quiet, None, m::zoom_fit(), move || zoom.set(0)))
        (button(Kind::Quiet, None, m::zoom_in(), move || step(1)))
    };
    let told = m::graph_told(plan.corners.len() as u64, plan.edges.len() as u64);
    let Plan { width, height, .. } = plan;
    let wide = move || match ZOOMS[zoom.get()] {
        0 => "100%".to_owned(),
        percent => (width * f64::from(percent) / 100.0).to_string(),
    };
    let class = move || if zoom.get() == 0 { "flow fitted" } else { "flow" };
    let high = move || match ZOOMS[zoom.get()] {
        0 => (height.min(520.0)).to_string(),
        percent => (height * f64::from(percent) / 100.0).to_string(),
    };
    let lines: Vec<View> = plan.edges.iter().map(|edge| line(query, &plan, edge)).collect();
    let nodes: Vec<View> = vertices.iter().enumerate().map(|(index, vertex)| node(query, &plan, index, vertex, chosen)).collect();
    let body = html! {
        div(class="flow-frame", tabindex="0", role="region", "aria-label"=m::graph_frame()) {
            svg(class=class, viewBox=format!("0 0 {width} {height}"), width=wide, height=high, preserveAspectRatio="xMidYMid meet", "role"="img", "aria-label"=told) {
                (lines)
                (nodes)
            }
        }
    };
    card(m::graph(), actions, body)
}

fn state_of(query: Query<Workflow>, index: usize) -> ReadSignal<Option<TaskState>> {
    create_selector(move || query.value().and_then(|workflow| workflow.nodes.get(index).map(|node| node.state)))
}

fn tone_of(state: Option<TaskState>) -> Tone {
    state.map_or(Tone::Off, Tone::of_task)
}

fn line(query: Query<Workflow>, plan: &Plan, edge: &Edge) -> View {
    let ((x1, y1), (x2, y2)) = (plan.corners[edge.from], plan.corners[edge.to]);
    let (y2, mut here) = (y2 + HIGH / 2.0, (x1 + WIDE, y1 + HIGH / 2.0));
    let mut d = format!("M{} {}", here.0, here.1);
    for (x, y) in edge.through.iter().copied().chain([(x2 - 6.0, y2)]) {
        let bend = (x - here.0) / 2.0;
        d += &format!("C{} {} {} {y} {x} {y}", here.0 + bend, here.1, x - bend);
        here = (x, y);
        if x < x2 - WIDE {
            d += &format!("H{}", x + WIDE);
            here.0 += WIDE;
        }
    }
    let head = format!("M{} {}L{x2} {y2}L{} {}Z", x2 - 7.0, y2 - 4.0, x2 - 7.0, y2 + 4.0);
    let state = state_of(query, edge.from);
    let class = move |what: &str| format!("{what} {}", if state.get() == Some(TaskState::Succeeded) { "done" } else { "open" });
    html! { path(class=move || class("flow-line"), d=d) path(class=move || class("flow-head"), d=head) }
}

/// Longest text in a node, in characters.
const FITS: usize = 20;

fn short(text: &str) -> String {
    if text.chars().count() <= FITS {
        return text.to_owned();
    }
    text.chars().take(FITS - 1).chain(['…']).collect()
}

fn node(query: Query<Workflow>, plan: &Plan, index: usize, vertex: &Vertex, chosen: Param) -> View {
    let (x, y) = plan.corners[index];
    let state = state_of(query, index);
    let key = vertex.key.clone();
    let class = move || {
        let here = if chosen.get().as_deref() == Some(key.as_str()) { " chosen" } else { "" };
        format!("flow-node {}{here}", tone_of(state.get()).word())
    };
    let word = move || state.get().map(states::of_task).unwrap_or_default();
    let (title, told, pressed) = (vertex.key.clone(), short(&vertex.key), vertex.key.clone());
    let sign = move || tone_of(state.get()).sign();
    html! {
        g(class=class, transform=format!("translate({x} {y})"), on:click=move |_| chosen.replace(Some(&pressed))) {
            svg_title { (title) }
            rect(class="flow-box", width=WIDE.to_string(), height=HIGH.to_string(), rx="9")
            g(transform="translate(12 16)") { path(class="flow-sign", d=sign) }
            text(class="flow-key", x="36", y="20") { (told) }
            text(class="flow-word", x="36", y="37") { (word) }
        }
    }
}
