//! A change that is tried: by ids of the plan's instance, as it is kept, as the engine is told of it.

use gongjian_engine::model::{Document, Mode, NeedRow, OfferRow, PartyRow, Reach};
use gongjian_engine::what_if::{self, List, Rule};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::lists::domain::Window;

/// One change. Numbers are what would be, not what is added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(in crate::matching) enum Change {
    /// An offer is gone.
    OfferGone { offer: String },
    /// There is so much of an offer.
    OfferAmount { offer: String, quantity: i64 },
    /// An offer has these hours; none = any time.
    OfferHours { offer: String, windows: Vec<Window> },
    /// An offer comes in lots of so much.
    OfferLot { offer: String, quantity: i64 },
    /// An offer also reaches this community; everyone without one.
    OfferReach {
        offer: String,
        community: Option<String>,
    },
    /// An offer is for everyone, in either mode.
    OfferForAll { offer: String },
    /// A party offers so much of what a need asks for, at the times wanted.
    NewOffer {
        party: String,
        need: String,
        quantity: i64,
    },
    /// A need is gone.
    NeedGone { need: String },
    /// A need is content with so much at a time.
    NeedLot { need: String, quantity: i64 },
    /// A need takes the hours and days of an offer.
    NeedHours { need: String, offer: String },
    /// A party may look after so many agreements.
    Agreements { party: String, count: i64 },
    /// Imbalance of a party costs nothing up to so much.
    Tolerance { party: String, micro: i64 },
    /// A fund has so much.
    Budget { fund: String, fen: i64 },
    /// Each street may have so many bases.
    Bases { count: i64 },
    /// A rule is off.
    RuleOff { rule: Rule },
}

/// The id of an offer that is only tried.
pub(in crate::matching) fn new_offer_id(party: &str, need: &str) -> String {
    format!("new.{party}.{need}")
}

/// Party and need of such an id.
pub(in crate::matching) fn parts_of_new(id: &str) -> Option<(&str, &str)> {
    id.strip_prefix("new.")?.split_once('.')
}

pub(in crate::matching) fn offer_of<'a>(lists: &'a Document, id: &str) -> Option<&'a OfferRow> {
    lists.offers.iter().find(|row| row.id == id)
}

pub(in crate::matching) fn need_of<'a>(lists: &'a Document, id: &str) -> Option<&'a NeedRow> {
    lists.needs.iter().find(|row| row.id == id)
}

pub(in crate::matching) fn party_of<'a>(lists: &'a Document, id: &str) -> Option<&'a PartyRow> {
    lists.parties.iter().find(|row| row.id == id)
}

/// Hours as the engine is told of them.
fn minutes(windows: &[Window]) -> Value {
    let mut minutes: Vec<(u16, u16)> = windows.iter().flat_map(Window::minutes).collect();
    minutes.sort_unstable();
    minutes
        .iter()
        .map(|(from, to)| json!({"from_min": from, "to_min": to}))
        .collect()
}

fn alter(list: List, id: &str, set: Value) -> what_if::Change {
    what_if::Change::Alter {
        list,
        id: id.to_owned(),
        set: members(set),
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

impl Change {
    /// As the engine is told of it; none if the lists do not hold what it names.
    pub(in crate::matching) fn engine(&self, lists: &Document) -> Option<what_if::Change> {
        let gone = |list, id: &str| what_if::Change::Remove {
            list,
            id: id.to_owned(),
        };
        Some(match self {
            Self::OfferGone { offer } => gone(List::Offers, &offer_of(lists, offer)?.id),
            Self::NeedGone { need } => gone(List::Needs, &need_of(lists, need)?.id),
            Self::OfferAmount { .. }
            | Self::OfferHours { .. }
            | Self::OfferLot { .. }
            | Self::OfferReach { .. }
            | Self::OfferForAll { .. }
            | Self::NewOffer { .. } => return self.of_offer(lists),
            Self::NeedLot { need, quantity } => {
                alter(List::Needs, need, json!({"smallest_useful": quantity}))
            }
            Self::NeedHours { need, offer } => {
                let offer = offer_of(lists, offer)?;
                let set = json!({"windows": offer.windows, "days": offer.days});
                alter(List::Needs, need, set)
            }
            Self::Agreements { party, count } => {
                alter(List::Parties, party, json!({"max_agreements": count}))
            }
            Self::Tolerance { party, micro } => {
                alter(List::Parties, party, json!({"tolerance_micro": micro}))
            }
            Self::Budget { fund, fen } => alter(List::Funds, fund, json!({"budget_fen": fen})),
            Self::Bases { count } => what_if::Change::Rules {
                set: members(json!({"base_quota": count})),
            },
            Self::RuleOff { rule } => what_if::Change::Without { rule: *rule },
        })
    }

    fn of_offer(&self, lists: &Document) -> Option<what_if::Change> {
        let (offer, set) = match self {
            Self::OfferAmount { offer, quantity } => {
                let lot = offer_of(lists, offer)?.smallest_lot.min(*quantity);
                (offer, json!({"quantity": quantity, "smallest_lot": lot}))
            }
            Self::OfferHours { offer, windows } => (offer, json!({"windows": minutes(windows)})),
            Self::OfferLot { offer, quantity } => (offer, json!({"smallest_lot": quantity})),
            Self::OfferReach { offer, community } => {
                let reach = match (&offer_of(lists, offer)?.reach, community) {
                    (Reach::Communities(known), Some(community)) => {
                        let mut known = known.clone();
                        known.push(community.clone());
                        known.sort();
                        known.dedup();
                        Reach::Communities(known)
                    }
                    _ => Reach::District,
                };
                (offer, json!({"reach": reach}))
            }
            Self::OfferForAll { offer } => (
                offer,
                json!({"audience": 0, "modes": [Mode::Base, Mode::Project]}),
            ),
            Self::NewOffer {
                party,
                need,
                quantity,
            } => {
                let need = need_of(lists, need)?;
                return Some(what_if::Change::Add {
                    list: List::Offers,
                    row: members(json!({
                        "id": new_offer_id(party, &need.id),
                        "party": party,
                        "type": need.service_type,
                        "quantity": quantity,
                        "reach": Reach::District,
                        "windows": need.windows,
                        "days": need.days,
                    })),
                });
            }
            _ => return None,
        };
        Some(alter(List::Offers, offer, set))
    }
}
