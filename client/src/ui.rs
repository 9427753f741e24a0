//! The parts that pages are made of. None of them knows a page.

pub mod badge;
pub mod brand;
pub mod button;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod icon;
pub mod keyed;
pub mod layout;
pub mod notice;
pub mod pager;
pub mod progress;
pub mod remote;
pub mod table;
pub mod tabs;
pub mod time;
pub mod toast;
