//! The real nginx, with the configuration of `proxy/`, in front of a real Ruche.
//!
//! It is found on `PATH` or in `/usr/sbin`; `RUCHE_TEST_NGINX` names another one.

mod client;
mod config;
mod door;
mod down;
mod events;
mod guard;
mod headers;
mod identity;
mod limits;
mod logs;
mod names;
mod paths;
#[path = "../../../cli/tests/it/program.rs"]
#[allow(dead_code, reason = "the tests of the command line use the rest")]
mod program;
mod routes;
mod ruche;
mod slow;
mod smuggling;
mod stand_in;
mod tls;
mod wire;
