//! Leaves: what happened, by whom, when, in hashes and codes only. Never a name, a phone number or free text
//! about a person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::hash::Hash32;
use super::{instant, tree};
use crate::kernel::actor::{Actor, Role, Who};
use crate::kernel::clock::Millis;
use crate::kernel::id::{Id, Tenant};
use crate::kernel::strict_json::{self, JsonFault};

/// Largest leaf, bytes.
pub const LEAF_BYTES: usize = 8 << 10;
/// The schema every leaf names.
pub const SCHEMA: &str = "gongjian.leaf/1";

/// A leaf's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// [`SCHEMA`].
    pub schema: String,
    /// Its place in the log, from 0.
    pub index: u64,
    /// Whose log.
    pub tenant: Uuid,
    /// When, UTC with three decimals; never earlier than the leaf before.
    pub at: String,
    /// What happened, `agreement.accepted`.
    pub kind: String,
    /// By whom.
    pub actor: LeafActor,
    /// About what.
    pub subject: Subject,
    /// Hashes, codes, numbers.
    pub data: Map<String, Value>,
}

/// By whom, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafActor {
    /// Which kind of actor.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// The party's ref in the agreement, for signers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The key that signed, where a key stands for the actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The membership that gave the right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<Uuid>,
    /// The API client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Uuid>,
}

/// Kinds of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A party's signature.
    Signer,
    /// A street cadre or district administrator.
    Cadre,
    /// Another person in a role.
    Person,
    /// An API client.
    Client,
    /// A job or the clock.
    System,
}

impl LeafActor {
    fn bare(kind: ActorKind) -> Self {
        Self {
            kind,
            party: None,
            kid: None,
            membership: None,
            client: None,
        }
    }

    /// The system.
    #[must_use]
    pub fn system() -> Self {
        Self::bare(ActorKind::System)
    }

    /// The signer of a party, by its ref in the agreement.
    #[must_use]
    pub fn signer(party: &str) -> Self {
        Self {
            party: Some(party.to_owned()),
            ..Self::bare(ActorKind::Signer)
        }
    }

    /// A cadre acting by key.
    #[must_use]
    pub fn cadre_key(kid: &str) -> Self {
        Self {
            kid: Some(kid.to_owned()),
            ..Self::bare(ActorKind::Cadre)
        }
    }
}

impl From<&Actor> for LeafActor {
    fn from(actor: &Actor) -> Self {
        match &actor.who {
            Who::Person { membership, role, .. } => Self {
                membership: Some(*membership),
                ..Self::bare(match role {
                    Role::StreetCadre | Role::DistrictAdmin => ActorKind::Cadre,
                    Role::CommunitySecretary
                    | Role::UnitLiaison
                    | Role::UnitSigner
                    | Role::MeetingSecretary => ActorKind::Person,
                })
            },
            Who::Client { client, .. } => Self {
                client: Some(client.uuid()),
                ..Self::bare(ActorKind::Client)
            },
            Who::System => Self::system(),
        }
    }
}

/// What a leaf is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `agreement`, `party`, `log`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

impl Subject {
    /// A subject of a kind.
    #[must_use]
    pub fn new(kind: &str, id: Uuid) -> Self {
        Self {
            kind: kind.to_owned(),
            id,
        }
    }
}

/// A leaf before it has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafDraft {
    /// Whose log.
    pub tenant: Id<Tenant>,
    /// What happened, `meeting.closed`.
    pub kind: &'static str,
    /// By whom.
    pub actor: LeafActor,
    /// About what.
    pub subject: Subject,
    /// Hashes, codes, numbers; a JSON object.
    pub data: Value,
}

impl LeafDraft {
    /// A draft of an act by `actor` in the actor's own tenant.
    #[must_use]
    pub fn by(actor: &Actor, kind: &'static str, subject: Subject, data: Value) -> Self {
        Self {
            tenant: actor.scope.tenant,
            kind,
            actor: actor.into(),
            subject,
            data,
        }
    }

    /// The leaf at its place. Anything but an object as data counts as no data.
    #[must_use]
    pub fn at(self, index: u64, at: Millis) -> Leaf {
        let data = match self.data {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Leaf {
            schema: SCHEMA.to_owned(),
            index,
            tenant: self.tenant.uuid(),
            at: at.rfc3339(),
            kind: self.kind.to_owned(),
            actor: self.actor,
            subject: self.subject,
            data,
        }
    }
}

impl Leaf {
    /// The canonical bytes.
    ///
    /// # Errors
    /// [`JsonFault::Large`] beyond [`LEAF_BYTES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonFault> {
        let bytes = strict_json::canonical(self)?;
        if bytes.len() > LEAF_BYTES {
            return Err(JsonFault::Large);
        }
        Ok(bytes)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// Any [`JsonFault`]; [`JsonFault::Malformed`] also for unknown members.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonFault> {
        let value = strict_json::parse_canonical(bytes, LEAF_BYTES)?;
        let leaf: Self = serde_json::from_value(value).map_err(|_| JsonFault::Malformed)?;
        if leaf.schema != SCHEMA || leaf.millis().is_none() {
            return Err(JsonFault::Malformed);
        }
        Ok(leaf)
    }

    /// The instant of the leaf.
    #[must_use]
    pub fn millis(&self) -> Option<Millis> {
        instant::parse(&self.at)
    }

    /// A text member of the data.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<&str> {
        self.data.get(member)?.as_str()
    }

    /// A whole number of the data.
    #[must_use]
    pub fn number(&self, member: &str) -> Option<u64> {
        self.data.get(member)?.as_u64()
    }

    /// A hash of the data, written `sha256:…`.
    #[must_use]
    pub fn hash(&self, member: &str) -> Option<Hash32> {
        Hash32::parse(self.text(member)?)
    }
}

/// The hash of a leaf's bytes, as the tree takes it.
#[must_use]
pub fn hash(bytes: &[u8]) -> Hash32 {
    tree::leaf_hash(bytes)
}
