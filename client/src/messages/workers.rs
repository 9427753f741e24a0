//! Workers.

use crate::i18n::messages;

messages! {
    title = "Workers", "Workers";
}
