//! The version document: what parties sign, byte for byte.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clause::Clause;
use super::ending::Termination;
use crate::kernel::date::CivilDate;
use crate::kernel::limit;
use crate::kernel::money::Fen;
use crate::kernel::problem::Fault;
use crate::kernel::strict_json::{self, JsonFault};
use crate::log::hash::Hash32;

/// The schema every version names.
pub const SCHEMA: &str = "gongjian.agreement-version/1";

/// One version of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// The agreement.
    pub agreement: Uuid,
    /// Whose records it belongs to.
    pub tenant: Uuid,
    /// As people say it; the same in all versions.
    pub number: String,
    /// 1, 2, 3 …
    pub version: u32,
    /// Why there is this version.
    pub kind: VersionKind,
    /// Hash of the version before; null for the first only.
    pub previous: Option<Hash32>,
    /// Hash of the version in force that this one would replace; null for originals and counters.
    pub base: Option<Hash32>,
    /// Base or project.
    pub mode: Mode,
    /// Title.
    pub title: String,
    /// BCP 47 tag of the one authentic text.
    pub language: String,
    /// First and last day.
    pub term: Term,
    /// Sorted by ref.
    pub parties: Vec<PartyEntry>,
    /// Who owes what to whom.
    pub obligations: Vec<Obligation>,
    /// Who bears the cost of its own obligations. No money passes between the parties.
    pub funding: Vec<Funding>,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// The joint meeting's decision it rests on.
    pub decision: Option<DecisionRef>,
    /// The plan that proposed it; null if none did.
    pub plan: Option<Uuid>,
    /// After this day the offer lapses.
    pub sign_by: CivilDate,
    /// How it ends; for that kind only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination: Option<Termination>,
}

/// Why there is a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionKind {
    /// The text sent by the street.
    Original,
    /// A party's counter-offer.
    Counter,
    /// 变更: another text for an agreement all have signed.
    Amendment,
    /// 续签: the same with a later end.
    Renewal,
    /// 更正: other words for the same.
    Correction,
    /// 终止: the end, or one party leaving.
    Termination,
}

impl VersionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Original,
        Self::Counter,
        Self::Amendment,
        Self::Renewal,
        Self::Correction,
        Self::Termination,
    ];

    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Counter => "counter",
            Self::Amendment => "amendment",
            Self::Renewal => "renewal",
            Self::Correction => "correction",
            Self::Termination => "termination",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether such a version is put on the table before all have signed one.
    #[must_use]
    pub fn is_before_signing(self) -> bool {
        matches!(self, Self::Original | Self::Counter)
    }
}

/// 共建方式
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 项目共建
    Project,
    /// 基地共建
    Base,
}

impl Mode {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Base => "base",
        }
    }
}

/// First and last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
}

/// Which side a party stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 社区
    Community,
    /// 单位
    Unit,
    /// 街道
    Street,
}

impl Side {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Unit => "unit",
            Self::Street => "street",
        }
    }

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Community, Self::Unit, Self::Street]
            .into_iter()
            .find(|side| side.code() == code)
    }
}

/// A party (当事方).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyEntry {
    /// `p1`, `p2`, …
    #[serde(rename = "ref")]
    pub reference: String,
    /// The party.
    pub id: Uuid,
    /// Registered name.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Unified social credit code; null for a community without one.
    pub credit_code: Option<String>,
    /// Who is to be spoken to, without naming them.
    pub contact: Contact,
}

/// A contact: title, and a commitment to name and phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Commitment, b64u.
    pub commitment: String,
    /// Title in the organisation.
    pub title: String,
}

/// An obligation (义务事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// `o1`, `o2`, …
    #[serde(rename = "ref")]
    pub reference: String,
    /// Who gives.
    pub from: String,
    /// Who gets.
    pub to: Vec<String>,
    /// Which of the six areas.
    pub area: Area,
    /// What is given.
    pub what: String,
    /// Counted in what.
    pub unit: Measure,
    /// How much in all.
    pub quantity: u32,
    /// How fulfilment is found out.
    pub acceptance: String,
    /// The instalments.
    pub due: Vec<Due>,
    /// The offer it uses.
    pub offer: Option<Uuid>,
    /// The need it meets.
    pub need: Option<Uuid>,
}

/// An instalment (分期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub until: CivilDate,
    /// How much.
    pub quantity: u32,
}

