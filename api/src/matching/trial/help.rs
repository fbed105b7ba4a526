//! The change a reason offers, as one that can be tried.

use gongjian_engine::model::Document;

use super::change::{Change, need_of, offer_of, party_of};
use crate::matching::reason_words::Kept;

/// The changes that would help this need; none if what would help cannot be tried on the lists: asking somebody,
/// searching longer, or waiving the upkeep of a single agreement.
pub(in crate::matching) fn of(kept: &Kept, lists: &Document) -> Option<Vec<Change>> {
    let need = need_of(lists, &kept.need)?;
    let several = kept.change["changes"].as_array();
    let parts = several.map_or_else(|| vec![&kept.change], |parts| parts.iter().collect());
    let mut changes = Vec::new();
    for part in parts {
        let text = |name: &str| part[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| part[name].as_i64().unwrap_or(0);
        let (offer, quantity) = (text("offer"), number("quantity"));
        match part["kind"].as_str()? {
            "new_offer" => changes.push(Change::NewOffer {
                party: text("party"),
                need: need.id.clone(),
                quantity,
            }),
            "return_service" => changes.push(Change::NewOffer {
                party: need.party.clone(),
                need: need_of(lists, &text("need"))?.id.clone(),
                quantity,
            }),
            "widen_reach" => changes.push(Change::OfferReach {
                offer,
                community: part["community"].as_str().map(str::to_owned),
            }),
            "other_times" => changes.push(Change::NeedHours {
                need: need.id.clone(),
                offer,
            }),
            "other_audience" => changes.push(Change::OfferForAll { offer }),
            "smaller_lot" => {
                changes.push(Change::NeedLot {
                    need: need.id.clone(),
                    quantity: quantity.min(need.smallest_useful),
                });
                changes.push(Change::OfferLot { offer, quantity });
            }
            "more_of_offer" => changes.push(Change::OfferAmount {
                quantity: offer_of(lists, &offer)?.quantity.checked_add(quantity)?,
                offer,
            }),
            "one_more_agreement" => {
                let party = party_of(lists, &text("party"))?;
                changes.push(Change::Agreements {
                    party: party.id.clone(),
                    count: party.max_agreements.checked_add(1)?,
                });
            }
            "more_tolerance" => {
                let party = party_of(lists, &text("party"))?;
                changes.push(Change::Tolerance {
                    party: party.id.clone(),
                    micro: party.tolerance_micro.checked_add(number("micro"))?,
                });
            }
            "more_money" => {
                let fund = lists.funds.iter().find(|fund| fund.id == text("fund"))?;
                changes.push(Change::Budget {
                    fund: fund.id.clone(),
                    fen: fund.budget_fen.checked_add(number("fen"))?,
                });
            }
            "one_more_base" => changes.push(Change::Bases {
                count: lists.policy.base_quota.checked_add(1)?,
            }),
            _ => return None,
        }
    }
    Some(changes)
}
