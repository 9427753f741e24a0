//! Where the user is: the address bar, as a signal. All state of a view is in it, so links, Back and reloading work.

pub mod place;
pub mod route;

use crate::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlAnchorElement, MouseEvent};

use self::{place::Place, route::Route};
use crate::browser::{self, dom};

/// The place of the moment, for views.
#[derive(Clone, Copy)]
pub struct Router {
    place: Signal<Place>,
    route: ReadSignal<Route>,
}

impl Router {
    /// Follows the address bar, for everything below the current scope.
    pub fn provide() -> Self {
        Self::provide_at(current())
    }

    /// The same, from a given place on.
    pub fn provide_at(place: Place) -> Self {
        let place = create_signal(place);
        let route = create_selector(move || place.with(|place| Route::of(&place.path)));
        let router = Self { place, route };
        provide_context(router);
        dom::on_window("popstate", move |_| place.set(current()));
        dom::on_document("click", follow_link);
        router
    }

    /// Which page is shown. Moves on only when the page does, not with its query.
    pub fn route(self) -> ReadSignal<Route> {
        self.route
    }

    /// A parameter of the query, as a signal that moves on only when its value does.
    pub fn param(self, name: &'static str) -> Param {
        let value = create_selector(move || self.place.with(|place| place.param(name).map(str::to_owned)));
        Param { name, value, router: self }
    }

    /// The place, tracked.
    pub fn place(self) -> Place {
        self.place.get_clone()
    }

    /// The place, not tracked.
    pub fn place_untracked(self) -> Place {
        self.place.get_clone_untracked()
    }
}

/// The router of the current scope.
pub fn router() -> Router {
    use_context()
}

/// A parameter of the query.
#[derive(Clone, Copy)]
pub struct Param {
    name: &'static str,
    value: ReadSignal<Option<String>>,
    router: Router,
}

impl Param {
    /// Its value, tracked.
    pub fn get(self) -> Option<String> {
        self.value.get_clone()
    }

    /// Its value or nothing, tracked.
    pub fn text(self) -> String {
        self.get().unwrap_or_default()
    }

    /// The current address with another value of this parameter, and without the cursor of the list before.
    pub fn link(self, value: Option<&str>) -> String {
        self.router.place().with(self.name, value).without("cursor").to_string()
    }

    /// Goes there; Back leads here again.
    pub fn set(self, value: Option<&str>) {
        navigate(&self.changed(value));
    }

    /// Goes there in place of this address: for what changes with every key, or is no step of its own.
    pub fn replace(self, value: Option<&str>) {
        replace(&self.changed(value));
    }

    fn changed(self, value: Option<&str>) -> String {
        let place = self.router.place_untracked().with(self.name, value);
        if self.name == "cursor" { place } else { place.without("cursor") }.to_string()
    }
}

/// Goes to an address of this site.
pub fn navigate(address: &str) {
    if !browser::is_there() || address == current().to_string() {
        return;
    }
    move_to(address, false);
}

/// Goes to an address of this site; Back does not come here any more.
pub fn replace(address: &str) {
    if browser::is_there() {
        move_to(address, true);
    }
}

fn move_to(address: &str, replaces: bool) {
    let Some(window) = web_sys::window() else { return };
    let Ok(history) = window.history() else { return };
    let before = current().path;
    let done = if replaces {
        history.replace_state_with_url(&JsValue::NULL, "", Some(address))
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(address))
    };
    if done.is_err() {
        return;
    }
    if let Ok(event) = Event::new("popstate") {
        let _ = window.dispatch_event(&event);
    }
    if current().path != before {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

fn current() -> Place {
    let Some(location) = browser::is_there().then(web_sys::window).flatten().map(|window| window.location()) else {
        return Place::default();
    };
    let text = |part: Result<String, JsValue>| part.unwrap_or_default();
    Place::parse(&format!("{}{}{}", text(location.pathname()), text(location.search()), text(location.hash())))
}

/// Links within the client do not load the page again. What belongs to the server, or is to open elsewhere, goes its usual way.
fn follow_link(event: Event) {
    let Some(click) = event.dyn_ref::<MouseEvent>() else { return };
    let modified = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key() || click.button() != 0;
    if modified || event.default_prevented() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
    let link = match link.dyn_into::<HtmlAnchorElement>() {
        Ok(link) => link,
        // A link of a drawing.
        Err(link) => return follow_drawn(&event, &link),
    };
    let here = web_sys::window().and_then(|window| window.location().origin().ok());
    let elsewhere =
        Some(link.origin()) != here || link.has_attribute("download") || !matches!(link.target().as_str(), "" | "_self");
    if elsewhere || route::belongs_to_server(&link.pathname()) {
        return;
    }
    // Within the page the browser knows best: it moves the focus, too.
    if link.get_attribute("href").is_some_and(|href| href.starts_with('#')) {
        return;
    }
    event.prevent_default();
    let address = format!("{}{}{}", link.pathname(), link.search(), link.hash());
    if link.has_attribute("data-replace") { replace(&address) } else { navigate(&address) }
}

/// The same for links of drawings, which browsers do not take apart.
fn follow_drawn(event: &Event, link: &web_sys::Element) {
    let address = link.get_attribute("href").filter(|address| address.starts_with('/') && !route::belongs_to_server(address));
    if let Some(address) = address {
        event.prevent_default();
        navigate(&address);
    }
}
