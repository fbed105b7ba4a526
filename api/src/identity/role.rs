//! Who may do what (`agreements.md` §5.4), as one table. People hold roles; connected systems hold the scopes
//! that acts are named by.

use crate::kernel::actor::Role;

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Read offers and needs.
    ReadLists,
    /// Change offers and needs.
    WriteLists,
    /// Add and change parties, invite people.
    WriteParties,
    /// Run plans, try what-ifs.
    WritePlans,
    /// Read plans and proposals.
    ReadPlans,
    /// Read meetings.
    ReadMeetings,
    /// Call and record meetings.
    WriteMeetings,
    /// Read agreements and their proofs.
    ReadAgreements,
    /// Draft, send, withdraw, file.
    WriteAgreements,
    /// Accept, counter, decline, amend, terminate.
    Sign,
    /// Vouch for keys.
    Vouch,
    /// Register connected systems.
    WriteClients,
    /// Read the log's entries.
    ReadLog,
    /// Read deliveries.
    ReadDeliveries,
    /// Report, confirm, contest deliveries.
    WriteDeliveries,
    /// Review projects.
    WriteReviews,
    /// Read reports and the ledger.
    ReadExports,
}

/// How far a role reaches with an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// What concerns the own party.
    OwnParty,
    /// What concerns the own community.
    OwnCommunity,
    /// The whole street.
    Tenant,
    /// The district with its streets.
    District,
}

use Reach::{District as D, No as N, OwnCommunity as C, OwnParty as O, Tenant as T};

/// Columns in the order of [`Role::ALL`]: street cadre, community secretary, unit liaison, signer, meeting
/// secretary, district administrator.
const TABLE: [(Act, [Reach; 6]); 17] = [
    (Act::ReadLists, [T, C, O, O, T, D]),
    (Act::WriteLists, [T, C, O, N, N, N]),
    (Act::WriteParties, [T, N, N, N, N, D]),
    (Act::WritePlans, [T, N, N, N, N, D]),
    (Act::ReadPlans, [T, C, O, O, T, D]),
    (Act::ReadMeetings, [T, C, O, O, T, D]),
    (Act::WriteMeetings, [N, C, N, N, T, D]),
    (Act::ReadAgreements, [T, C, O, O, T, D]),
    (Act::WriteAgreements, [T, C, N, N, N, N]),
    (Act::Sign, [T, C, N, O, N, N]),
    (Act::Vouch, [T, N, N, N, N, N]),
    (Act::WriteClients, [N, N, N, N, N, D]),
    (Act::ReadLog, [T, N, N, N, N, D]),
    (Act::ReadDeliveries, [T, C, O, O, T, D]),
    (Act::WriteDeliveries, [T, C, O, O, N, N]),
    (Act::WriteReviews, [N, C, O, N, N, N]),
    (Act::ReadExports, [T, N, N, N, N, D]),
];

impl Act {
    /// What a connected system may be given today; further acts join as their routes do.
    pub const FOR_CLIENTS: [Self; 6] = [
        Self::ReadAgreements,
        Self::ReadLog,
        Self::ReadDeliveries,
        Self::WriteDeliveries,
        Self::WriteReviews,
        Self::ReadExports,
    ];

    /// The scope that names the act in tokens, `agreements:read`.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::ReadLists => "lists:read",
            Self::WriteLists => "lists:write",
            Self::WriteParties => "parties:write",
            Self::WritePlans => "plans:write",
            Self::ReadPlans => "plans:read",
            Self::ReadMeetings => "meetings:read",
            Self::WriteMeetings => "meetings:write",
            Self::ReadAgreements => "agreements:read",
            Self::WriteAgreements => "agreements:write",
            Self::Sign => "agreements:sign",
            Self::Vouch => "keys:vouch",
            Self::WriteClients => "clients:write",
            Self::ReadLog => "log:read",
            Self::ReadDeliveries => "deliveries:read",
            Self::WriteDeliveries => "deliveries:write",
            Self::WriteReviews => "reviews:write",
            Self::ReadExports => "exports:read",
        }
    }

    /// Reads a scope.
    #[must_use]
    pub fn from_scope(scope: &str) -> Option<Self> {
        TABLE.iter().map(|(act, _)| *act).find(|act| act.scope() == scope)
    }
}

/// How far `role` reaches with `act`.
#[must_use]
pub fn reach(role: Role, act: Act) -> Reach {
    let column = Role::ALL.iter().position(|r| *r == role);
    let row = TABLE.iter().find(|(a, _)| *a == act);
    match (row, column) {
        (Some((_, reaches)), Some(column)) => reaches.get(column).copied().unwrap_or(N),
        _ => N,
    }
}

/// Whether `role` may do `act` at all.
#[must_use]
pub fn may(role: Role, act: Act) -> bool {
    reach(role, act) != N
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_act_has_its_own_scope_and_somebody_who_may() {
        let scopes: BTreeSet<&str> = TABLE.iter().map(|(act, _)| act.scope()).collect();
        assert_eq!(scopes.len(), TABLE.len());
        for (act, _) in TABLE {
            assert_eq!(Act::from_scope(act.scope()), Some(act));
            assert!(Role::ALL.iter().any(|role| may(*role, act)), "{act:?}");
        }
    }

    #[test]
    fn only_signers_and_those_who_act_for_a_side_sign() {
        assert_eq!(reach(Role::UnitSigner, Act::Sign), Reach::OwnParty);
        assert!(!may(Role::UnitLiaison, Act::Sign));
        assert!(!may(Role::MeetingSecretary, Act::Sign));
        assert!(!may(Role::DistrictAdmin, Act::Sign));
    }
}
