//! What services outside a model give already: a model of a part of the whole starts from there. The whole model
//! starts from nothing.

use crate::model::AREAS;

/// What a party has from services that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeldParty {
    /// Value received, µ.
    pub received: i64,
    /// Areas in which it is served.
    pub covered: [bool; AREAS],
    /// Areas in which it gives base services.
    pub serves: [bool; AREAS],
    /// Base services it gives.
    pub depth: i64,
}

/// What is held, for parties and streets by place; beyond the lists there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// One for each party.
    pub parties: Vec<HeldParty>,
    /// Bases each street has among parties that are not in the model; place 0 is no street, others come one later.
    pub bases: Vec<i64>,
}

impl Held {
    /// What a party has.
    #[must_use]
    pub fn party(&self, p: usize) -> HeldParty {
        self.parties.get(p).copied().unwrap_or_default()
    }

    /// Bases of a street, by place in the sense of [`Held::bases`].
    #[must_use]
    pub fn bases(&self, street: usize) -> i64 {
        self.bases.get(street).copied().unwrap_or(0)
    }
}
