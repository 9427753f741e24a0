//! How large an image may be and becomes. Pure.

use super::{Fit, LARGEST_SIDE};

/// Most pixels of an image, before and after: 200 MB at four bytes each.
pub(super) const MOST_PIXELS: u64 = 50_000_000;

/// Whether an image of this size is taken and made.
pub(super) fn is_bounded((width, height): (u32, u32)) -> bool {
    width.max(height) <= LARGEST_SIDE && u64::from(width) * u64::from(height) <= MOST_PIXELS
}

/// How an image is resized: to a size, of which a part is then cut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aim {
    pub(super) scaled: (u32, u32),
    pub(super) cut: (u32, u32),
}

/// What becomes of an image of `size` when at least one side is asked for.
pub(super) fn aim(size: (u32, u32), asked: (Option<u32>, Option<u32>), fit: Fit, enlarge: bool) -> Aim {
    let both = match asked {
        (Some(width), Some(height)) => (width, height),
        // Nothing is cut or distorted where only one side is asked for.
        (Some(width), None) => (width, share(size.1, width, size.0)),
        (None, Some(height)) => (share(size.0, height, size.1), height),
        (None, None) => size,
    };
    let both = if enlarge { both } else { shrunk(size, both, fit) };
    match fit {
        Fit::Fill => Aim { scaled: both, cut: both },
        Fit::Contain => {
            let scaled = scaled(size, both, false);
            Aim { scaled, cut: scaled }
        }
        Fit::Cover => Aim { scaled: scaled(size, both, true), cut: both },
    }
}

/// No side larger than it was; to cover, in the proportions asked for.
fn shrunk(size: (u32, u32), (width, height): (u32, u32), fit: Fit) -> (u32, u32) {
    if fit != Fit::Cover || (width <= size.0 && height <= size.1) {
        return (width.min(size.0), height.min(size.1));
    }
    let by_width = (size.0.min(width), share(height, size.0.min(width), width));
    if by_width.1 <= size.1 { by_width } else { (share(width, size.1, height).min(size.0), size.1) }
}

/// The size in its own proportions that is within `both`, or covers it.
fn scaled(size: (u32, u32), both: (u32, u32), cover: bool) -> (u32, u32) {
    let by_width = (both.0, share(size.1, both.0, size.0));
    let by_height = (share(size.0, both.1, size.1), both.1);
    if (by_width.1 >= both.1) == cover { by_width } else { by_height }
}

/// `side * part / whole`, rounded, at least 1.
fn share(side: u32, part: u32, whole: u32) -> u32 {
    let whole = u64::from(whole.max(1));
    let shared = (u64::from(side) * u64::from(part) + whole / 2) / whole;
    u32::try_from(shared).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(size: (u32, u32), asked: (Option<u32>, Option<u32>), fit: Fit, enlarge: bool) -> [(u32, u32); 2] {
        let Aim { scaled, cut } = aim(size, asked, fit, enlarge);
        [scaled, cut]
    }

    #[test]
    fn each_fit_keeps_its_promise() {
        let box_of = (Some(100), Some(100));
        assert_eq!(sizes((400, 200), box_of, Fit::Contain, false), [(100, 50), (100, 50)]);
        assert_eq!(sizes((400, 200), box_of, Fit::Cover, false), [(200, 100), (100, 100)]);
        assert_eq!(sizes((400, 200), box_of, Fit::Fill, false), [(100, 100), (100, 100)]);
        assert_eq!(sizes((200, 400), box_of, Fit::Contain, false), [(50, 100), (50, 100)]);
        assert_eq!(sizes((200, 400), box_of, Fit::Cover, false), [(100, 200), (100, 100)]);
        for fit in [Fit::Contain, Fit::Cover, Fit::Fill] {
            assert_eq!(sizes((400, 200), (Some(100), None), fit, false), [(100, 50), (100, 50)]);
            assert_eq!(sizes((400, 200), (None, Some(100)), fit, false), [(200, 100), (200, 100)]);
        }
    }

    #[test]
    fn a_small_image_is_enlarged_only_if_asked() {
        let box_of = (Some(100), Some(50));
        assert_eq!(sizes((10, 10), box_of, Fit::Contain, false), [(10, 10), (10, 10)]);
        assert_eq!(sizes((10, 10), box_of, Fit::Contain, true), [(50, 50), (50, 50)]);
        assert_eq!(sizes((10, 10), box_of, Fit::Cover, false), [(10, 10), (10, 5)]);
        assert_eq!(sizes((10, 10), box_of, Fit::Cover, true), [(100, 100), (100, 50)]);
        assert_eq!(sizes((10, 10), box_of, Fit::Fill, true), [(100, 50), (100, 50)]);
    }

    #[test]
    fn no_size_is_zero_or_cut_from_less() {
        for size in [(1, 1), (1, 16_384), (16_384, 1), (3, 7), (1_000, 999)] {
            for asked in [(Some(1), Some(1)), (Some(1), None), (None, Some(7)), (Some(500), Some(3)), (Some(3), Some(500))] {
                for fit in [Fit::Contain, Fit::Cover, Fit::Fill] {
                    for enlarge in [false, true] {
                        let Aim { scaled, cut } = aim(size, asked, fit, enlarge);
                        let fine = cut.0 >= 1 && cut.1 >= 1 && cut.0 <= scaled.0 && cut.1 <= scaled.1;
                        assert!(fine, "{size:?} {asked:?} {fit:?} {enlarge}: {scaled:?} {cut:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn bombs_are_out_of_bounds() {
        assert!(is_bounded((16_384, 3_000)) && is_bounded((7_000, 7_000)));
        for bomb in [(16_385, 1), (1, 65_535), (16_384, 16_384), (u32::MAX, u32::MAX)] {
            assert!(!is_bounded(bomb), "{bomb:?}");
        }
    }
}
