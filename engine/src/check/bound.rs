//! The bound from a certificate: the greatest of its leaves', each from prices: constants of the coupling rows plus what
//! each pair can still gain under the leaf's decisions.

use std::collections::BTreeMap;

use super::{ONE, rules, service};
use crate::certificate::{Branch, Certificate, Decided, Prices, rule};
use crate::model::{Instance, Need, PartyKind};

/// A service that fits: its parties in order, whether the second gives, its offer and need.
type Edge = ((u32, u32), bool, u32, u32);

/// The gain of what a leaf's decisions rule out, millionths of a µ.
const NEVER: i128 = -1_000_000_000_000_000_000_000_000_000_000;

/// The bound, µ, rounded up. The tree covers every plan, since each split is followed both ways.
pub(super) fn micro(instance: &Instance, c: &Certificate, said: &mut Vec<String>) -> i64 {
    let (edges, limits) = (edges(instance), rule::limits(instance).concat());
    let mut end = |prices: &Prices, decided: &Decided| {
        said.extend(prices.faults(instance));
        let prices = prices.by_rule(instance);
        // What allows anything costs nothing: the greatest number leaves no remainder.
        let rooms = limits.iter().map(|limit| i128::from(limit % i64::MAX));
        let rows = prices.iter().flatten().zip(rooms);
        let paid: i128 = rows.map(|(price, room)| price * room).sum();
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
    let loops = |_| "certificate branches: not a tree".to_owned();
    said.extend(open.pop().map(loops));
    i64::try_from(-(-bound).div_euclid(ONE)).unwrap_or(i64::MAX)
}

/// The services that fit, pair by pair and giver by giver.
fn edges(instance: &Instance) -> Vec<Edge> {
    let everyone = |audience: u64| if audience == 0 { u64::MAX } else { audience };
    let days = |days: Option<(i64, i64)>| days.unwrap_or((i64::MIN, i64::MAX));
    let is_unit = |p: u32| usize::from(instance.parties[p as usize].is_unit());
    // Offers by type, side and audience: what refuses most.
    let mut offers = vec![[BTreeMap::new(), BTreeMap::new()]; instance.types.len()];
    for (o, offer) in (0_u32..).zip(&instance.offers) {
        let of_type = &mut offers[offer.service_type as usize];
        let of_audience = of_type[is_unit(offer.party)].entry(everyone(offer.audience));
        of_audience.or_insert_with(Vec::new).push((days(offer.days), o));
    }
    // Type by type, so that what is read stays near.
    let mut order: Vec<(u32, &Need)> = (0_u32..).zip(&instance.needs).collect();
    order.sort_by_key(|(_, need)| need.service_type);
    let mut edges: Vec<Edge> = Vec::new();
    for (n, need) in order {
        let (wanted, (from, to)) = (everyone(need.audience), days(need.days));
        let near = offers[need.service_type as usize][1 - is_unit(need.party)].iter();
        for &(days, o) in near.filter(|list| list.0 & wanted != 0).flat_map(|list| list.1) {
            if days.0 <= to && from <= days.1 && service::tests(instance, o, n).iter().all(|test| test.1) {
                let (a, b) = (instance.offers[o as usize].party, need.party);
                edges.push(((a.min(b), a.max(b)), a > b, o, n));
            }
        }
    }
    edges.sort_by_key(|edge| (edge.0, edge.1));
    edges
}

/// What pairs gain, millionths of a µ: each member gives at least one service, or there is no agreement.
fn gains(instance: &Instance, edges: &[Edge], prices: &[Vec<i128>], decided: &Decided) -> i128 {
    let (mut sum, both) = (0, |pair: &&[Edge]| pair[0].1 != pair[pair.len() - 1].1);
    for pair in edges.chunk_by(|a, b| a.0 == b.0).filter(both) {
        let (a, b) = pair[0].0;
        let (low, high) = decided.of(("agreement", a, b));
        let load = prices[rule::LOAD][a as usize] + prices[rule::LOAD][b as usize];
        let (mut must, mut best) = (low > 0, -rules::upkeep(instance, &[a, b]) * ONE - load);
        for way in pair.chunk_by(|a, b| a.1 == b.1) {
            let (mut taken, mut most) = (None, NEVER);
            for &(.., o, n) in way {
                let (range, (low, high)) = (service::range(instance, o, n), decided.of(("service", o, n)));
                let (low, high, forced) = (range.0.max(low.into()), range.1.min(high.into()), low > 0);
                let (mut unit, mut gain) = (0, 0);
                for (rule, i, each, once) in service::uses(instance, o, n) {
                    let price = prices[rule][i as usize];
                    (unit, gain) = (unit - price * each, gain - price * once);
                }
                let amount = if unit > 0 { high } else { low };
                gain = if low <= high { gain + unit * amount } else { NEVER };
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
    let (mut sum, mut bases) = (0, vec![Vec::new(); instance.streets.len() + 1]);
    for (i, p) in (0_u32..).zip(&instance.parties) {
        let of = |rule: usize| prices[rule][i as usize];
        let (q, phi) = (of(rule::RECIPROCITY), of(rule::FAIRNESS));
        let coverage: i128 = (rule::COVERAGE..rule::BASE_AREA).map(of).sum();
        sum += q.abs() * i128::from(p.tolerance) + q * i128::from(p.carry) - coverage;
        for step in policy.fairness.iter().filter(|_| p.kind == PartyKind::Community) {
            let length = i128::from(step.length_micro_per_household.unwrap_or(0));
            sum += (i128::from(step.bonus_ppm) - phi).max(0) * length * i128::from(p.households);
        }
        let mut areas: Vec<i128> = (rule::BASE_AREA..rule::COUNT).map(of).collect();
        areas.sort_unstable();
        let breadth = usize::try_from(policy.base_breadth).unwrap_or(6).min(6);
        let depth = of(rule::BASE_DEPTH) * i128::from(policy.base_depth);
        let gain = i128::from(policy.base_bonus_micro) * ONE - depth - areas[..breadth].iter().sum::<i128>();
        let (low, high) = decided.of(("is_base", i, 0));
        if p.is_unit() && high > 0 {
            let base = (low < 1, if low < 1 { -gain.max(0) } else { -gain });
            bases[p.street.map_or(0, |street| 1 + street as usize)].push(base);
        }
    }
    for gains in &mut bases {
        gains.sort_unstable();
        gains.truncate(usize::try_from(policy.base_quota).unwrap_or(usize::MAX));
    }
    sum - bases.iter().flatten().map(|base| base.1).sum::<i128>()
}
