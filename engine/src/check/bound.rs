//! The bound from a certificate: the greatest of its leaves', each from prices: constants of the coupling rows plus what
//! each pair can still gain under the leaf's decisions.

use std::collections::BTreeMap;

use super::block::{Block, Item, NEVER};
use super::circle::Circle;
use super::service::{self, Edge};
use super::{ONE, rules};
use crate::certificate::{Branch, Certificate, Decided, Decision, Prices, rule};
use crate::model::{Instance, PartyKind};

/// What fits in an instance: services between communities and units, and circles.
pub(super) type Fitting = (Vec<Edge>, BTreeMap<Vec<u32>, Circle>);

/// The bound, µ, rounded up. The tree covers every plan, since each split is followed both ways.
pub(super) fn micro(instance: &Instance, fitting: &Fitting, c: &Certificate, said: &mut Vec<String>) -> i64 {
    let mut limits = rule::limits(instance);
    // Units keep their own rows.
    let own = instance.offers.iter().map(|o| o.party);
    let own = own.chain(instance.needs.iter().map(|n| n.party));
    let loads = (0_u32..).take(instance.parties.len());
    let rows = rule::CAPACITY..=rule::LOAD;
    for (limit, party) in limits[rows].iter_mut().flatten().zip(own.chain(loads)) {
        *limit *= i64::from(!instance.is_unit(party));
    }
    let limits = limits.concat();
    let mut end = |prices: &Prices, decided: &Decided| {
        said.extend(prices.faults(instance));
        let (circles, prices) = (&prices.circles, prices.by_rule(instance));
        // What allows anything costs nothing: the greatest number leaves no remainder.
        let rooms = limits.iter().map(|limit| i128::from(limit % i64::MAX));
        let rows = prices.iter().flatten().zip(rooms);
        let paid: i128 = rows.map(|(price, room)| price * room).sum();
        paid + parties(instance, &prices, decided) + gains(instance, fitting, (&prices, circles), decided)
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

/// A service in a block: offer, need, whether the unit gives, whether the other is a unit as well.
type Way = (u32, u32, bool, bool);

/// Prices of rows, and of circles.
type Priced<'a> = (&'a [Vec<i128>], &'a [i64]);

/// What the agreements of units gain, millionths of a µ. A circle counts half with each of its units, and so do the services
/// between the two, at gains in which both rows' prices weigh alike; its price goes from the one that gets from the other
/// to that one.
fn gains(instance: &Instance, fitting: &Fitting, prices: Priced<'_>, decided: &Decided) -> i128 {
    let (prices, circles) = prices;
    let party = |p: u32| &instance.parties[p as usize];
    let mut rounds: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for (place, (members, circle)) in fitting.1.iter().enumerate() {
        let price = i128::from(circles.get(place).copied().unwrap_or(0)) * ONE;
        for unit in members.iter().filter(|m| party(**m).is_unit()) {
            rounds.entry(*unit).or_default().push((members, circle, price));
        }
    }
    // Each row belongs to one unit: its place there.
    let none = |rows: usize| vec![usize::MAX; rows];
    let mut places = [none(instance.needs.len()), none(instance.offers.len())];
    let mut sum = 0;
    for run in fitting.0.chunk_by(|a, b| a.0 == b.0) {
        let unit = run[0].0;
        let both = |pair: &&[Edge]| pair.iter().any(|e| e.2) && pair.iter().any(|e| !e.2);
        let mut partners: Vec<(i128, (i64, i64), Vec<Way>)> = Vec::new();
        for pair in run.chunk_by(|a, b| a.1 == b.1).filter(both) {
            let other = pair[0].1;
            let (a, b) = (unit.min(other), unit.max(other));
            let own = rules::upkeep(instance, &[a, b]) * ONE + prices[rule::LOAD][other as usize];
            let ways = pair.iter().map(|&(.., forth, o, n)| (o, n, forth, false));
            partners.push((own, decided.of(Decision::Agreement(a, b)), ways.collect()));
        }
        for &(members, circle, price) in rounds.get(&unit).into_iter().flatten() {
            let sides = members.iter().filter(|m| !party(**m).is_unit());
            let load: i128 = sides.map(|m| prices[rule::LOAD][*m as usize]).sum();
            let own = rules::upkeep(instance, members) * ONE + load;
            let mut ways: Vec<Way> = Vec::new();
            for &(o, n) in circle {
                let from = instance.offers[o as usize].party;
                let to = instance.needs[n as usize].party;
                if from == unit || to == unit {
                    ways.push((o, n, from == unit, party(from).is_unit() && party(to).is_unit()));
                }
            }
            let gives = ways.iter().any(|way| way.2 && way.3);
            let own = half(own, gives) - if gives { price } else { -price };
            let made = decided.of(Decision::Circle(members[0], members[1], members[2]));
            partners.push((own, made, ways));
        }
        let mut block = Block::new(party(unit).room, partners.iter().map(|p| p.2.len()).sum());
        for (own, made, ways) in partners {
            block.meet(own, made);
            let pair = ways.iter().all(|way| !way.3);
            for (o, n, forth, units) in ways {
                let (mine, at, room) = match forth {
                    true => (rule::CAPACITY, o, instance.offers[o as usize].room),
                    false => (rule::DEMAND, n, instance.needs[n as usize].room),
                };
                let row = &mut places[usize::from(forth)][at as usize];
                if *row == usize::MAX {
                    *row = block.rows.len();
                    block.rows.push((room.into(), prices[mine][at as usize]));
                }
                let (mut range, mut forced) = (service::range(instance, o, n), false);
                // A service may be part of many circles: what is decided of it is decided for its pair.
                if pair {
                    let (low, high) = decided.of(Decision::Service(o, n, 0));
                    (range, forced) = ((range.0.max(low.into()), range.1.min(high.into())), low > 0);
                }
                let (mut unit, mut once) = (0, 0);
                for (rule, i, each, all) in service::uses(instance, o, n) {
                    let theirs = units && [rule::CAPACITY, rule::DEMAND].contains(&rule);
                    let priced = i128::from(rule != mine && !theirs);
                    let price = prices[rule][i as usize] * priced;
                    (unit, once) = (unit - price * each, once - price * all);
                }
                if units {
                    let shift = prices[rule::CAPACITY][o as usize] - prices[rule::DEMAND][n as usize];
                    let giving = half(unit + shift, true);
                    (unit, once) = (if forth { giving } else { unit - giving }, half(once, forth));
                }
                let (row, side) = (*row, forth.into());
                block.add(Item {
                    row,
                    side,
                    forced,
                    unit,
                    once,
                    range,
                });
            }
        }
        sum += block.most();
    }
    sum
}

/// The half of one that gives to the other, or the rest.
fn half(sum: i128, gives: bool) -> i128 {
    let half = sum.div_euclid(2);
    if gives { half } else { sum - half }
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
        let (low, high) = decided.of(Decision::Base(i));
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
