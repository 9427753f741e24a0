//! Help.

use crate::i18n::messages;

messages! {
    title = "Help", "Aide";
}
