//! The web client, if it was built before this program was: `build.rs` writes the table.

use ruche_server::{Client, ClientFile};

include!(concat!(env!("OUT_DIR"), "/client_files.rs"));

/// The client.
pub const CLIENT: Client = Client(FILES);
