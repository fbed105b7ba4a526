//! The states of an agreement and what moves it: a `match` on (state, act). The service uses it before it
//! writes, the bundle verifier to replay what the log says.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::kernel::date::CivilDate;
use crate::log::hash::Hash32;

/// 协议状态
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// 协商签署中
    Open,
    /// 已签署待生效
    Signed,
    /// 履行中
    InForce,
    /// 已完成
    Completed,
    /// 到期未结
    Expired,
    /// 未达成
    Declined,
    /// 已撤回
    Withdrawn,
    /// 逾期未签
    Lapsed,
}

impl State {
    /// Every state, in the order filters list them.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Signed,
        Self::InForce,
        Self::Completed,
        Self::Expired,
        Self::Declined,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The stored and wire form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Signed => "signed",
            Self::InForce => "in_force",
            Self::Completed => "completed",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// Reads the stored form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Where an agreement stands; what later acts are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// Refs of the parties with the version each is bound to, if any.
    pub bound: BTreeMap<String, Option<u32>>,
    /// The version on the table.
    pub current: u32,
    /// First day of the term of the current version.
    pub term_from: CivilDate,
    /// Signatures so far.
    pub head_seq: u64,
    /// Chain value over them.
    pub head_hash: Hash32,
    /// Signatures there were when the current version came on the table; accepts must have seen these.
    pub opened_seq: u64,
    /// The day obligations run from, once all have signed.
    pub in_force_on: Option<CivilDate>,
}

/// What a signer or the system does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A party agrees to the version named.
    Accept(Signed),
    /// A party puts the next version on the table, whose term begins on this day.
    Counter(Signed, CivilDate),
    /// A party says no.
    Decline(Signed),
    /// The street takes the offer back.
    Withdraw,
    /// The day to sign by has passed.
    Lapse,
    /// The first day has come.
    Begin,
    /// The last day has passed; whether every instalment was met or waived.
    End {
        /// All met or waived.
        settled: bool,
    },
    /// Filed with the street (备案); changes no state.
    File,
}

/// The part of a signature the state machine looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The party signed for.
    pub party: String,
    /// The version signed.
    pub version: u32,
    /// Signatures the signer had seen.
    pub prior_n: u64,
    /// Digest of this signature.
    pub digest: Hash32,
    /// The day it is received, UTC+8.
    pub on: CivilDate,
}

/// Why an act is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not in this state.
    #[error("not possible while the agreement is {}", .0.code())]
    State(State),
    /// Another version is on the table.
    #[error("version {current} is on the table")]
    Superseded {
        /// It.
        current: u32,
    },
    /// The party is bound to this version already.
    #[error("the party is bound already")]
    AlreadySigned,
    /// The signer had not seen what must be seen.
    #[error("the signer had not seen signature {head}")]
    Prior {
        /// Signatures there are.
        head: u64,
    },
    /// No such party.
    #[error("no such party")]
    Party,
}

/// H₀ of an agreement's signature chain.
#[must_use]
pub fn chain_start(agreement: Uuid) -> Hash32 {
    Hash32::of(format!("gongjian.sigchain/1\n{agreement}\n").as_bytes())
}

/// Hₙ from Hₙ₋₁ and the n-th signature's digest.
#[must_use]
pub fn chain_next(before: &Hash32, digest: &Hash32) -> Hash32 {
    Hash32::of_parts(&[before.bytes(), digest.bytes()])
}

impl Standing {
    /// As version 1 is sent.
    #[must_use]
    pub fn opened(agreement: Uuid, parties: &[String], term_from: CivilDate) -> Self {
        Self {
            state: State::Open,
            bound: parties.iter().map(|p| (p.clone(), None)).collect(),
            current: 1,
            term_from,
            head_seq: 0,
            head_hash: chain_start(agreement),
            opened_seq: 0,
            in_force_on: None,
        }
    }

