//! Who acts: a person in a role, an API client, or the system itself.

use uuid::Uuid;

use super::id::{Client, Id, Party, Person};
use super::scope::Scope;

/// A person's role in a tenant (`domain.md` §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 街道干部
    StreetCadre,
    /// 社区书记
    CommunitySecretary,
    /// 单位联络员
    UnitLiaison,
    /// 单位签署人（社区一方的签署人也用此角色）
    UnitSigner,
    /// 联席会议秘书
    MeetingSecretary,
    /// 区（县市）管理员
    DistrictAdmin,
}

impl Role {
    /// Every role, in the order pages list them.
    pub const ALL: [Self; 6] = [
        Self::StreetCadre,
        Self::CommunitySecretary,
        Self::UnitLiaison,
        Self::UnitSigner,
        Self::MeetingSecretary,
        Self::DistrictAdmin,
    ];

    /// The stored and wire form, `street_cadre`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StreetCadre => "street_cadre",
            Self::CommunitySecretary => "community_secretary",
            Self::UnitLiaison => "unit_liaison",
            Self::UnitSigner => "unit_signer",
            Self::MeetingSecretary => "meeting_secretary",
            Self::DistrictAdmin => "district_admin",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Who does an act and within which walls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Person, client or system.
    pub who: Who,
    /// What the actor may see and touch.
    pub scope: Scope,
}

/// The kinds of actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A signed-in person acting in one of their roles.
    Person {
        /// The person.
        person: Id<Person>,
        /// The membership that grants the role; named in log leaves, never the person.
        membership: Uuid,
        /// The role.
        role: Role,
        /// The party the membership belongs to, if any.
        party: Option<Id<Party>>,
    },
    /// An API client.
    Client {
        /// The client's row.
        client: Id<Client>,
        /// The party the client is bound to, if any.
        party: Option<Id<Party>>,
    },
    /// A job or the clock.
    System,
}

impl Actor {
    /// The party the actor speaks for, if any.
    #[must_use]
    pub fn party(&self) -> Option<Id<Party>> {
        match &self.who {
            Who::Person { party, .. } | Who::Client { party, .. } => *party,
            Who::System => None,
        }
    }

    /// A text that is the same for the same actor: key of idempotency records.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.who {
            Who::Person { person, .. } => format!("person:{person}"),
            Who::Client { client, .. } => format!("client:{client}"),
            Who::System => "system".to_owned(),
        }
    }
}
