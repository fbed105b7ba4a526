//! The states of an agreement and what moves it: a `match` on (state, act). The service uses it before it
//! writes, the bundle verifier to replay what the log says.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::document::{Document, VersionKind};
use crate::identity::keys::jws::Intent;
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
    /// 已终止
    Terminated,
    /// 未达成
    Declined,
    /// 已撤回
    Withdrawn,
    /// 逾期未签
    Lapsed,
}

impl State {
    /// Every state, in the order filters list them.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Signed,
        Self::InForce,
        Self::Completed,
        Self::Expired,
        Self::Terminated,
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
            Self::Terminated => "terminated",
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
    /// Refs of the parties with the version each is bound to, if any. A party that has left is none.
    pub bound: BTreeMap<String, Option<u32>>,
    /// The version on the table until all have signed one, from then on the one in force.
    pub current: u32,
    /// The last version there is; the next has the number after it.
    pub last: u32,
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
    /// The day the current version binds from, once all have signed it.
    pub version_on: Option<CivilDate>,
    /// A version all parties would have to sign to replace the current one, or to end it.
    pub pending: Option<Pending>,
    /// Notice that the agreement ends.
    pub ends: Option<Notice>,
    /// Notices of parties that leave.
    pub leaving: BTreeMap<String, Notice>,
    /// The version filed with the street (备案).
    pub filed: Option<u32>,
}

/// A version on the table of an agreement that all have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its number.
    pub version: u32,
    /// Its kind.
    pub kind: VersionKind,
    /// Signatures there were once it was on the table.
    pub opened_seq: u64,
    /// The end it would bring.
    pub ending: Option<Ending>,
}

/// The end a version brings once it binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The day it ends.
    pub effective_on: CivilDate,
    /// Only this party leaves.
    pub leaving: Option<String>,
}

impl Ending {
    /// The end a version of that kind brings.
    #[must_use]
    pub fn of(document: &Document) -> Option<Self> {
        document.termination.as_ref().map(|end| Self {
            effective_on: end.effective_on,
            leaving: end.leaving.clone(),
        })
    }
}

/// An end that is binding and will come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The version that says so.
    pub version: u32,
    /// The day it comes.
    pub on: CivilDate,
}

