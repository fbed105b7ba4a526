//! Tables of organisations, people, keys and clients.

#![expect(
    unreachable_pub,
    reason = "the derive of a table makes public types that name these"
)]

pub(super) mod client;
pub(super) mod client_jti;
pub(super) mod credential;
pub(super) mod invitation;
pub(super) mod membership;
pub(super) mod opening;
pub(super) mod party;
pub(super) mod party_alias;
pub(super) mod person;
pub(super) mod session;
pub(super) mod tenant;
