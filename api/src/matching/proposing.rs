//! A plan's agreements in the parties' words: what the meeting reads and the agreement is drafted from.

use std::collections::BTreeMap;

use gongjian_engine::model::Mode;
use gongjian_engine::plan::Document;

use super::domain::{ProposalBody, ProposalParty, ProposedService};
use super::error::MatchingError;
use super::snapshot::Lists;
use super::times;
use crate::lists::domain::EntryView;

/// Characters of a title at most; an agreement's title is bounded by 120.
const TITLE_CHARS: usize = 60;

/// The proposals of a plan made from these lists, in the plan's order, still without the plan's id.
pub(super) fn bodies(lists: &Lists, plan: &Document) -> Result<Vec<ProposalBody>, MatchingError> {
    let by_id = |rows: &'_ [EntryView]| -> BTreeMap<String, EntryView> {
        rows.iter()
            .map(|entry| (entry.id.to_string(), entry.clone()))
            .collect()
    };
    let parties: BTreeMap<String, _> = lists.parties.iter().map(|p| (p.id.to_string(), p)).collect();
    let (offers, needs) = (by_id(&lists.offers), by_id(&lists.needs));
    let unknown = || MatchingError::Broken("the plan names what the lists do not hold".to_owned());
    let mut bodies = Vec::with_capacity(plan.agreements.len());
    for agreement in &plan.agreements {
        let mut members = Vec::with_capacity(agreement.members.len());
        for id in &agreement.members {
            members.push(*parties.get(id).ok_or_else(unknown)?);
        }
        members.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let mut services = Vec::with_capacity(agreement.services.len());
        for service in &agreement.services {
            let (offer, need) = offers
                .get(&service.offer)
                .zip(needs.get(&service.need))
                .ok_or_else(unknown)?;
            services.push(proposed(offer, need, service.quantity));
        }
        let names: Vec<&str> = members.iter().map(|p| p.name.as_str()).collect();
        let base = agreement.mode == Mode::Base;
        bodies.push(ProposalBody {
            title: title(&names),
            mode: if base { "base" } else { "project" }.to_owned(),
            parties: members
                .iter()
                .map(|party| ProposalParty {
                    party: party.id.uuid(),
                    name: party.name.clone(),
                    side: party.kind.code().to_owned(),
                })
                .collect(),
            services,
            plan: uuid::Uuid::nil(),
        });
    }
    Ok(bodies)
}

/// 靖和社区与珲春市第二小学共建项目；靖和社区、珲春市第二小学、珲春市医院三方共建项目
fn title(names: &[&str]) -> String {
    let short: Vec<&str> = names.iter().map(|name| short(name)).collect();
    let title = match short[..] {
        [_, _, _] => format!("{}三方共建项目", short.join("、")),
        _ => format!("{}共建项目", short.join("与")),
    };
    title.chars().take(TITLE_CHARS).collect()
}

/// 靖和街道靖和社区居民委员会 → 靖和社区
pub(super) fn short(name: &str) -> &str {
    let Some(community) = name.strip_suffix("居民委员会") else {
        return name;
    };
    community.split_once("街道").map_or(community, |(_, rest)| rest)
}

fn proposed(offer: &EntryView, need: &EntryView, quantity: i64) -> ProposedService {
    let place = if offer.place.is_empty() {
        &need.place
    } else {
        &offer.place
    };
    ProposedService {
        from: offer.party.uuid(),
        to: need.party.uuid(),
        offer: offer.id.uuid(),
        need: need.id.uuid(),
        service_type: offer.type_code.clone(),
        area: offer.area.clone(),
        measure: offer.measure.id().to_owned(),
        what: offer.title.clone(),
        quantity,
        place: place.clone(),
        times: times::common(&offer.windows, &need.windows),
        from_day: offer.from.max(need.from),
        until_day: offer.until.min(need.until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communities_go_by_their_short_name_and_units_by_their_own() {
        let names = ["靖和街道靖和社区居民委员会", "珲春市靖和街道中心小学"];
        assert_eq!(title(&names), "靖和社区与珲春市靖和街道中心小学共建项目");
        let three = [names[0], names[1], "珲春市人民医院"];
        assert_eq!(
            title(&three),
            "靖和社区、珲春市靖和街道中心小学、珲春市人民医院三方共建项目"
        );
    }
}