/// What a signer, the street or the system does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A party agrees to the version named.
    Accept(Signed),
    /// A party puts the next version on the table, whose term begins on this day.
    Counter(Signed, CivilDate),
    /// A party says no.
    Decline(Signed),
    /// A party offers another version of an agreement all have signed.
    Amend(Signed, VersionKind),
    /// A party gives notice, or proposes an end that the others must sign.
    Terminate {
        /// The signature.
        signed: Signed,
        /// The end.
        ending: Ending,
        /// Whether notice is enough.
        alone: bool,
    },
    /// The street takes the offer back.
    Withdraw,
    /// The day to sign by has passed.
    Lapse,
    /// The first day has come.
    Begin,
    /// The day on which a party leaves has come.
    Leave(String),
    /// The last day of the term has passed; whether every instalment was met or waived.
    End {
        /// All met or waived.
        settled: bool,
    },
    /// The day of the end, by notice or signed by all, has come.
    Terminated,
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
    /// Another version waits for signatures.
    #[error("version {version} waits for signatures")]
    Pending {
        /// It.
        version: u32,
    },
    /// Notice was given; what is asked comes too late.
    #[error("notice was given")]
    Ending,
    /// The version in force was filed already.
    #[error("filed already")]
    Filed,
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
            last: 1,
            term_from,
            head_seq: 0,
            head_hash: chain_start(agreement),
            opened_seq: 0,
            in_force_on: None,
            version_on: None,
            pending: None,
            ends: None,
            leaving: BTreeMap::new(),
            filed: None,
        }
    }

    /// The version that signatures answer now: the pending one, else the current one.
    #[must_use]
    pub fn on_table(&self) -> u32 {
        self.pending
            .as_ref()
            .map_or(self.current, |pending| pending.version)
    }

    /// Refs of the parties bound to the version on the table.
    #[must_use]
    pub fn bound_now(&self) -> Vec<String> {
        self.bound_to(true)
    }

    /// Refs of the parties still to sign it.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.bound_to(false)
    }

    fn bound_to(&self, wanted: bool) -> Vec<String> {
        let table = self.on_table();
        let chosen = self.bound.iter().filter(|(_, v)| (**v == Some(table)) == wanted);
        chosen.map(|(party, _)| party.clone()).collect()
    }

    /// Whether a signature with this intent can count at all as things stand.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn admits(&self, intent: Intent) -> Result<(), Refusal> {
        let is_signed = matches!(self.state, State::Signed | State::InForce);
        match (intent, &self.pending) {
            (Intent::Accept | Intent::Counter | Intent::Decline, _) if self.state == State::Open => Ok(()),
            (Intent::Accept | Intent::Decline, Some(_)) if is_signed => Ok(()),
            (Intent::Amend | Intent::Terminate, Some(pending)) if is_signed => Err(Refusal::Pending {
                version: pending.version,
            }),
            (Intent::Amend, None) if is_signed && self.has_notice() => Err(Refusal::Ending),
            (Intent::Amend | Intent::Terminate, None) if is_signed => Ok(()),
            _ => Err(Refusal::State(self.state)),
        }
    }

    /// The day from which a version binds all that did not before `before` moved here.
    #[must_use]
    pub fn binds_anew(&self, before: &Self) -> Option<CivilDate> {
        let is_new = before.version_on.is_none() || before.current != self.current;
        self.version_on.filter(|_| is_new)
    }

    /// Whether a version came on the table or took the place of another when `before` moved here.
    #[must_use]
    pub fn tables_anew(&self, before: &Self) -> bool {
        self.current != before.current || (self.pending.is_some() && before.pending.is_none())
    }

    /// The day told by a notice that was not there before `before` moved here.
    #[must_use]
    pub fn ends_anew(&self, before: &Self) -> Option<CivilDate> {
        let leaving = self.leaving.iter();
        let new = leaving.filter(|(party, notice)| before.leaving.get(*party) != Some(*notice));
        let ends = self.ends.as_ref().filter(|_| before.ends != self.ends);
        ends.or(new.map(|(_, notice)| notice).next())
            .map(|notice| notice.on)
    }

    fn has_notice(&self) -> bool {
        self.ends.is_some() || !self.leaving.is_empty()
    }

    /// The standing after an act.
    ///
    /// # Errors
    /// [`Refusal`]; nothing has changed then.
    pub fn apply(&self, act: &Act) -> Result<Self, Refusal> {
        match act {
            Act::Accept(signed) => self.accept(signed),
            Act::Counter(signed, term_from) => self.counter(signed, *term_from),
            Act::Decline(signed) => self.decline(signed),
            Act::Amend(signed, kind) => self.amend(signed, *kind, None),
            Act::Terminate {
                signed,
                ending,
                alone,
            } => self.terminate(signed, ending, *alone),
            _ => self.by_others(act),
        }
    }

    /// What the street and the calendar do.
    fn by_others(&self, act: &Act) -> Result<Self, Refusal> {
        let is_signed = matches!(self.state, State::Signed | State::InForce);
        match (self.state, act) {
            (State::Open, Act::Withdraw) => Ok(self.clone().with(State::Withdrawn)),
            (State::Open, Act::Lapse) => Ok(self.clone().with(State::Lapsed)),
            (_, Act::Lapse) if is_signed && self.pending.is_some() => Ok(self.clone().settled()),
            (State::Signed, Act::Begin) => Ok(self.clone().with(State::InForce)),
            (_, Act::Leave(party)) if is_signed && self.leaving.contains_key(party) => {
                let mut next = self.clone().settled();
                next.bound.remove(party);
                next.leaving.remove(party);
                Ok(next)
            }
            (State::InForce, Act::End { settled }) => {
                let state = if *settled {
                    State::Completed
                } else {
                    State::Expired
                };
                Ok(self.clone().settled().with(state))
            }
            (_, Act::Terminated) if is_signed && self.ends.is_some() => {
                Ok(self.clone().settled().with(State::Terminated))
            }
            (_, Act::File) if is_signed && self.filed == Some(self.current) => Err(Refusal::Filed),
            (_, Act::File) if is_signed => Ok(Self {
                filed: Some(self.current),
                ..self.clone()
            }),
            (state, _) => Err(Refusal::State(state)),
        }
    }

    fn accept(&self, signed: &Signed) -> Result<Self, Refusal> {
        self.admits(Intent::Accept)?;
        let table = self.on_table();
        self.is_on_table(signed.version)?;
        if self.known(&signed.party)? == Some(table) {
            return Err(Refusal::AlreadySigned);
        }
        let opened = self.pending.as_ref().map_or(self.opened_seq, |p| p.opened_seq);
        if signed.prior_n < opened || signed.prior_n > self.head_seq {
            return Err(Refusal::Prior { head: self.head_seq });
        }
        let mut next = self.signed_by(signed);
        next.bound.insert(signed.party.clone(), Some(table));
        if !next.missing().is_empty() {
            return Ok(next);
        }
        let Some(pending) = next.pending.take() else {
            let from = self.term_from.max(signed.on);
            next.in_force_on = Some(from);
            next.version_on = Some(from);
            next.state = if self.term_from <= signed.on {
                State::InForce
            } else {
                State::Signed
            };
            return Ok(next);
        };
        if let Some(ending) = &pending.ending {
            next.announce(pending.version, ending);
        } else {
            next.current = pending.version;
            next.opened_seq = pending.opened_seq;
            next.version_on = Some(self.term_from.max(signed.on));
        }
        Ok(next.settled())
    }

    /// Looks at what the signer had seen first: of two counter-offers the second learns of the first so.
    fn counter(&self, signed: &Signed, term_from: CivilDate) -> Result<Self, Refusal> {
        self.admits(Intent::Counter)?;
        self.known(&signed.party)?;
        self.has_seen_all(signed)?;
        self.is_next(signed.version)?;
        let mut next = self.signed_by(signed);
        next.current = signed.version;
        next.last = signed.version;
        next.term_from = term_from;
        next.opened_seq = next.head_seq;
        next.bound.insert(signed.party.clone(), Some(signed.version));
        Ok(next)
    }

    fn decline(&self, signed: &Signed) -> Result<Self, Refusal> {
        self.admits(Intent::Decline)?;
        self.is_on_table(signed.version)?;
        self.known(&signed.party)?;
        self.has_seen_all(signed)?;
        let next = self.signed_by(signed);
        Ok(if self.pending.is_some() {
            next.settled()
        } else {
            next.with(State::Declined)
        })
    }

    fn amend(&self, signed: &Signed, kind: VersionKind, ending: Option<Ending>) -> Result<Self, Refusal> {
        self.admits(if ending.is_some() {
            Intent::Terminate
        } else {
            Intent::Amend
        })?;
        self.known(&signed.party)?;
        self.has_seen_all(signed)?;
        self.is_next(signed.version)?;
        let mut next = self.signed_by(signed);
        next.last = signed.version;
        next.pending = Some(Pending {
            version: signed.version,
            kind,
            opened_seq: next.head_seq,
            ending,
        });
        next.bound.insert(signed.party.clone(), Some(signed.version));
        Ok(next)
    }

    fn terminate(&self, signed: &Signed, ending: &Ending, alone: bool) -> Result<Self, Refusal> {
        let told = match &ending.leaving {
            Some(party) => self.leaving.get(party),
            None => self.ends.as_ref(),
        };
        if told.is_some_and(|notice| notice.on <= ending.effective_on) {
            self.admits(Intent::Terminate)?;
            return Err(Refusal::Ending);
        }
        let mut next = self.amend(signed, VersionKind::Termination, Some(ending.clone()))?;
        if let Some(party) = &ending.leaving {
            self.known(party)?;
        }
        if alone {
            next.announce(signed.version, ending);
            next = next.settled();
        }
        Ok(next)
    }

    /// An end that binds from now on.
    fn announce(&mut self, version: u32, ending: &Ending) {
        let notice = Notice {
            version,
            on: ending.effective_on,
        };
        match &ending.leaving {
            Some(party) => drop(self.leaving.insert(party.clone(), notice)),
            None => self.ends = Some(notice),
        }
    }

    /// With nothing on the table but the version in force.
    fn settled(mut self) -> Self {
        self.pending = None;
        for version in self.bound.values_mut() {
            *version = Some(self.current);
        }
        self
    }

    fn is_on_table(&self, version: u32) -> Result<(), Refusal> {
        let current = self.on_table();
        if version == current {
            Ok(())
        } else {
            Err(Refusal::Superseded { current })
        }
    }

    fn is_next(&self, version: u32) -> Result<(), Refusal> {
        if version == self.last + 1 {
            Ok(())
        } else {
            Err(Refusal::Superseded { current: self.last })
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
