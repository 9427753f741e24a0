//! `html!`: views as they look in HTML. Values are as they are; only closures and signals are followed.
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
//! Sycamore's own `view!` follows every expression with a call in it, so that whatever a page's parts read would draw the page anew.

/// A view of any number of nodes.
macro_rules! html {
    (@nodes $list:ident;) => {};
    (@nodes $list:ident; $text:literal $($rest:tt)*) => {
        $list.push(::sycamore::prelude::View::from($text));
        html!(@nodes $list; $($rest)*);
    };
    (@nodes $list:ident; ($value:expr) $($rest:tt)*) => {
        $list.push(::std::convert::Into::<::sycamore::prelude::View>::into($value));
        html!(@nodes $list; $($rest)*);
    };
    (@nodes $list:ident; $tag:ident ($($attributes:tt)*) { $($children:tt)* } $($rest:tt)*) => {
        $list.push(::sycamore::prelude::View::from({
            let element = ::sycamore::web::tags::$tag();
            let element = html!(@attributes element; $($attributes)*);
            element.children(html!($($children)*))
        }));
        html!(@nodes $list; $($rest)*);
    };
    (@nodes $list:ident; $tag:ident { $($children:tt)* } $($rest:tt)*) => {
        html!(@nodes $list; $tag () { $($children)* } $($rest)*);
    };
    (@nodes $list:ident; $tag:ident ($($attributes:tt)*) $($rest:tt)*) => {
        $list.push(::sycamore::prelude::View::from({
            let element = ::sycamore::web::tags::$tag();
            html!(@attributes element; $($attributes)*)
        }));
        html!(@nodes $list; $($rest)*);
    };
    (@attributes $element:ident;) => { $element };
    (@attributes $element:ident; on:$event:ident = $value:expr $(, $($rest:tt)*)?) => {{
        let element = $element.on(::sycamore::web::events::$event, $value);
        html!(@attributes element; $($($rest)*)?)
    }};
    (@attributes $element:ident; prop:$name:ident = $value:expr $(, $($rest:tt)*)?) => {{
        let element = $element.prop(stringify!($name), $value);
        html!(@attributes element; $($($rest)*)?)
    }};
    (@attributes $element:ident; $name:literal = $value:expr $(, $($rest:tt)*)?) => {{
        let element = $element.attr($name, $value);
        html!(@attributes element; $($($rest)*)?)
    }};
    (@attributes $element:ident; $name:ident = $value:expr $(, $($rest:tt)*)?) => {{
        let element = $element.$name($value);
        html!(@attributes element; $($($rest)*)?)
    }};
    ($($nodes:tt)*) => {{
        #[allow(unused_mut)]
        let mut list: ::std::vec::Vec<::sycamore::prelude::View> = ::std::vec::Vec::new();
        html!(@nodes list; $($nodes)*);
        ::sycamore::prelude::View::from(list)
    }};
}
