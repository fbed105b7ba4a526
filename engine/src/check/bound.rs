//! The bound from a certificate: the greatest of its leaves', each from prices: constants of the coupling rows plus what
//! each pair can still gain under the leaf's decisions.

use std::collections::BTreeMap;

use super::{ONE, rules, service};
use crate::certificate::{Branch, Certificate, Decided, Prices, Row};
use crate::model::{Instance, PartyKind};

/// Pairs in which each member could give something: services its first member gives, and its second.
type Pairs = BTreeMap<Vec<u32>, [Vec<(u32, u32)>; 2]>;

/// The gain of what a leaf's decisions rule out, millionths of a µ.
const NEVER: i128 = -1_000_000_000_000_000_000_000_000_000_000;

/// The bound, µ, rounded up. The tree covers every plan, since each split is followed both ways.
pub(super) fn micro(instance: &Instance, c: &Certificate, said: &mut Vec<String>) -> i64 {
    let (pairs, rooms) = pairs(instance);
    let mut end = |prices: &Prices, decided: &Decided| {
        said.extend(prices.faults(instance));
        let paid = |(row, room): (&Row, &i64)| prices.millionths(*row) * i128::from(*room);
        let rooms = rooms.iter().map(paid).sum::<i128>();
        rooms + parties(instance, prices, decided) + gains(instance, &pairs, prices, decided)
    };
    let (mut open, mut bound) = (vec![(0, Decided::by_pins(&instance.pins))], NEVER);
    for _ in 0..=2 * c.branches.len() {
        let Some((at, decided)) = open.pop() else { break };
        match c.branches.get(at as usize) {
            None => bound = bound.max(end(&c.prices, &decided)),
            Some(Branch::Leaf(change)) => bound = bound.max(end(&c.prices.plus(change), &decided)),
            Some(Branch::Split { on, yes, no }) => {
                open.extend([(*yes, decided.and(*on, true)), (*no, decided.and(*on, false))]);
            }
        }
    }
    if !open.is_empty() {
        said.push("certificate branches: not a tree".to_owned());
    }
    i64::try_from(-(-bound).div_euclid(ONE)).unwrap_or(i64::MAX)
}

/// The pairs, and what the rows they use allow.
fn pairs(instance: &Instance) -> (Pairs, BTreeMap<Row, i64>) {
    let (offers, mut pairs, mut rooms) = (instance.offers_by_type(), Pairs::new(), BTreeMap::new());
    for (n, need) in (0_u32..).zip(&instance.needs) {
        for &o in offers.get(&need.service_type).into_iter().flatten() {
            let (a, b) = (instance.offers[o as usize].party, need.party);
            if service::tests(instance, o, n).iter().all(|test| test.1) {
                let ways = pairs.entry(vec![a.min(b), a.max(b)]).or_default();
                ways[usize::from(a > b)].push((o, n));
                let loads = [a, b].map(|m| (("load", m, 0), instance.parties[m as usize].room));
                let uses = service::uses(instance, o, n)
                    .into_iter()
                    .map(|(row, .., room)| (row, room));
                rooms.extend(uses.chain(loads).filter(|(_, room)| *room < i64::MAX));
            }
        }
    }
    pairs.retain(|_, ways| ways.iter().all(|way| !way.is_empty()));
    (pairs, rooms)
}

/// What pairs gain, millionths of a µ: each member gives at least one service, or there is no agreement.
fn gains(instance: &Instance, pairs: &Pairs, prices: &Prices, decided: &Decided) -> i128 {
    let mut sum = 0;
    for (members, ways) in pairs {
        let (low, high) = decided.of(("agreement", members[0], members[1]));
        let load: i128 = members.iter().map(|m| prices.millionths(("load", *m, 0))).sum();
        let (mut must, mut best) = (low > 0, -rules::upkeep(instance, members) * ONE - load);
        for way in ways {
            let (mut taken, mut most) = (None, NEVER);
            for &(o, n) in way {
                let (range, (low, high)) = (service::range(instance, o, n), decided.of(("service", o, n)));
                let (low, high, forced) = (range.0.max(low), range.1.min(high), low > 0);
                let mut ends = [0, 0];
                for (row, each, once, _) in service::uses(instance, o, n) {
                    let paid = |x: i64| prices.millionths(row) * (each * i128::from(x) + once);
                    ends = [ends[0] - paid(low), ends[1] - paid(high)];
                }
                let gain = if low <= high { ends[0].max(ends[1]) } else { NEVER };
                if gain > 0 || forced {
                    taken = Some(taken.unwrap_or(0) + gain);
                }
                (most, must) = (most.max(gain), must || forced);
            }
            best += taken.unwrap_or(most);
        }
        best = if high > 0 { best } else { NEVER };
        sum += if must { best } else { best.max(0) };
    }
    sum
}

/// What reciprocity, fairness, coverage and bases may add at these prices.
fn parties(instance: &Instance, prices: &Prices, decided: &Decided) -> i128 {
    let (policy, of) = (instance.policy(), |row| prices.millionths(row));
    let (mut sum, mut bases) = (0, BTreeMap::<_, Vec<(bool, i128)>>::new());
    for (i, p) in (0_u32..).zip(&instance.parties) {
        let (q, phi) = (of(("reciprocity", i, 0)), of(("fairness", i, 0)));
        sum += q.abs() * i128::from(p.tolerance) + q * i128::from(p.carry);
        sum -= (0..6).map(|area| of(("coverage", i, area))).sum::<i128>();
        for step in policy.fairness.iter().filter(|_| p.kind == PartyKind::Community) {
            let length = i128::from(step.length_micro_per_household.unwrap_or(0));
            sum += (i128::from(step.bonus_ppm) - phi).max(0) * length * i128::from(p.households);
        }
        let mut areas = [0, 1, 2, 3, 4, 5].map(|area| of(("base_area", i, area)));
        areas.sort_unstable();
        let breadth = usize::try_from(policy.base_breadth).unwrap_or(6).min(6);
        let depth = of(("base_depth", i, 0)) * i128::from(policy.base_depth);
        let gain = i128::from(policy.base_bonus_micro) * ONE - depth - areas[..breadth].iter().sum::<i128>();
        let (low, high) = decided.of(("is_base", i, 0));
        if p.is_unit() && high > 0 {
            let gain = if low > 0 { gain } else { gain.max(0) };
            bases.entry(p.street).or_default().push((low < 1, -gain));
        }
    }
    for gains in bases.values_mut() {
        gains.sort_unstable();
        gains.truncate(usize::try_from(policy.base_quota).unwrap_or(usize::MAX));
    }
    sum - bases.values().flatten().map(|base| base.1).sum::<i128>()
}
