//! A plan's value from the definition.

use std::collections::BTreeSet;

use super::services::Services;
use crate::model::{Instance, PartyKind};

/// Worth of one unit of an offer to a need, µ.
pub(super) fn unit(instance: &Instance, offer: u32, need: u32) -> i128 {
    let service_type = instance
        .offers
        .get(offer as usize)
        .and_then(|o| instance.types.get(o.service_type as usize));
    let priority = instance.needs.get(need as usize).map_or(1, |n| n.priority);
    let factor = instance
        .policy()
        .priority_ppm
        .get(usize::from(priority) - 1)
        .copied()
        .unwrap_or(0);
    (i128::from(service_type.map_or(0, |t| t.worth)) * i128::from(factor)).div_euclid(1_000_000)
}

/// The value, µ, rounded down.
pub(super) fn micro(instance: &Instance, services: &Services) -> i64 {
    let policy = instance.policy();
    let one = 1_000_000_i128;
    let flow = |chosen: &dyn Fn(&super::services::Taken) -> bool| -> i128 {
        let of = services.taken.iter().filter(|s| chosen(s));
        of.map(|s| unit(instance, s.offer, s.need) * i128::from(s.quantity))
            .sum()
    };
    let count = |n: usize| i128::try_from(n).unwrap_or(0);
    let mut value = flow(&|_| true) * one;
    value -= i128::from(policy.fixed_micro) * one * count(services.agreements.len());
    value += i128::from(policy.base_bonus_micro) * one * count(services.bases.len());
    let again = services
        .agreements
        .iter()
        .filter(|m| instance.previous_agreements.contains(m))
        .count();
    value += i128::from(policy.stability_agreement_micro) * one * count(again);
    let again = services
        .taken
        .iter()
        .filter(|s| instance.previous_services.contains(&(s.offer, s.need)))
        .count();
    value += i128::from(policy.stability_service_micro) * one * count(again);
    for (p, party) in (0_u32..).zip(&instance.parties) {
        let (given, received) = (flow(&|s| s.giver == p), flow(&|s| s.receiver == p));
        let off = (i128::from(party.carry) + given - received).abs() - i128::from(party.tolerance);
        value -= off.max(0) * i128::from(policy.reciprocity_ppm);
        if party.kind != PartyKind::Community {
            continue;
        }
        let mut rest = received;
        for step in &policy.fairness {
            let room = step
                .length_micro_per_household
                .map_or(rest, |l| i128::from(l) * i128::from(party.households));
            value += rest.min(room) * i128::from(step.bonus_ppm);
            rest -= rest.min(room);
        }
        let own = services.taken.iter().filter(|s| s.receiver == p);
        let areas: BTreeSet<u8> = own
            .map(|s| instance.types[instance.offers[s.offer as usize].service_type as usize].area)
            .collect();
        value -= i128::from(policy.coverage_micro) * one * count(6 - areas.len());
    }
    i64::try_from(value.div_euclid(one)).unwrap_or(i64::MIN)
}
