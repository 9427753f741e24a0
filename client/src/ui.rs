//! The parts that pages are made of. None of them knows a page.

pub mod badge;
pub mod brand;
pub mod button;
pub mod chart;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod filter;
pub mod icon;
pub mod input;
pub mod json;
pub mod keyed;
pub mod layout;
pub mod log;
pub mod notice;
pub mod pager;
pub mod progress;
pub mod remote;
pub mod schema_form;
pub mod spark;
pub mod table;
pub mod tabs;
pub mod time;
pub mod toast;
pub mod waterfall;