/// A share of the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Funding {
    /// Who bears it.
    pub source: FundSource,
    /// How much, in fen.
    pub amount_fen: Fen,
}

/// Who bears costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundSource {
    /// 财政
    State,
    /// 街道
    Street,
    /// 单位
    Unit,
    /// 社会
    Social,
}

impl FundSource {
    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Street => "street",
            Self::Unit => "unit",
            Self::Social => "social",
        }
    }
}

/// The decision of a joint meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRef {
    /// The meeting.
    pub meeting: Uuid,
    /// Item of its agenda, from 1.
    pub item: u32,
}

/// 共建领域
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// A1 党建工作经验共享
    Experience,
    /// A2 基础设施共享
    Facilities,
    /// A3 志愿服务共享
    Volunteers,
    /// A4 思想教育共抓
    Education,
    /// A5 党员队伍共管
    Members,
    /// A6 文明社区共创
    Civility,
}

impl Area {
    /// The six areas in order.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Experience, "A1", "experience"),
        (Self::Facilities, "A2", "facilities"),
        (Self::Volunteers, "A3", "volunteers"),
        (Self::Education, "A4", "education"),
        (Self::Members, "A5", "members"),
        (Self::Civility, "A6", "civility"),
    ];

    /// Reads the wire form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, _, c)| *c == code)
            .map(|(area, _, _)| *area)
    }

    /// The area of a service type's or catalogue's code, `A3` or `A3-08`.
    #[must_use]
    pub fn from_short(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, short, _)| code.starts_with(short))
            .map(|(area, _, _)| *area)
    }

    /// The wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(area, _, _)| *area == self)
            .map_or("", |(_, _, code)| *code)
    }

    /// `A1` … `A6`, as words and charts name it.
    #[must_use]
    pub fn short(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(area, _, _)| *area == self)
            .map_or("", |(_, short, _)| *short)
    }
}

/// 计量单位: the code of `domain.md` §4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Measure(&'static str);

impl Measure {
    /// Every measure.
    pub const ALL: [&'static str; 13] = [
        "hour",
        "session",
        "person_time",
        "person",
        "meal",
        "space_night",
        "sqm_hour",
        "sqm_month",
        "item_day",
        "copy",
        "case",
        "post",
        "person_day",
    ];

    /// Reads a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known == code).map(Self)
    }

    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("unknown measure"))
    }
}

/// Why a payload is no version document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentFault {
    /// Not its own canonical bytes.
    NotCanonical(JsonFault),
    /// Members missing, unknown, or against the rules; every one of them.
    Invalid(Vec<Fault>),
    /// These parties (refs) only give or only get.
    OneSided(Vec<Fault>),
}

impl Document {
    /// The canonical bytes, which are hashed and signed.
    ///
    /// # Errors
    /// [`JsonFault::Large`] beyond [`limit::DOCUMENT_BYTES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsonFault> {
        let bytes = strict_json::canonical(self)?;
        if bytes.len() > limit::DOCUMENT_BYTES {
            return Err(JsonFault::Large);
        }
        Ok(bytes)
    }

    /// Reads canonical bytes and judges them by every rule that needs no other version.
    ///
    /// # Errors
    /// [`DocumentFault`]; bytes are never repaired.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentFault> {
        let value = strict_json::parse_canonical(bytes, limit::DOCUMENT_BYTES)
            .map_err(DocumentFault::NotCanonical)?;
        let document = super::read::document(&value).map_err(DocumentFault::Invalid)?;
        document.check()?;
        Ok(document)
    }

    /// Judges the document by every rule that needs no other version.
    ///
    /// # Errors
    /// [`DocumentFault::Invalid`] first, [`DocumentFault::OneSided`] if that is all that is wrong.
    pub fn check(&self) -> Result<(), DocumentFault> {
        let faults = super::rules::faults(self);
        if !faults.is_empty() {
            return Err(DocumentFault::Invalid(faults));
        }
        let one_sided = super::rules::one_sided(self);
        if one_sided.is_empty() {
            Ok(())
        } else {
            Err(DocumentFault::OneSided(one_sided))
        }
    }

    /// The entry of a party by its ref.
    #[must_use]
    pub fn party(&self, reference: &str) -> Option<&PartyEntry> {
        self.parties.iter().find(|p| p.reference == reference)
    }

    /// The refs of all parties, sorted.
    #[must_use]
    pub fn refs(&self) -> Vec<String> {
        self.parties.iter().map(|p| p.reference.clone()).collect()
    }
}
