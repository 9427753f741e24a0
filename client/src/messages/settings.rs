//! Settings.

use crate::i18n::messages;

messages! {
    title = "Settings", "Réglages";
}
