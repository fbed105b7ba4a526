//! The bound from a certificate: the greatest of its leaves', each from prices: constants of the coupling rows plus what
//! each pair can still gain under the leaf's decisions.

use std::collections::BTreeMap;

use super::{ONE, rows, rules, service};
use crate::certificate::{Branch, Certificate, Decided, Prices, rule};
use crate::model::{AREAS, Instance, PartyKind};

/// A service that fits: its parties in order, whether the second gives, its offer and need.
type Edge = ((u32, u32), bool, u32, u32);

/// The gain of what a leaf's decisions rule out, millionths of a µ.
const NEVER: i128 = -1_000_000_000_000_000_000_000_000_000_000;

/// The bound, µ, rounded up. The tree covers every plan, since each split is followed both ways.
pub(super) fn micro(instance: &Instance, c: &Certificate, said: &mut Vec<String>) -> i64 {
    let (edges, rooms) = edges(instance);
    let mut end = |prices: &Prices, decided: &Decided| {
        said.extend(prices.faults(instance));
        let price = |(rule, list): (usize, &Vec<i64>)| {
            let row = |(i, _)| prices.millionths(rule::row(rule, i));
            (0_u32..).zip(list).map(row).collect()
        };
        let prices: Vec<Vec<i128>> = rooms.iter().enumerate().map(price).collect();
        let paid = prices.iter().flatten().zip(rooms.iter().flatten());
        let paid: i128 = paid.map(|(price, room)| price * i128::from(*room)).sum();
        paid + parties(instance, &prices, decided) + gains(instance, &edges, &prices, decided)
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

/// The services of pairs in which each member could give something, pair by pair; and what the rows allow that some
/// service uses.
fn edges(instance: &Instance) -> (Vec<Edge>, Vec<Vec<i64>>) {
    let (everyone, always) = (|a: u64| if a == 0 { u64::MAX } else { a }, (i64::MIN, i64::MAX));
    let group = |kind: u32, unit: bool| 2 * kind as usize + usize::from(unit);
    let is_unit = |p: u32| instance.parties[p as usize].is_unit();
    // Offers by type and side, with what refuses most.
    let mut offers = vec![Vec::new(); 2 * instance.types.len()];
    for (o, offer) in (0_u32..).zip(&instance.offers) {
        let near = (everyone(offer.audience), offer.days.unwrap_or(always), o);
        offers[group(offer.service_type, is_unit(offer.party))].push(near);
    }
    let (mut edges, limits) = (Vec::new(), rows::limits(instance));
    let mut rooms: Vec<_> = limits.iter().map(|list| vec![0; list.len()]).collect();
    for (n, need) in (0_u32..).zip(&instance.needs) {
        let (wanted, days) = (everyone(need.audience), need.days.unwrap_or(always));
        for &(audience, (from, to), o) in &offers[group(need.service_type, !is_unit(need.party))] {
            let near = audience & wanted != 0 && from <= days.1 && days.0 <= to;
            if near && service::tests(instance, o, n).iter().all(|test| test.1) {
                let (a, b) = (instance.offers[o as usize].party, need.party);
                edges.push(((a.min(b), a.max(b)), a > b, o, n));
                let uses = service::uses(instance, o, n).map(|(rule, place, ..)| (rule, place));
                for (rule, i) in uses.into_iter().chain([(rule::LOAD, a), (rule::LOAD, b)]) {
                    rooms[rule][i as usize] = limits[rule][i as usize] % i64::MAX;
                }
            }
        }
    }
    edges.sort_unstable();
    let pairs = edges.chunk_by(|a, b| a.0 == b.0);
    let both = pairs.filter(|pair| pair[0].1 != pair[pair.len() - 1].1);
    (both.flatten().copied().collect(), rooms)
}

/// What pairs gain, millionths of a µ: each member gives at least one service, or there is no agreement.
fn gains(instance: &Instance, edges: &[Edge], prices: &[Vec<i128>], decided: &Decided) -> i128 {
    let mut sum = 0;
    for pair in edges.chunk_by(|a, b| a.0 == b.0) {
        let (a, b) = pair[0].0;
        let (low, high) = decided.of(("agreement", a, b));
        let load = prices[rule::LOAD][a as usize] + prices[rule::LOAD][b as usize];
        let (mut must, mut best) = (low > 0, -rules::upkeep(instance, &[a, b]) * ONE - load);
        for way in pair.chunk_by(|a, b| a.1 == b.1) {
            let (mut taken, mut most) = (None, NEVER);
            for &(.., o, n) in way {
                let (range, (low, high)) = (service::range(instance, o, n), decided.of(("service", o, n)));
                let (low, high, forced) = (range.0.max(low), range.1.min(high), low > 0);
                let (mut unit, mut gain) = (0, 0);
                for (rule, i, each, once) in service::uses(instance, o, n) {
                    let price = prices[rule][i as usize];
                    (unit, gain) = (unit - price * each, gain - price * once);
                }
                let best = i128::from(if unit > 0 { high } else { low });
                gain = if low <= high { gain + unit * best } else { NEVER };
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
fn parties(instance: &Instance, prices: &[Vec<i128>], decided: &Decided) -> i128 {
    let policy = instance.policy();
    let (mut sum, mut bases) = (0, BTreeMap::<_, Vec<(bool, i128)>>::new());
    for (i, p) in (0_u32..).zip(&instance.parties) {
        let of = |rule: usize| prices[rule][i as usize];
        let areas = |first: usize| (first..first + AREAS).map(of);
        let (q, phi) = (of(rule::RECIPROCITY), of(rule::FAIRNESS));
        sum += q.abs() * i128::from(p.tolerance) + q * i128::from(p.carry);
        sum -= areas(rule::COVERAGE).sum::<i128>();
        for step in policy.fairness.iter().filter(|_| p.kind == PartyKind::Community) {
            let length = i128::from(step.length_micro_per_household.unwrap_or(0));
            sum += (i128::from(step.bonus_ppm) - phi).max(0) * length * i128::from(p.households);
        }
        let mut areas: Vec<i128> = areas(rule::BASE_AREA).collect();
        areas.sort_unstable();
        let breadth = usize::try_from(policy.base_breadth).unwrap_or(6).min(6);
        let depth = of(rule::BASE_DEPTH) * i128::from(policy.base_depth);
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
