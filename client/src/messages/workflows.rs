//! Workflows.

use crate::i18n::messages;

messages! {
    title = "Workflows", "Workflows";
}
