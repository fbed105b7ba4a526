//! Logins, and which roles somebody may give.

use crate::identity::party::domain::PartyKind;
use crate::kernel::actor::Role;
use crate::kernel::text::Text;

/// Name of a person.
pub type PersonName = Text<1, 40>;
/// Title of a person in their organisation.
pub type PersonTitle = Text<1, 40>;

/// A login: 2–40 small letters, digits, `.`, `_` and `-`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        let good = (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(known);
        good.then(|| Self(text.to_owned()))
    }

    /// The login.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The roles at a party of this side that somebody in role `by` may give and take: a cadre those below the own,
/// the district also the cadre's.
#[must_use]
pub fn grantable(by: Role, at: PartyKind) -> &'static [Role] {
    match (by, at) {
        (Role::StreetCadre | Role::DistrictAdmin, PartyKind::Unit) => &[Role::UnitLiaison, Role::UnitSigner],
        (Role::StreetCadre | Role::DistrictAdmin, PartyKind::Community) => {
            &[Role::CommunitySecretary, Role::UnitSigner]
        }
        (Role::StreetCadre, PartyKind::Street) => &[Role::MeetingSecretary, Role::UnitSigner],
        (Role::DistrictAdmin, PartyKind::Street) => {
            &[Role::StreetCadre, Role::MeetingSecretary, Role::UnitSigner]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_plain() {
        assert_eq!(
            Login::parse(" zhao.xue-2 ").map(|l| l.0).as_deref(),
            Some("zhao.xue-2")
        );
        for bad in [
            "",
            "z",
            "Zhao",
            "赵雪",
            "2zhao",
            "zhao xue",
            "zhao/../x",
            &"z".repeat(41),
        ] {
            assert_eq!(Login::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nobody_gives_a_role_as_high_as_the_own() {
        for at in PartyKind::ALL {
            assert!(!grantable(Role::StreetCadre, at).contains(&Role::StreetCadre));
            assert!(!grantable(Role::DistrictAdmin, at).contains(&Role::DistrictAdmin));
            assert!(grantable(Role::UnitLiaison, at).is_empty());
        }
    }
}
