//! Icons: strokes on a grid of 24, in the colour of the text beside them. They never stand for a word alone: who uses one names it.

use crate::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Audit,
    Cancel,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Copy,
    DeadLetters,
    Edit,
    Enqueue,
    Filter,
    Help,
    Info,
    LogOut,
    Menu,
    Operations,
    Overview,
    Pause,
    Play,
    Plus,
    Queues,
    Refresh,
    Retry,
    Schedules,
    Search,
    Settings,
    Tasks,
    Trash,
    Workers,
    Workflows,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 4 21 19.5H3ZM12 10v4.5M12 17v.1",
            Self::Audit => "M6 3.5h9l4 4V20.5H6ZM9 11h7M9 14.5h7M9 8h3",
            Self::Cancel => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M9 9l6 6M15 9l-6 6",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::ChevronDown => "m6 9 6 6 6-6",
            Self::ChevronRight => "m9 6 6 6-6 6",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Copy => "M9 9h10.5v11.5H9ZM15 9V3.5H4.5V15H9",
            Self::DeadLetters => "M3.5 6h17v12.5h-17ZM4 6.5l8 6 8-6",
            Self::Edit => "M4 20h4L19.5 8.5l-4-4L4 16ZM13 7l4 4",
            Self::Enqueue => "M12 4v16M4 12h16",
            Self::Filter => "M4 6h16M7 12h10M10 18h4",
            Self::Help => {
                "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M9.5 9.5a2.5 2.5 0 1 1 3.4 2.4c-.6.3-.9.8-.9 1.6M12 16.5v.1"
            }
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 11v5.5M12 7.7v.1",
            Self::LogOut => "M14 4.5H5v15h9M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Operations => "M4 7.5h10M4 12h7M4 16.5h5M14 15l2.5 2.5L21 12.5",
            Self::Overview => "M4 4h7v7H4ZM13 4h7v4h-7ZM13 11h7v9h-7ZM4 14h7v6H4Z",
            Self::Pause => "M8.5 5.5v13M15.5 5.5v13",
            Self::Play => "M7.5 5 18.5 12 7.5 19Z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Queues => "M4 6h16M4 10.5h16M4 15h10M4 19.5h6",
            Self::Refresh => "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5",
            Self::Retry => "M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4.5 9M4.5 4v5h5",
            Self::Schedules => "M4 6h16v14H4ZM4 10h16M8.5 3.5V8M15.5 3.5V8",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M15.5 15.5 20.5 20.5",
            Self::Settings => "M4 8h10M18 8h2M4 16h2M10 16h10M16 6v4M8 14v4",
            Self::Tasks => "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4 6.5h.6M4 12h.6M4 17.5h.6",
            Self::Trash => "M4.5 7h15M9 7V4.5h6V7M6.5 7l1 13h9l1-13",
            Self::Workers => "M5 4.5h14v6H5ZM5 13.5h14v6H5ZM8 7.5h.1M8 16.5h.1",
            Self::Workflows => "M3.5 9.5h5v5h-5ZM15.5 4h5v5h-5ZM15.5 15h5v5h-5ZM8.5 12h3.5V6.5h3.5M12 12v5.5h3.5",
        }
    }
}

/// Draws it; screen readers pass over it.
pub fn icon(icon: Icon) -> View {
    html! { svg(class="icon", viewBox="0 0 24 24", "aria-hidden"="true") { path(d=icon.path()) } }
}
