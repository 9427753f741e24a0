//! Sparklines: a row of small columns, for tables.

use std::borrow::Cow;

use crate::prelude::*;

use super::badge::Tone;

/// One column: how high (0 to 1), what it means, what it says, and where its rows are.
pub struct Bar {
    pub height: f64,
    pub tone: Tone,
    pub told: String,
    pub address: Option<String>,
}

/// Draws them. `label` says the same in words.
pub fn spark(label: impl Into<Cow<'static, str>>, bars: Vec<Bar>) -> View {
    const WIDTH: usize = 6;
    const HEIGHT: f64 = 24.0;
    let label = label.into();
    let count = bars.len().max(1);
    let columns: Vec<View> = bars
        .into_iter()
        .enumerate()
        .map(|(index, Bar { height, tone, told, address })| {
            let high = (height.clamp(0.0, 1.0) * HEIGHT).max(2.0);
            let class = format!("spark-bar {}", tone.word());
            let column = html! {
                rect(class=class, x=(index * WIDTH).to_string(), y=(HEIGHT - high).to_string(), width="4.5", height=high.to_string(), rx="1") { svg_title { (told) } }
            };
            match address {
                Some(address) => html! { svg_a("href"=address, "tabindex"="-1") { (column) } },
                None => column,
            }
        })
        .collect();
    html! {
        span(class="spark") {
            span(class="visually-hidden") { (label) }
            svg(class="spark-drawing", viewBox=format!("0 0 {} {HEIGHT}", count * WIDTH), width=(count * WIDTH).to_string(), height="24", "aria-hidden"="true") { (columns) }
        }
    }
}
