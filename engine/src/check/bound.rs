//! The bound from a certificate's prices: constants of the coupling rows plus what each pair can still gain.

use std::collections::BTreeMap;

use super::{ONE, rows::Table, rules, service};
use crate::certificate::{Prices, Row};
use crate::model::{Instance, PartyKind, Pin};

/// The bound, µ, rounded up.
pub(super) fn micro(instance: &Instance, prices: &Prices) -> i64 {
    let (mut bound, mut table) = (parties(instance, prices), Table::default());
    for (members, ways) in pairs(instance) {
        for m in &members {
            table.add(("load", *m, 0), 0, instance.parties[*m as usize].room);
        }
        let mut must = instance.pins.contains(&Pin::Agreement(members.clone()));
        let looked_after: i128 = members.iter().map(|m| price(prices, ("load", *m, 0))).sum();
        let mut best = -rules::upkeep(instance, &members) * ONE - looked_after;
        for way in &ways {
            let (mut taken, mut least_loss) = (None, i128::MIN);
            for (o, n) in way {
                let (least, most, pinned) = service::range(instance, *o, *n);
                let (mut low, mut high) = (0, 0);
                for (row, each, once, limit) in service::uses(instance, *o, *n) {
                    table.add(row, 0, limit);
                    low -= price(prices, row) * (each * i128::from(least) + once);
                    high -= price(prices, row) * (each * i128::from(most) + once);
                }
                let gain = low.max(high);
                (must, least_loss) = (must || pinned, least_loss.max(gain));
                if gain > 0 || pinned {
                    taken = Some(taken.unwrap_or(0) + gain);
                }
            }
            best += taken.unwrap_or(least_loss);
        }
        bound += if must { best } else { best.max(0) };
    }
    for (row, (_, limit)) in table.0.into_iter().filter(|(_, cell)| cell.1 < i64::MAX) {
        bound += price(prices, row) * i128::from(limit);
    }
    i64::try_from(-(-bound).div_euclid(ONE)).unwrap_or(i64::MAX)
}

/// The price of a row in millionths of a µ for each unit of its use.
fn price(prices: &Prices, row: Row) -> i128 {
    match row.0 {
        "value" => -ONE,
        "budget" | "reciprocity" | "fairness" => prices.of(row).into(),
        _ => i128::from(prices.of(row)) * ONE,
    }
}

/// The pairs in which each member could give something: services its first member gives, and its second.
fn pairs(instance: &Instance) -> BTreeMap<Vec<u32>, [Vec<(u32, u32)>; 2]> {
    let (offers, mut pairs) = (instance.offers_by_type(), BTreeMap::new());
    for (n, need) in (0_u32..).zip(&instance.needs) {
        for &o in offers.get(&need.service_type).into_iter().flatten() {
            let (a, b) = (instance.offers[o as usize].party, need.party);
            if service::tests(instance, o, n).iter().all(|test| test.1) {
                let ways: &mut [Vec<_>; 2] = pairs.entry(vec![a.min(b), a.max(b)]).or_default();
                ways[usize::from(a > b)].push((o, n));
            }
        }
    }
    pairs.retain(|_, ways| ways.iter().all(|way| !way.is_empty()));
    pairs
}

/// What reciprocity, fairness, coverage and bases may add at these prices.
fn parties(instance: &Instance, prices: &Prices) -> i128 {
    let (policy, of) = (instance.policy(), |row: Row| price(prices, row));
    let (mut sum, mut bases) = (0, BTreeMap::<Option<u32>, Vec<i128>>::new());
    for (i, p) in (0_u32..).zip(&instance.parties) {
        let (q, phi) = (of(("reciprocity", i, 0)), of(("fairness", i, 0)));
        sum += q.abs() * i128::from(p.tolerance) + q * i128::from(p.carry);
        sum -= (0..6).map(|area| of(("coverage", i, area))).sum::<i128>();
        for step in policy.fairness.iter().filter(|_| p.kind == PartyKind::Community) {
            let length = i128::from(step.length_micro_per_household.unwrap_or(0));
            sum += (i128::from(step.bonus_ppm) - phi).max(0) * length * i128::from(p.households);
        }
        let mut areas: Vec<i128> = (0..6).map(|area| of(("base_area", i, area))).collect();
        areas.sort_unstable();
        areas.truncate(usize::try_from(policy.base_breadth).unwrap_or(6));
        let paid = areas.iter().sum::<i128>() + of(("base_depth", i, 0)) * i128::from(policy.base_depth);
        let gain = i128::from(policy.base_bonus_micro) * ONE * i128::from(p.is_unit()) - paid;
        bases.entry(p.street).or_default().push(gain.max(0));
    }
    for gains in bases.values_mut() {
        gains.sort_unstable_by_key(|gain| -gain);
        gains.truncate(usize::try_from(policy.base_quota).unwrap_or(usize::MAX));
    }
    sum + bases.values().flatten().sum::<i128>()
}
