//! What a person may ask for: kinds of changes, read from a form and from an address. In an address a change is its kind,
//! the place of the row in the plan's instance, which never changes, and a value: `offer_amount.17.120`.

use gongjian_engine::model::{CommitmentTarget, FEN_MAX, QUANTITY_MAX};
use gongjian_engine::what_if::Rule;

use super::change::Change;
use super::help;
use super::subject::Subject;
use crate::kernel::limit;
use crate::kernel::problem::Fault;
use crate::lists::domain::{Window, fold};
use crate::lists::import::clean::window::{self, Said};

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::matching) enum Ask {
    OfferGone,
    OfferAmount,
    OfferHours,
    NeedGone,
    NeedLot,
    Agreements,
    Tolerance,
    Budget,
    RuleOff,
}

/// What a kind of change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::matching) enum About {
    /// One of a party's offers.
    Offer,
    /// One of a party's needs.
    Need,
    /// A party.
    Party,
    /// A fund.
    Fund,
    /// A rule.
    Rule,
}

impl Ask {
    /// Every kind, in the order in which they are offered.
    pub(in crate::matching) const ALL: [Self; 9] = [
        Self::OfferGone,
        Self::OfferAmount,
        Self::OfferHours,
        Self::NeedGone,
        Self::NeedLot,
        Self::Agreements,
        Self::Tolerance,
        Self::Budget,
        Self::RuleOff,
    ];

    /// Its name in addresses; words under `trial-ask-<code>`.
    pub(in crate::matching) fn code(self) -> &'static str {
        match self {
            Self::OfferGone => "offer_gone",
            Self::OfferAmount => "offer_amount",
            Self::OfferHours => "offer_hours",
            Self::NeedGone => "need_gone",
            Self::NeedLot => "need_lot",
            Self::Agreements => "agreements",
            Self::Tolerance => "tolerance",
            Self::Budget => "budget",
            Self::RuleOff => "rule_off",
        }
    }

    /// Reads a name.
    pub(in crate::matching) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.code() == code)
    }

    /// What it is about.
    pub(in crate::matching) fn about(self) -> About {
        match self {
            Self::OfferGone | Self::OfferAmount | Self::OfferHours => About::Offer,
            Self::NeedGone | Self::NeedLot => About::Need,
            Self::Agreements | Self::Tolerance => About::Party,
            Self::Budget => About::Fund,
            Self::RuleOff => About::Rule,
        }
    }

    /// Label and hint of its value; none if it has no value.
    pub(in crate::matching) fn value(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::OfferAmount => Some(("trial-value-amount", "trial-value-amount-hint")),
            Self::OfferHours => Some(("head-hours", "entry-hours-hint")),
            Self::NeedLot => Some(("entry-smallest-need", "")),
            Self::Agreements => Some(("trial-value-agreements", "")),
            Self::Tolerance => Some(("trial-value-tolerance", "trial-value-tolerance-hint")),
            Self::Budget => Some(("trial-value-budget", "")),
            Self::OfferGone | Self::NeedGone | Self::RuleOff => None,
        }
    }

    /// The change, as it is asked for in an address.
    pub(in crate::matching) fn item(self, which: &str, value: &str) -> String {
        match self.value() {
            Some(_) => format!("{}.{which}.{}", self.code(), value.trim()),
            None => format!("{}.{which}", self.code()),
        }
    }

    /// The change asked for, or every fault of the fields `which` and `value`.
    ///
    /// # Errors
    /// The faults.
    pub(in crate::matching) fn change(
        self,
        subject: &Subject,
        which: &str,
        value: &str,
    ) -> Result<Change, Vec<Fault>> {
        let lists = &subject.lists;
        let missing = || vec![Fault::field("which", "choose")];
        let place: Option<usize> = which.parse().ok();
        let offer = || place.and_then(|p| lists.offers.get(p)).ok_or_else(missing);
        let need = || place.and_then(|p| lists.needs.get(p)).ok_or_else(missing);
        let party = || place.and_then(|p| lists.parties.get(p)).ok_or_else(missing);
        let used = |target, id: &str| committed(subject, target, id);
        Ok(match self {
            Self::OfferGone => Change::OfferGone {
                offer: offer()?.id.clone(),
            },
            Self::OfferAmount => {
                let row = offer()?;
                let least = used(CommitmentTarget::Offer, &row.id).max(1);
                Change::OfferAmount {
                    offer: row.id.clone(),
                    quantity: whole(value, least, QUANTITY_MAX)?,
                }
            }
            Self::OfferHours => Change::OfferHours {
                offer: offer()?.id.clone(),
                windows: hours(value)?,
            },
            Self::NeedGone => Change::NeedGone {
                need: need()?.id.clone(),
            },
            Self::NeedLot => {
                let row = need()?;
                Change::NeedLot {
                    need: row.id.clone(),
                    quantity: whole(value, 1, row.quantity)?,
                }
            }
            Self::Agreements => {
                let row = party()?;
                let least = used(CommitmentTarget::Party, &row.id);
                Change::Agreements {
                    party: row.id.clone(),
                    count: whole(value, least, limit::TRIAL_AGREEMENTS)?,
                }
            }
            Self::Tolerance => Change::Tolerance {
                party: party()?.id.clone(),
                micro: whole(value, 0, limit::TRIAL_POINTS)? * 1_000_000,
            },
            Self::Budget => {
                let row = place.and_then(|p| lists.funds.get(p)).ok_or_else(missing)?;
                let least = used(CommitmentTarget::Fund, &row.id).saturating_add(99) / 100;
                Change::Budget {
                    fund: row.id.clone(),
                    fen: whole(value, least, FEN_MAX / 100)? * 100,
                }
            }
            Self::RuleOff => {
                let on = Rule::ALL.into_iter().filter(|rule| rule.is_on(lists));
                let rule = on.into_iter().find(|rule| rule.name() == which);
                Change::RuleOff {
                    rule: rule.ok_or_else(missing)?,
                }
            }
        })
    }
}

