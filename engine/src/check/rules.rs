//! One pass over a plan: what its services use of every row, and what they are worth.

use std::collections::BTreeMap;

use super::rows::{self, Table};
use super::{ONE, service};
use crate::certificate::{Decision, rule};
use crate::model::{AREAS, Instance, PartyKind};
use crate::plan::Resolved;

/// The table filled, and the plan's value, µ, rounded down.
pub(super) fn walk(instance: &Instance, plan: &Resolved) -> (Table, i64) {
    let (limits, others) = (rows::limits(instance), BTreeMap::new());
    let used = limits.iter().map(|list| vec![0; list.len()]).collect();
    let mut table = Table { used, limits, others };
    let (policy, party) = (instance.policy(), |p: u32| &instance.parties[p as usize]);
    for (k, made) in (0_u32..).zip(&plan.agreements) {
        let units = made.members.iter().filter(|m| party(**m).is_unit()).count();
        if let [a, b] = made.members[..] {
            table.add(("agreement", a, b), 1, 1);
        }
        table.add(("pair", k, 0), made.members.len() != 2 || units != 1, 0);
        table.used[rule::VALUE][0] -= upkeep(instance, &made.members);
        for m in &made.members {
            table.used[rule::LOAD][*m as usize] += 1;
            table.add(("two_way", k, *m), 1, 0);
        }
        for &(o, n, amount) in &made.services {
            let (least, most) = service::range(instance, o, n);
            let (amount, least, most) = (i128::from(amount), i128::from(least), i128::from(most));
            let (from, to) = (
                instance.offers[o as usize].party,
                instance.needs[n as usize].party,
            );
            let inside = [from, to].iter().all(|m| made.members.contains(m));
            let tests = service::tests(instance, o, n).map(|(test, holds)| (test, i128::from(!holds)));
            let (outside, off) = (i128::from(!inside), (least - amount).max(amount - most));
            let all = tests.into_iter().chain([("amount", off), ("belongs", outside)]);
            for (rule, over) in all.filter(|(_, over)| *over > 0) {
                table.add((rule, o, n), over, 0);
            }
            table.add(("two_way", k, from), -1, 0);
            if !instance.pins.is_empty() {
                table.add(("service", o, n), amount, i64::MAX);
            }
            for (rule, place, each, once) in service::uses(instance, o, n) {
                table.used[rule][place as usize] += each * amount + once;
            }
        }
    }
    for (i, pin) in (0_u32..).zip(&instance.pins) {
        let (row, least) = Decision::from(pin).row();
        let made = table.others.get(&row).map_or(0, |cell| cell.0);
        table.add(("pins", i, 0), i128::from(least) - made, 0);
    }
    // Services in each area; one is enough.
    let areas = |used: &[Vec<i128>], first: usize, p: u32| -> i128 {
        let areas = used[first..first + AREAS].iter();
        areas.map(|area| area[p as usize].max(-1)).sum()
    };
    for &u in &plan.bases {
        let broad = areas(&table.used, rule::BASE_AREA, u);
        table.add(("base", u, 0), !party(u).is_unit(), 0);
        table.add(("base_breadth", u, 0), broad, -policy.base_breadth);
        table.limits[rule::BASE_DEPTH][u as usize] = -policy.base_depth;
        let street = party(u).street.unwrap_or(u32::MAX);
        table.add(("base_quota", street, 0), 1, policy.base_quota);
        table.used[rule::VALUE][0] += i128::from(policy.base_bonus_micro);
    }
    let mut value = table.used[rule::VALUE][0] * ONE;
    for (p, party) in (0_u32..).zip(&instance.parties) {
        let off = (i128::from(party.carry) - table.used[rule::RECIPROCITY][p as usize]).abs();
        value -= (off - i128::from(party.tolerance)).max(0) * i128::from(policy.reciprocity_ppm);
        if party.kind == PartyKind::Community {
            let mut rest = -table.used[rule::FAIRNESS][p as usize];
            for step in &policy.fairness {
                let length = step.length_micro_per_household.map(i128::from);
                let filled = length.map_or(rest, |l| rest.min(l * i128::from(party.households)));
                value += filled * i128::from(step.bonus_ppm);
                rest -= filled;
            }
            let open = 6 + areas(&table.used, rule::COVERAGE, p);
            value -= i128::from(policy.coverage_micro) * open * ONE;
        }
    }
    (table, i64::try_from(value.div_euclid(ONE)).unwrap_or(i64::MIN))
}

/// What an agreement costs, less the bonus if the previous plan had it, µ.
pub(super) fn upkeep(instance: &Instance, members: &[u32]) -> i128 {
    let (policy, before) = (instance.policy(), &instance.previous_agreements);
    let kept = before.binary_search_by(|other| other[..].cmp(members)).is_ok();
    i128::from(policy.fixed_micro) - i128::from(policy.stability_agreement_micro) * i128::from(kept)
}
