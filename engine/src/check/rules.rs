//! One pass over a plan: what its services use of every row, and what they are worth.

use super::{ONE, rows::Table, service};
use crate::certificate::Decision;
use crate::model::{Instance, PartyKind};
use crate::plan::Resolved;

/// Fills the table and gives the plan's value, µ, rounded down.
pub(super) fn walk(instance: &Instance, plan: &Resolved, table: &mut Table) -> i64 {
    let (policy, party) = (instance.policy(), |p: u32| &instance.parties[p as usize]);
    for (k, made) in (0_u32..).zip(&plan.agreements) {
        let units = made.members.iter().filter(|m| party(**m).is_unit()).count();
        if let [a, b] = made.members[..] {
            table.add(("agreement", a, b), 1, 1);
        }
        table.add(("pair", k, 0), made.members.len() != 2 || units != 1, 0);
        table.add(service::VALUE, -upkeep(instance, &made.members), i64::MAX);
        for m in &made.members {
            table.add(("load", *m, 0), 1, party(*m).room);
            table.add(("two_way", k, *m), 1, 0);
        }
        for &(o, n, amount) in &made.services {
            let (least, most) = service::range(instance, o, n);
            let (amount, least, most) = (i128::from(amount), i128::from(least), i128::from(most));
            let (offer, need) = (&instance.offers[o as usize], &instance.needs[n as usize]);
            let both = [offer.party, need.party];
            let inside = both.iter().all(|m| made.members.contains(m));
            table.add(("service", o, n), amount, i64::MAX);
            table.add(("amount", o, n), (least - amount).max(amount - most), 0);
            table.add(("belongs", o, n), !inside, 0);
            table.add(("two_way", k, both[0]), -1, 0);
            for (test, holds) in service::tests(instance, o, n) {
                table.add((test, o, n), !holds, 0);
            }
            for (row, each, once, limit) in service::uses(instance, o, n) {
                table.add(row, each * amount + once, limit);
            }
        }
    }
    for (i, pin) in (0_u32..).zip(&instance.pins) {
        let (row, least) = Decision::from(pin).row();
        table.add(("pins", i, 0), i128::from(least) - table.used(row), 0);
    }
    for &u in &plan.bases {
        let areas: i128 = (0..6).map(|a| table.used(("base_area", u, a)).max(-1)).sum();
        table.add(("base", u, 0), !party(u).is_unit(), 0);
        table.add(("base_breadth", u, 0), areas, -policy.base_breadth);
        table.add(("base_depth", u, 0), 0, -policy.base_depth);
        let street = party(u).street.unwrap_or(u32::MAX);
        table.add(("base_quota", street, 0), 1, policy.base_quota);
        table.add(service::VALUE, policy.base_bonus_micro, i64::MAX);
    }
    let mut value = table.used(service::VALUE) * ONE;
    for (p, party) in (0_u32..).zip(&instance.parties) {
        let off = (i128::from(party.carry) - table.used(("reciprocity", p, 0))).abs();
        value -= (off - i128::from(party.tolerance)).max(0) * i128::from(policy.reciprocity_ppm);
        if party.kind == PartyKind::Community {
            let mut rest = -table.used(("fairness", p, 0));
            for step in &policy.fairness {
                let length = step.length_micro_per_household.map(i128::from);
                let filled = length.map_or(rest, |l| rest.min(l * i128::from(party.households)));
                value += filled * i128::from(step.bonus_ppm);
                rest -= filled;
            }
            let open: i128 = (0..6).map(|a| 1 + table.used(("coverage", p, a)).max(-1)).sum();
            value -= i128::from(policy.coverage_micro) * open * ONE;
        }
    }
    i64::try_from(value.div_euclid(ONE)).unwrap_or(i64::MIN)
}

/// What an agreement costs, less the bonus if the previous plan had it, µ.
pub(super) fn upkeep(instance: &Instance, members: &Vec<u32>) -> i128 {
    let (policy, kept) = (instance.policy(), instance.previous_agreements.contains(members));
    i128::from(policy.fixed_micro) - i128::from(policy.stability_agreement_micro) * i128::from(kept)
}
