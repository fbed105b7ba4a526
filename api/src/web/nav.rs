//! The navigation: which pages a role may open, grouped by work.

use crate::kernel::actor::Role;

/// A link of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Fluent key of the group.
    pub group: &'static str,
    /// Fluent key of the link.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Who may open it.
    pub roles: &'static [Role],
}

use Role::{CommunitySecretary, DistrictAdmin, MeetingSecretary, StreetCadre, UnitLiaison, UnitSigner};

/// Every entry in the order shown.
pub const ENTRIES: &[Entry] = &[
    Entry {
        group: "nav-todo",
        label: "nav-workbench",
        href: "/",
        roles: &Role::ALL,
    },
    Entry {
        group: "nav-lists",
        label: "nav-upload",
        href: "/imports/new",
        roles: &[StreetCadre, UnitLiaison, CommunitySecretary],
    },
    Entry {
        group: "nav-lists",
        label: "nav-imports",
        href: "/imports",
        roles: &[StreetCadre, UnitLiaison, CommunitySecretary],
    },
    Entry {
        group: "nav-lists",
        label: "nav-lists-overview",
        href: "/lists",
        roles: &[StreetCadre],
    },
    Entry {
        group: "nav-lists",
        label: "nav-offers",
        href: "/offers",
        roles: &[StreetCadre, UnitLiaison, CommunitySecretary],
    },
    Entry {
        group: "nav-lists",
        label: "nav-needs",
        href: "/needs",
        roles: &[StreetCadre, UnitLiaison, CommunitySecretary],
    },
    Entry {
        group: "nav-matching",
        label: "nav-runs",
        href: "/runs",
        roles: &[StreetCadre],
    },
    Entry {
        group: "nav-meetings",
        label: "nav-meetings-list",
        href: "/meetings",
        roles: &[StreetCadre, MeetingSecretary],
    },
    Entry {
        group: "nav-agreements",
        label: "nav-agreements-list",
        href: "/agreements",
        roles: &Role::ALL,
    },
    Entry {
        group: "nav-agreements",
        label: "nav-sign",
        href: "/sign",
        roles: &[UnitSigner],
    },
    Entry {
        group: "nav-ledger",
        label: "nav-obligations",
        href: "/obligations",
        roles: &Role::ALL,
    },
    Entry {
        group: "nav-ledger",
        label: "nav-reviews",
        href: "/reviews",
        roles: &Role::ALL,
    },
    Entry {
        group: "nav-ledger",
        label: "nav-reports",
        href: "/reports",
        roles: &[StreetCadre],
    },
    Entry {
        group: "nav-settings",
        label: "nav-parties",
        href: "/parties",
        roles: &[StreetCadre],
    },
    Entry {
        group: "nav-settings",
        label: "nav-keys",
        href: "/keys",
        roles: &[StreetCadre],
    },
    Entry {
        group: "nav-settings",
        label: "nav-my-key",
        href: "/me/key",
        roles: &[StreetCadre, UnitSigner],
    },
    Entry {
        group: "nav-settings",
        label: "nav-clients",
        href: "/clients",
        roles: &[DistrictAdmin],
    },
];

/// A group of links as shown to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Fluent key of the heading.
    pub label: &'static str,
    /// The links.
    pub entries: Vec<Entry>,
}

/// The groups a person with these roles sees.
#[must_use]
pub fn for_roles(roles: &[Role]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in ENTRIES
        .iter()
        .filter(|e| e.roles.iter().any(|r| roles.contains(r)))
    {
        match groups.last_mut() {
            Some(group) if group.label == entry.group => group.entries.push(*entry),
            _ => groups.push(Group {
                label: entry.group,
                entries: vec![*entry],
            }),
        }
    }
    groups
}
