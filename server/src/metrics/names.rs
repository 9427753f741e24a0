//! Names that callers invent, as values of labels.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

/// Most names told apart.
const MOST: usize = 200;

/// What stands for names that are not told apart.
pub(super) const OTHER: &str = "other";

/// The names told apart: the first that come. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Arc<RwLock<HashSet<String>>>);

impl Names {
    /// The name, or what stands for it.
    pub(super) fn label<'a>(&self, name: &'a str) -> &'a str {
        if self.is_told(name) { name } else { OTHER }
    }

    fn is_told(&self, name: &str) -> bool {
        if self.0.read().unwrap_or_else(PoisonError::into_inner).contains(name) {
            return true;
        }
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        names.contains(name) || (names.len() < MOST && names.insert(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_names_do_not_grow_the_series_without_end() {
        let names = Names::default();
        assert!((0..MOST).all(|n| names.label(&format!("q{n}")) != OTHER));
        assert_eq!(names.label("one-more"), OTHER);
        assert_eq!(names.label("q0"), "q0");
    }
}
