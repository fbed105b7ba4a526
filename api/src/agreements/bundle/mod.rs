//! The proof bundle `*.gjproof`: one file that proves an agreement on a machine that never met the server.

pub mod build;
pub mod format;
pub mod verify;
