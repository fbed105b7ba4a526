//! The plan's services by index, and every rule on them.

use std::collections::{BTreeMap, BTreeSet};

use super::fits;
use crate::model::{AREAS, Instance, Pin};
use crate::plan::Document;

/// One service of the plan.
pub(super) struct Taken {
    pub(super) agreement: usize,
    pub(super) offer: u32,
    pub(super) need: u32,
    pub(super) giver: u32,
    pub(super) receiver: u32,
    pub(super) quantity: i64,
}

/// The plan by index.
pub(super) struct Services {
    pub(super) agreements: Vec<Vec<u32>>,
    pub(super) taken: Vec<Taken>,
    pub(super) bases: Vec<u32>,
}

/// Resolves ids; what cannot be resolved is a violation.
pub(super) fn read(instance: &Instance, plan: &Document, violations: &mut Vec<String>) -> Services {
    let (parties, offers, needs) = (
        instance.party_index(),
        instance.offer_index(),
        instance.need_index(),
    );
    let mut services = Services {
        agreements: Vec::new(),
        taken: Vec::new(),
        bases: Vec::new(),
    };
    let (mut groups, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    for (k, agreement) in plan.agreements.iter().enumerate() {
        let mut members: Vec<u32> = agreement
            .members
            .iter()
            .filter_map(|id| parties.get(id.as_str()).copied())
            .collect();
        members.sort_unstable();
        if members.len() != agreement.members.len() || !groups.insert(members.clone()) {
            violations.push(format!(
                "agreement {k}: members {:?} unknown or twice",
                agreement.members
            ));
        }
        for s in &agreement.services {
            let found = offers
                .get(s.offer.as_str())
                .copied()
                .zip(needs.get(s.need.as_str()).copied());
            let Some((offer, need)) = found.filter(|pair| pairs.insert(*pair)) else {
                violations.push(format!(
                    "agreement {k}: service {} → {} unknown or twice",
                    s.offer, s.need
                ));
                continue;
            };
            let giver = instance.offers.get(offer as usize).map_or(0, |o| o.party);
            let receiver = instance.needs.get(need as usize).map_or(0, |n| n.party);
            services.taken.push(Taken {
                agreement: k,
                offer,
                need,
                giver,
                receiver,
                quantity: s.quantity,
            });
        }
        services.agreements.push(members);
    }
    for id in &plan.bases {
        match parties.get(id.as_str()) {
            Some(p) if !services.bases.contains(p) => services.bases.push(*p),
            _ => violations.push(format!("base {id}: unknown or twice")),
        }
    }
    services
}

/// Tests every rule.
pub(super) fn rules(instance: &Instance, services: &Services, violations: &mut Vec<String>) {
    let document = &instance.document;
    let mut say = |text: String| violations.push(text);
    let (mut offers, mut needs, mut funds) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for s in &services.taken {
        let (o, n) = (s.offer as usize, s.need as usize);
        let (Some(offer), Some(need)) = (instance.offers.get(o), instance.needs.get(n)) else {
            continue;
        };
        let name = format!("{} → {}", document.offers[o].id, document.needs[n].id);
        if let Some(test) = fits::fault(instance, s.offer, s.need) {
            say(format!("{test} service {name}: does not fit"));
        }
        let (least, most) = (offer.lot.max(need.useful), offer.room.min(need.room));
        if !(least..=most).contains(&s.quantity) {
            say(format!(
                "lot service {name}: {} is outside {least}–{most}",
                s.quantity
            ));
        }
        let members = services
            .agreements
            .get(s.agreement)
            .map_or(&[][..], Vec::as_slice);
        if !members.contains(&s.giver) || !members.contains(&s.receiver) {
            say(format!("belongs service {name}: giver or receiver is no member"));
        }
        *offers.entry(o).or_insert(0_i128) += i128::from(s.quantity);
        *needs.entry(n).or_insert(0_i128) += i128::from(s.quantity);
        if let Some((fen, fund)) = offer.cost {
            *funds.entry(fund as usize).or_insert(0_i128) += i128::from(fen) * i128::from(s.quantity);
        }
    }
    for (o, used) in offers
        .iter()
        .filter(|(o, used)| **used > i128::from(instance.offers[**o].room))
    {
        say(format!(
            "capacity offer {}: {used} > {}",
            document.offers[*o].id, instance.offers[*o].room
        ));
    }
    for (n, met) in needs
        .iter()
        .filter(|(n, met)| **met > i128::from(instance.needs[**n].room))
    {
        say(format!(
            "demand need {}: {met} > {}",
            document.needs[*n].id, instance.needs[*n].room
        ));
    }
    for (f, spent) in funds
        .iter()
        .filter(|(f, spent)| **spent > i128::from(instance.funds[**f].room))
    {
        say(format!(
            "budget fund {}: {spent} > {}",
            document.funds[*f].id, instance.funds[*f].room
        ));
    }
    for (k, members) in services.agreements.iter().enumerate() {
        for m in members {
            let own: Vec<&Taken> = services.taken.iter().filter(|s| s.agreement == k).collect();
            if !own.iter().any(|s| s.giver == *m) || !own.iter().any(|s| s.receiver == *m) {
                say(format!(
                    "two_way agreement {k}: {} does not both give and get",
                    document.parties[*m as usize].id
                ));
            }
        }
    }
    for (p, party) in instance.parties.iter().enumerate() {
        let count = services
            .agreements
            .iter()
            .filter(|m| m.iter().any(|q| *q as usize == p))
            .count();
        if i64::try_from(count).unwrap_or(i64::MAX) > party.room {
            say(format!(
                "load party {}: {count} > {}",
                document.parties[p].id, party.room
            ));
        }
    }
    for (i, pin) in instance.pins.iter().enumerate() {
        let kept = match pin {
            Pin::Agreement(members) => services.agreements.contains(members),
            Pin::Service {
                offer,
                need,
                quantity,
            } => services
                .taken
                .iter()
                .any(|s| s.offer == *offer && s.need == *need && s.quantity >= *quantity),
        };
        if !kept {
            say(format!("pins pin {i}: not kept"));
        }
    }
    bases(instance, services, &mut say);
}

fn bases(instance: &Instance, services: &Services, say: &mut impl FnMut(String)) {
    let policy = instance.policy();
    let mut streets = BTreeMap::new();
    for u in &services.bases {
        let counts = |s: &&Taken| {
            let (offer, need) = (
                instance.offers.get(s.offer as usize),
                instance.needs.get(s.need as usize),
            );
            s.giver == *u
                && offer.is_some_and(|o| o.base)
                && need.is_some_and(|n| n.mode != Some(crate::model::Mode::Project))
        };
        let own: Vec<&Taken> = services.taken.iter().filter(counts).collect();
        let area = |s: &&Taken| instance.types[instance.offers[s.offer as usize].service_type as usize].area;
        let areas: BTreeSet<u8> = own.iter().map(area).collect();
        let (breadth, depth) = (
            i64::try_from(areas.len()).unwrap_or(0),
            i64::try_from(own.len()).unwrap_or(0),
        );
        let unit = instance
            .parties
            .get(*u as usize)
            .is_some_and(crate::model::Party::is_unit);
        if !unit || breadth < policy.base_breadth || depth < policy.base_depth || areas.len() > AREAS {
            say(format!(
                "base party {}: {breadth} areas, {depth} services",
                instance.document.parties[*u as usize].id
            ));
        }
        *streets
            .entry(instance.parties.get(*u as usize).and_then(|p| p.street))
            .or_insert(0_i64) += 1;
    }
    for count in streets.values().filter(|count| **count > policy.base_quota) {
        say(format!("base quota: {count} > {}", policy.base_quota));
    }
}
