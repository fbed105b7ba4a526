//! The wall between tenants: every finder takes a [`Scope`].

use super::id::{Id, Party, Tenant};

/// What an actor may see: one tenant, or one party's share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The tenant; rows of another one do not exist for this actor.
    pub tenant: Id<Tenant>,
    /// `Some` narrows to what concerns this party.
    pub party: Option<Id<Party>>,
}

impl Scope {
    /// The whole tenant.
    #[must_use]
    pub fn tenant(tenant: Id<Tenant>) -> Self {
        Self { tenant, party: None }
    }

    /// One party's share of a tenant.
    #[must_use]
    pub fn party(tenant: Id<Tenant>, party: Id<Party>) -> Self {
        Self {
            tenant,
            party: Some(party),
        }
    }
}
