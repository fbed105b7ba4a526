//! One pass over a plan: what its services use of every row, and what they are worth.

use std::collections::BTreeMap;

use super::circle::Circle;
use super::{ONE, service};
use crate::certificate::{Used, rule};
use crate::model::{Instance, PartyKind, Pin};
use crate::plan::Resolved;

/// What is used, and the plan's value, µ, rounded down.
pub(super) fn walk(
    instance: &Instance,
    plan: &Resolved,
    circles: &BTreeMap<Vec<u32>, Circle>,
) -> (Used, i64) {
    let mut used = Used::nothing(instance);
    let (policy, party) = (instance.policy(), |p: u32| &instance.parties[p as usize]);
    for (k, made) in (0_u32..).zip(&plan.agreements) {
        let units = made.members.iter().filter(|m| party(**m).is_unit()).count();
        let circle = circles.get(&made.members);
        let pair = made.members.len() == 2 && units == 1;
        used.add(("pair", k, 0), !pair && circle.is_none(), 0);
        used.rows[rule::VALUE][0] -= upkeep(instance, &made.members);
        for m in &made.members {
            used.rows[rule::LOAD][*m as usize] += 1;
            used.add(("two_way", k, *m), 1, 0);
        }
        for &(o, n, amount) in &made.services {
            let ((least, most), amount) = (service::range(instance, o, n), i128::from(amount));
            let from = instance.offers[o as usize].party;
            let both = [from, instance.needs[n as usize].party];
            let inside = both.iter().all(|m| made.members.contains(m))
                && circle.is_none_or(|circle| circle.contains(&(o, n)));
            let tests = service::tests(instance, o, n, circle.is_some())
                .map(|(test, holds)| (test, i128::from(!holds)));
            let (outside, off) = (i128::from(!inside), (least - amount).max(amount - most));
            let all = tests.into_iter().chain([("amount", off), ("belongs", outside)]);
            for (rule, over) in all.filter(|(_, over)| *over > 0) {
                used.add((rule, o, n), over, 0);
            }
            used.add(("two_way", k, from), -1, 0);
            for (rule, place, each, once) in service::uses(instance, o, n) {
                used.rows[rule][place as usize] += each * amount + once;
            }
        }
    }
    for (i, pin) in (0_u32..).zip(&instance.pins) {
        let lacks = match pin {
            Pin::Agreement(all) => i64::from(!plan.agreements.iter().any(|made| made.members == *all)),
            Pin::Service {
                offer,
                need,
                quantity,
            } => {
                let made = plan.agreements.iter().flat_map(|made| &made.services);
                let same = made.filter(|s| (s.0, s.1) == (*offer, *need));
                quantity - same.map(|s| s.2).sum::<i64>()
            }
        };
        used.add(("pins", i, 0), lacks, 0);
    }
    for &u in &plan.bases {
        used.add(("base", u, 0), !party(u).is_unit(), 0);
        let (broad, deep) = (
            used.areas(rule::BASE_AREA, u),
            used.rows[rule::BASE_DEPTH][u as usize],
        );
        used.add(("base_breadth", u, 0), broad, -policy.base_breadth);
        used.add(("base_depth", u, 0), deep, -policy.base_depth);
        let street = party(u).street.unwrap_or(u32::MAX);
        used.add(("base_quota", street, 0), 1, policy.base_quota);
        used.rows[rule::VALUE][0] += i128::from(policy.base_bonus_micro);
    }
    let mut value = used.rows[rule::VALUE][0] * ONE;
    for (p, party) in (0_u32..).zip(&instance.parties) {
        let off = (i128::from(party.carry) - used.rows[rule::RECIPROCITY][p as usize]).abs();
        value -= (off - i128::from(party.tolerance)).max(0) * i128::from(policy.reciprocity_ppm);
        if party.kind == PartyKind::Community {
            let mut rest = -used.rows[rule::FAIRNESS][p as usize];
            for step in &policy.fairness {
                let length = step.length_micro_per_household.map(i128::from);
                let filled = length.map_or(rest, |l| rest.min(l * i128::from(party.households)));
                (value, rest) = (value + filled * i128::from(step.bonus_ppm), rest - filled);
            }
            let open = 6 + used.areas(rule::COVERAGE, p);
            value -= i128::from(policy.coverage_micro) * open * ONE;
        }
    }
    (used, i64::try_from(value.div_euclid(ONE)).unwrap_or(i64::MIN))
}

/// What an agreement costs, less the bonus if the previous plan had it, µ.
pub(super) fn upkeep(instance: &Instance, members: &[u32]) -> i128 {
    let (policy, before) = (instance.policy(), &instance.previous_agreements);
    let kept = before.binary_search_by(|other| other[..].cmp(members)).is_ok();
    i128::from(policy.fixed_micro) - i128::from(policy.stability_agreement_micro) * i128::from(kept)
}
