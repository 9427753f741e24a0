//! The browser's formatters, each made once. Where there is no browser there are plain ones, for tests.

use std::{cell::RefCell, collections::HashMap};

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::{browser_languages, lang, regional};

thread_local! {
    static KNOWN: RefCell<HashMap<String, Function>> = RefCell::new(HashMap::new());
}

/// Forgets the formatters of the language before.
pub fn forget() {
    KNOWN.with_borrow_mut(HashMap::clear);
}

/// An option of a formatter.
pub type Choice = (&'static str, &'static str);

/// What is to be told.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    Number(f64),
    Text(&'static str),
    /// Milliseconds since 1970.
    Date(f64),
}

impl Told {
    fn value(self) -> JsValue {
        match self {
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Date(millis) => js_sys::Date::new(&millis.into()).into(),
        }
    }
}

/// What `Intl.<constructor>(tag, options).format(arguments…)` gives; `None` where there is no browser, or it cannot.
pub fn format(constructor: &'static str, choices: &[Choice], arguments: &[Told]) -> Option<String> {
    if !crate::browser::is_there() {
        return None;
    }
    let key = choices.iter().fold(constructor.to_owned(), |key, (name, value)| key + name + value);
    let known = KNOWN.with_borrow(|known| known.get(&key).cloned());
    let format = match known {
        Some(format) => format,
        None => {
            let format = make(constructor, choices)?;
            KNOWN.with_borrow_mut(|known| known.insert(key, format.clone()));
            format
        }
    };
    format.apply(&JsValue::UNDEFINED, &arguments.iter().map(|told| told.value()).collect::<Array>()).ok()?.as_string()
}

fn make(constructor: &str, choices: &[Choice]) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &constructor.into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    for (name, value) in choices {
        let value = value.parse::<f64>().map_or_else(|_| JsValue::from(*value), JsValue::from);
        Reflect::set(&options, &(*name).into(), &value).ok()?;
    }
    let tags = browser_languages();
    let formatter = Reflect::construct(&class, &Array::of2(&regional(lang(), &tags).into(), &options)).ok()?;
    let format: Function = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
    Some(format.bind0(&formatter))
}