/// The changes an item of an address asks for; none if it cannot be read. `help.12` is what would help the need at
/// place 12.
pub(in crate::matching) fn read(item: &str, subject: &Subject) -> Option<Vec<Change>> {
    let mut parts = item.splitn(3, '.');
    let (code, which) = (parts.next()?, parts.next()?);
    let value = parts.next().unwrap_or_default();
    if code == "help" {
        let need = subject.lists.needs.get(which.parse::<usize>().ok()?)?;
        let kept = subject.reasons.iter().find(|kept| kept.need == need.id)?;
        return help::of(kept, &subject.lists);
    }
    let change = Ask::from_code(code)?.change(subject, which, value).ok()?;
    Some(vec![change])
}

/// What running agreements take from a row: it cannot become less.
fn committed(subject: &Subject, target: CommitmentTarget, id: &str) -> i64 {
    let rows = subject.lists.commitments.iter();
    rows.filter(|row| row.target == target && row.id == id)
        .map(|row| row.amount)
        .sum()
}

fn whole(raw: &str, least: i64, most: i64) -> Result<i64, Vec<Fault>> {
    let text = fold(raw).replace(',', "");
    let fault = match text.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => return Ok(number),
        Ok(_) => Fault::field("value", "out-of-range")
            .value(raw)
            .arg("min", least.to_string())
            .arg("max", most.to_string()),
        Err(_) if text.is_empty() => Fault::field("value", "required"),
        Err(_) => Fault::field("value", "not-a-number").value(raw),
    };
    Err(vec![fault])
}

/// Hours as people write them; blank = any time.
fn hours(raw: &str) -> Result<Vec<Window>, Vec<Fault>> {
    if fold(raw).is_empty() {
        return Ok(Vec::new());
    }
    match window::read(raw) {
        Said::Any => Ok(Vec::new()),
        Said::Windows { windows, .. } => Ok(windows),
        _ => Err(vec![Fault::field("value", "hours").value(raw)]),
    }
}