    /// Refs of the parties bound to the current version.
    #[must_use]
    pub fn bound_now(&self) -> Vec<String> {
        let bound = |version: &Option<u32>| *version == Some(self.current);
        self.bound
            .iter()
            .filter(|(_, v)| bound(v))
            .map(|(p, _)| p.clone())
            .collect()
    }

    /// Refs of the parties still to sign.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let missing = |version: &Option<u32>| *version != Some(self.current);
        self.bound
            .iter()
            .filter(|(_, v)| missing(v))
            .map(|(p, _)| p.clone())
            .collect()
    }

    /// The standing after an act.
    ///
    /// # Errors
    /// [`Refusal`]; nothing has changed then.
    pub fn apply(&self, act: &Act) -> Result<Self, Refusal> {
        match (self.state, act) {
            (State::Open, Act::Accept(signed)) => self.accept(signed),
            (State::Open, Act::Counter(signed, term_from)) => self.counter(signed, *term_from),
            (State::Open, Act::Decline(signed)) => {
                self.on_table(signed.version)?;
                self.known(&signed.party)?;
                self.has_seen_all(signed)?;
                Ok(self.signed_by(signed).with(State::Declined))
            }
            (State::Open, Act::Withdraw) => Ok(self.clone().with(State::Withdrawn)),
            (State::Open, Act::Lapse) => Ok(self.clone().with(State::Lapsed)),
            (State::Signed, Act::Begin) => Ok(self.clone().with(State::InForce)),
            (State::InForce, Act::End { settled: true }) => Ok(self.clone().with(State::Completed)),
            (State::InForce, Act::End { settled: false }) => Ok(self.clone().with(State::Expired)),
            (State::Signed | State::InForce, Act::File) => Ok(self.clone()),
            (state, _) => Err(Refusal::State(state)),
        }
    }

    fn accept(&self, signed: &Signed) -> Result<Self, Refusal> {
        self.on_table(signed.version)?;
        if self.known(&signed.party)? == Some(self.current) {
            return Err(Refusal::AlreadySigned);
        }
        if signed.prior_n < self.opened_seq || signed.prior_n > self.head_seq {
            return Err(Refusal::Prior { head: self.head_seq });
        }
        let mut next = self.signed_by(signed);
        next.bound.insert(signed.party.clone(), Some(self.current));
        if next.missing().is_empty() {
            next.in_force_on = Some(self.term_from.max(signed.on));
            next.state = if self.term_from <= signed.on {
                State::InForce
            } else {
                State::Signed
            };
        }
        Ok(next)
    }

    /// Looks at what the signer had seen first: of two counter-offers the second learns of the first so.
    fn counter(&self, signed: &Signed, term_from: CivilDate) -> Result<Self, Refusal> {
        self.known(&signed.party)?;
        self.has_seen_all(signed)?;
        if signed.version != self.current + 1 {
            return Err(Refusal::Superseded {
                current: self.current,
            });
        }
        let mut next = self.signed_by(signed);
        next.current = signed.version;
        next.term_from = term_from;
        next.opened_seq = next.head_seq;
        next.bound.insert(signed.party.clone(), Some(signed.version));
        Ok(next)
    }

    fn on_table(&self, version: u32) -> Result<(), Refusal> {
        if version == self.current {
            Ok(())
        } else {
            Err(Refusal::Superseded {
                current: self.current,
            })
        }
    }

    fn known(&self, party: &str) -> Result<Option<u32>, Refusal> {
        self.bound.get(party).copied().ok_or(Refusal::Party)
    }

    fn has_seen_all(&self, signed: &Signed) -> Result<(), Refusal> {
        if signed.prior_n == self.head_seq {
            Ok(())
        } else {
            Err(Refusal::Prior { head: self.head_seq })
        }
    }

    fn signed_by(&self, signed: &Signed) -> Self {
        let mut next = self.clone();
        next.head_seq += 1;
        next.head_hash = chain_next(&self.head_hash, &signed.digest);
        next
    }

    fn with(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}
