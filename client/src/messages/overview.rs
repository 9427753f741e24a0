//! The overview.

use crate::i18n::messages;

messages! {
    title = "Overview", "Vue d’ensemble";
}
