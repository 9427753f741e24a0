//! `html!`: views as they look in HTML. Values are as they are; only closures are followed.
//!
//! ```text
//! html! {
//!     div(class="card", "aria-label"=label, on:click=move |_| open()) {
//!         "text" (an_expression) (move || signal.get())
//!         input(id="key")
//!     }
//! }
//! ```
//!
//! Sycamore's own `view!` follows every expression with a call in it, so that whatever a page's parts read would draw the page anew. And it
//! makes code of its own for each element and each closure; here they all pass through the few functions of this file, for the sake of
//! what browsers have to load.

use std::borrow::Cow;

use sycamore::{
    prelude::*,
    web::{
        BoolAttribute, HtmlNode, StringAttribute, ViewHtmlNode, ViewNode,
        events::{EventDescriptor, EventHandler},
    },
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

/// A view of any number of nodes.
macro_rules! html {
    (@nodes $page:ident;) => {};
    (@nodes $page:ident; $text:literal $($rest:tt)*) => {
        $page.text($text);
        html!(@nodes $page; $($rest)*);
    };
    (@nodes $page:ident; ($value:expr) $($rest:tt)*) => {
        $crate::markup::IntoView::put($value, &mut $page);
        html!(@nodes $page; $($rest)*);
    };
    (@nodes $page:ident; $tag:ident ($($attributes:tt)*) { $($children:tt)* } $($rest:tt)*) => {
        $page.open(stringify!($tag));
        html!(@attributes $page; $($attributes)*);
        html!(@nodes $page; $($children)*);
        $page.close();
        html!(@nodes $page; $($rest)*);
    };
    (@nodes $page:ident; $tag:ident { $($children:tt)* } $($rest:tt)*) => {
        html!(@nodes $page; $tag () { $($children)* } $($rest)*);
    };
    (@nodes $page:ident; $tag:ident ($($attributes:tt)*) $($rest:tt)*) => {
        html!(@nodes $page; $tag ($($attributes)*) {} $($rest)*);
    };
    (@attributes $page:ident;) => {};
    (@attributes $page:ident; on:$event:ident = $value:expr $(, $($rest:tt)*)?) => {
        $page.on(::sycamore::web::events::$event, $value);
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; prop:$name:ident = $value:expr $(, $($rest:tt)*)?) => {
        $page.property(stringify!($name), ::std::boxed::Box::new($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; r#ref = $value:expr $(, $($rest:tt)*)?) => {
        $page.refer($value);
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; disabled = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("disabled", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; hidden = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("hidden", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; selected = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("selected", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; checked = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("checked", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; open = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("open", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; required = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("required", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; novalidate = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("novalidate", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; multiple = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("multiple", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; readonly = $value:expr $(, $($rest:tt)*)?) => {
        $page.flag("readonly", ::std::convert::Into::into($value));
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; $name:literal = $value:expr $(, $($rest:tt)*)?) => {
        $crate::markup::IntoAttribute::set($value, &mut $page, $name);
        html!(@attributes $page; $($($rest)*)?);
    };
    (@attributes $page:ident; $name:ident = $value:expr $(, $($rest:tt)*)?) => {
        $crate::markup::IntoAttribute::set($value, &mut $page, stringify!($name));
        html!(@attributes $page; $($($rest)*)?);
    };
    ($($nodes:tt)*) => {{
        #[allow(unused_mut)]
        let mut page = $crate::markup::Markup::default();
        html!(@nodes page; $($nodes)*);
        page.end()
    }};
}

/// Nodes that are being put together: those that are open, and those that are done.
#[derive(Default)]
pub struct Markup {
    open: Vec<HtmlNode>,
    done: Vec<View>,
}

const SVG: &str = "http://www.w3.org/2000/svg";

impl Markup {
    /// Begins an element.
    #[inline(never)]
    pub fn open(&mut self, tag: &'static str) {
        self.open.push(match tag {
            "svg" | "g" | "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon" | "text" | "tspan"
            | "title" | "defs" | "marker" => HtmlNode::create_element_ns(SVG, tag.into()),
            // In drawings these are others than in pages: they begin with `svg_`.
            _ => match tag.strip_prefix("svg_") {
                Some(tag) => HtmlNode::create_element_ns(SVG, tag.into()),
                None => HtmlNode::create_element(tag.into()),
            },
        });
    }

    /// Ends it.
    #[inline(never)]
    pub fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.append_child(element),
            None => self.done.push(View::from_node(element)),
        }
    }

    /// Adds a text.
    #[inline(never)]
    pub fn text(&mut self, text: &'static str) {
        self.view(words(text.into()));
    }

    /// Adds a view.
    #[inline(never)]
    pub fn view(&mut self, view: View) {
        match self.open.last_mut() {
            Some(parent) => parent.append_view(view),
            None => self.done.push(view),
        }
    }

    /// All that was put together.
    #[inline(never)]
    pub fn end(self) -> View {
        View::from(self.done)
    }

    /// Sets an attribute of the element that is open.
    #[inline(never)]
    pub fn attribute(&mut self, name: &'static str, value: StringAttribute) {
        if let Some(element) = self.open.last_mut() {
            element.set_attribute(name.strip_prefix("r#").unwrap_or(name).into(), value);
        }
    }

    /// Sets one that never changes.
    #[inline(never)]
    pub fn fixed(&mut self, name: &'static str, value: &'static str) {
        self.attribute(name, MaybeDyn::Static(Some(value.into())));
    }

    /// Sets an attribute that is there or not.
    #[inline(never)]
    pub fn flag(&mut self, name: &'static str, value: BoolAttribute) {
        if let Some(element) = self.open.last_mut() {
            element.set_bool_attribute(name.into(), value);
        }
    }

    /// Sets a property that follows signals.
    #[inline(never)]
    pub fn property(&mut self, name: &'static str, value: Box<dyn Fn() -> JsValue>) {
        if let Some(element) = self.open.last_mut() {
            element.set_property(name.into(), MaybeDyn::Derived(std::rc::Rc::new(move || MaybeDyn::Static(value()))));
        }
    }

    /// Keeps a reference to the element.
    pub fn refer(&self, node: NodeRef) {
        if let Some(element) = self.open.last().filter(|_| crate::browser::is_there()) {
            node.set(Some(element.as_web_sys().clone()));
        }
    }

    /// Listens to an event.
    pub fn on<E: EventDescriptor>(&mut self, _: E, mut handler: impl EventHandler<E, ()>) {
        self.listen(E::NAME, Box::new(move |event| handler.call(event.unchecked_into())));
    }

    #[inline(never)]
    fn listen(&mut self, name: &'static str, mut handler: Box<dyn FnMut(Event)>) {
        let scope = use_current_scope();
        let handler: Box<dyn FnMut(Event)> = Box::new(move |event| scope.run_in(|| handler(event)));
        if let Some(element) = self.open.last_mut() {
            element.set_event_handler(name.into(), handler);
        }
    }
}

/// What may stand between parentheses.
pub trait IntoView: Sized {
    /// As a view.
    fn into_view(self) -> View;

    /// Adds it.
    fn put(self, page: &mut Markup) {
        page.view(self.into_view());
    }
}

impl IntoView for View {
    fn into_view(self) -> View {
        self
    }
}

impl IntoView for Vec<View> {
    fn into_view(self) -> View {
        View::from(self)
    }
}

impl<T: IntoView> IntoView for Option<T> {
    fn into_view(self) -> View {
        self.map(T::into_view).unwrap_or_default()
    }
}

macro_rules! texts {
    ($($type:ty),+) => {$(
        impl IntoView for $type {
            fn into_view(self) -> View {
                words(Cow::from(self))
            }
        }
    )+};
}

texts!(&'static str, String, Cow<'static, str>);

impl IntoView for MaybeDyn<Cow<'static, str>> {
    fn into_view(self) -> View {
        match self {
            Self::Static(text) => words(text),
            dynamic => followed(Box::new(move || words(dynamic.get_clone()))),
        }
    }
}

impl<F: FnMut() -> T + 'static, T: IntoView> IntoView for F {
    fn into_view(mut self) -> View {
        followed(Box::new(move || self().into_view()))
    }
}

/// What may be an attribute's value.
pub trait IntoAttribute: Sized {
    /// As one.
    fn into_attribute(self) -> StringAttribute;

    /// Sets it.
    fn set(self, page: &mut Markup, name: &'static str) {
        page.attribute(name, self.into_attribute());
    }
}

impl IntoAttribute for &'static str {
    fn into_attribute(self) -> StringAttribute {
        MaybeDyn::Static(Some(Cow::from(self)))
    }

    fn set(self, page: &mut Markup, name: &'static str) {
        page.fixed(name, self);
    }
}

impl IntoAttribute for Option<&'static str> {
    fn into_attribute(self) -> StringAttribute {
        MaybeDyn::Static(self.map(Cow::from))
    }
}

macro_rules! values {
    ($($type:ty),+) => {$(
        impl IntoAttribute for $type {
            fn into_attribute(self) -> StringAttribute {
                MaybeDyn::Static(Some(Cow::from(self)))
            }
        }

        impl IntoAttribute for Option<$type> {
            fn into_attribute(self) -> StringAttribute {
                MaybeDyn::Static(self.map(Cow::from))
            }
        }
    )+};
}

values!(String, Cow<'static, str>);

impl<F: Fn() -> T + 'static, T: IntoAttribute> IntoAttribute for F {
    fn into_attribute(self) -> StringAttribute {
        MaybeDyn::Derived(std::rc::Rc::new(move || self().into_attribute()))
    }
}

#[inline(never)]
fn words(text: Cow<'static, str>) -> View {
    View::from(text)
}

#[inline(never)]
fn followed(view: Box<dyn FnMut() -> View>) -> View {
    View::from_dynamic(view)
}
