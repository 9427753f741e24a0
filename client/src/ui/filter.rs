//! The filter bar: a line of qualifiers (`state:failed queue:mail`) and free words, with completion. What it says is in the address.

pub mod terms;

use std::{borrow::Cow, rc::Rc};

use crate::prelude::*;
use web_sys::KeyboardEvent;

use self::terms::{Completion, completions};
use super::icon::{Icon, icon};
use crate::{browser::dom, messages::tasks as m};

/// A qualifier: its word, and what may come after the colon.
#[derive(Clone)]
pub struct Qualifier {
    pub word: &'static str,
    pub told: Cow<'static, str>,
    /// Values that are known, to choose from.
    pub values: Rc<dyn Fn() -> Vec<String>>,
}

/// What the bar needs.
pub struct Bar {
    pub label: Cow<'static, str>,
    pub placeholder: Cow<'static, str>,
    pub qualifiers: Vec<Qualifier>,
    /// What is in it, from the address.
    pub text: ReadSignal<String>,
    /// What is wrong with it.
    pub problem: ReadSignal<Option<String>>,
    /// Called with what is in it when somebody is done.
    pub done: Rc<dyn Fn(&str)>,
}

/// Completions at once.
const MOST: usize = 12;

/// Draws it.
pub fn filter_bar(bar: Bar) -> View {
    let Bar { label, placeholder, qualifiers, text, problem, done } = bar;
    let draft = create_signal(text.get_clone_untracked());
    create_effect(move || draft.set(text.get_clone()));
    let (open, chosen) = (create_signal(false), create_signal(None::<usize>));
    let offered = create_memo(move || {
        if !open.get() {
            return Vec::new();
        }
        let mut offered = draft.with(|draft| completions(draft, &qualifiers));
        offered.truncate(MOST);
        offered
    });
    let take = {
        let done = Rc::clone(&done);
        move |completion: &Completion| {
            draft.set(completion.whole.clone());
            chosen.set(None);
            if completion.ends_term {
                open.set(false);
                done(completion.whole.trim());
            }
            dom::focus("#filter");
        }
    };
    let pressed = keys(draft, open, chosen, offered, take.clone(), Rc::clone(&done));
    let submit = {
        let done = Rc::clone(&done);
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            open.set(false);
            done(draft.get_clone_untracked().trim());
        }
    };
    let list = move || {
        let take = take.clone();
        let options = offered.get_clone().into_iter().enumerate();
        let options: Vec<View> = options.map(|(index, completion)| option(index, completion, chosen, take.clone())).collect();
        let hidden = options.is_empty();
        html! { ul(class="completions", id="filter-completions", role="listbox", "aria-label"=m::completions(), hidden=hidden) { (options) } }
    };
    let clear = {
        let done = Rc::clone(&done);
        move |_| {
            draft.set(String::new());
            done("");
            dom::focus("#filter");
        }
    };
    let typed = move |event: web_sys::Event| {
        draft.set(dom::value_of(&event));
        chosen.set(None);
        open.set(true);
    };
    html! {
        form(class="filter", role="search", on:submit=submit) {
            label(class="visually-hidden", r#for="filter") { (label) }
            div(class="filter-box") {
                (icon(Icon::Search))
                input(
                    id="filter", r#type="text", autocomplete="off", "spellcheck"="false", role="combobox", placeholder=placeholder,
                    "aria-autocomplete"="list", "aria-keyshortcuts"="/", "aria-controls"="filter-completions", "aria-haspopup"="listbox",
                    "aria-expanded"=move || (!offered.with(Vec::is_empty)).to_string(),
                    "aria-activedescendant"=move || chosen.get().map(|index| Cow::from(format!("completion-{index}"))),
                    "aria-invalid"=move || problem.with(Option::is_some).then_some("true"),
                    "aria-describedby"=move || problem.with(Option::is_some).then_some("filter-problem"),
                    prop:value=move || wasm_bindgen::JsValue::from(draft.get_clone()),
                    on:input=typed, on:keydown=pressed, on:focus=move |_| open.set(true), on:blur=move |_| open.set(false)
                )
                button(
                    class=move || if draft.with(String::is_empty) { "icon-button hidden" } else { "icon-button" },
                    r#type="button", "aria-label"=m::clear_filter(), title=m::clear_filter(), on:click=clear
                ) { (icon(Icon::Close)) }
            }
            (list)
            (move || problem.get_clone().map(|problem| html! { p(class="field-error", id="filter-problem") { (problem) } }))
        }
    }
}

fn option(index: usize, completion: Completion, chosen: Signal<Option<usize>>, take: impl Fn(&Completion) + 'static) -> View {
    let (shown, told) = (completion.shown.clone(), completion.told.clone());
    // The field keeps the focus, so it is the press that counts.
    let press = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        take(&completion);
    };
    let is_chosen = move || (chosen.get() == Some(index)).to_string();
    html! {
        li(class="completion", id=format!("completion-{index}"), role="option", "aria-selected"=is_chosen, on:mousedown=press) {
            code { (shown) } span(class="muted") { (told) }
        }
    }
}

fn keys(
    draft: Signal<String>,
    open: Signal<bool>,
    chosen: Signal<Option<usize>>,
    offered: ReadSignal<Vec<Completion>>,
    take: impl Fn(&Completion) + 'static,
    done: Rc<dyn Fn(&str)>,
) -> impl Fn(KeyboardEvent) + 'static {
    move |event| {
        let count = offered.with_untracked(Vec::len);
        let step = |by: usize| chosen.get_untracked().map_or(if by == 1 { 0 } else { count - 1 }, |index| (index + by) % count);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.set(Some(step(1))),
            "ArrowUp" if count > 0 => chosen.set(Some(step(count - 1))),
            "Enter" => {
                match chosen.get_untracked().and_then(|index| offered.with_untracked(|offered| offered.get(index).cloned())) {
                    Some(completion) => take(&completion),
                    None => {
                        open.set(false);
                        done(draft.get_clone_untracked().trim());
                    }
                }
            }
            "Escape" if open.get_untracked() && count > 0 => open.set(false),
            _ => return,
        }
        event.prevent_default();
    }
}
