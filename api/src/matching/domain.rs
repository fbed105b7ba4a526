//! What matching proposes: a service in one direction, a proposal of two-way services, how a run goes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::date::CivilDate;

/// A proposal's content (拟对接项目), kept as JSON and handed to the meeting and to the agreement's draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    /// What it is called on the agenda.
    pub title: String,
    /// `project` or `base`.
    pub mode: String,
    /// Who gives and gets: communities and the street first, then units.
    pub parties: Vec<ProposalParty>,
    /// The services, both directions.
    pub services: Vec<ProposedService>,
    /// The plan it comes from.
    pub plan: Uuid,
}

/// A party of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalParty {
    /// The party.
    pub party: Uuid,
    /// Its registered name when the plan was made.
    pub name: String,
    /// `community`, `unit`, `street` or `district`.
    pub side: String,
}

/// One service: who gives whom how much of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedService {
    /// Who gives.
    pub from: Uuid,
    /// Who gets.
    pub to: Uuid,
    /// The offer used.
    pub offer: Uuid,
    /// The need met.
    pub need: Uuid,
    /// Service type, `A2-04`.
    pub service_type: String,
    /// `A1` … `A6`.
    pub area: String,
    /// `hour`, …
    pub measure: String,
    /// What, as the giver wrote it.
    pub what: String,
    /// How much, 1–1,000,000.
    pub quantity: i64,
    /// Where, as the giver wrote it.
    pub place: String,
    /// When, in words; empty for any time.
    pub times: String,
    /// First day.
    pub from_day: CivilDate,
    /// Last day.
    pub until_day: CivilDate,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waiting for a worker.
    Queued,
    /// Being solved.
    Running,
    /// There is a plan.
    Done,
    /// It could not be solved; the reason is kept.
    Failed,
    /// Stopped by a person before it had a plan.
    Stopped,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Stopped,
    ];

    /// The stored form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Stopped)
    }
}

/// How hard to try; the words say how long it takes on an office machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// A first look.
    Quick,
    /// The usual choice.
    Normal,
    /// For the meeting.
    Thorough,
}

impl Effort {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Quick, Self::Normal, Self::Thorough];

    /// The stored form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Normal => "normal",
            Self::Thorough => "thorough",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.code() == code)
    }
}

/// What a run is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSettings {
    /// How hard to try.
    pub effort: Effort,
    /// Upkeep of one agreement, in thousandths of a point.
    pub upkeep_milli: i64,
    /// How much a community that got little is preferred, ppm of the first step.
    pub fairness_ppm: i64,
    /// Whether three may agree in a circle where no pair serves a need.
    #[serde(default = "yes")]
    pub circles: bool,
}

fn yes() -> bool {
    true
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            effort: Effort::Normal,
            upkeep_milli: 2_000,
            fairness_ppm: 200_000,
            circles: true,
        }
    }
}
