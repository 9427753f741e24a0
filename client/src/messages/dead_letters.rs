//! Dead letters.

use crate::i18n::messages;

messages! {
    title = "Dead letters", "Échecs définitifs";
}
