//! The bound from a certificate: the greatest of its leaves', each from prices: constants of the coupling rows plus what
//! each pair can still gain under the leaf's decisions.

use std::collections::BTreeMap;

use super::block::{Block, ITEMS, Item, NEVER};
use super::{ONE, rules, service};
use crate::certificate::{Branch, Certificate, Decided, Prices, rule};
use crate::model::{Instance, Need, PartyKind};

/// A service that fits: the unit, its partner, whether the unit gives, offer and need.
type Edge = (u32, u32, bool, u32, u32);

/// The bound, µ, rounded up. The tree covers every plan, since each split is followed both ways.
pub(super) fn micro(instance: &Instance, c: &Certificate, said: &mut Vec<String>) -> i64 {
    let (edges, mut limits) = (edges(instance), rule::limits(instance));
    let unit = |p: usize| instance.parties[p].is_unit();
    // Units keep their own rows.
    for (o, offer) in instance
        .offers
        .iter()
        .enumerate()
        .filter(|(_, o)| unit(o.party as usize))
    {
        limits[rule::CAPACITY][o] -= offer.room;
    }
    for (n, need) in instance
        .needs
        .iter()
        .enumerate()
        .filter(|(_, n)| unit(n.party as usize))
    {
        limits[rule::DEMAND][n] -= need.room;
    }
    for (p, party) in instance.parties.iter().enumerate().filter(|(p, _)| unit(*p)) {
        limits[rule::LOAD][p] -= party.room;
    }
    let limits = limits.concat();
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

/// The services that fit, unit by unit and partner by partner.
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
                let forth = is_unit(a) == 1;
                edges.push((if forth { a } else { b }, if forth { b } else { a }, forth, o, n));
            }
        }
    }
    edges.sort_by_key(|edge| (edge.0, edge.1));
    // Where sets are tried, equal gains are taken in the order of offers and needs.
    let small = |run: &&mut [Edge]| run.len() <= ITEMS;
    let runs = edges.chunk_by_mut(|a, b| a.0 == b.0).filter(small);
    runs.for_each(<[Edge]>::sort_unstable);
    edges
}

/// What the agreements of units gain, millionths of a µ.
fn gains(instance: &Instance, edges: &[Edge], prices: &[Vec<i128>], decided: &Decided) -> i128 {
    let (party, offers, needs) = (&instance.parties, &instance.offers, &instance.needs);
    // Each row belongs to one unit: its place there.
    let mut places = [vec![usize::MAX; needs.len()], vec![usize::MAX; offers.len()]];
    let mut sum = 0;
    for run in edges.chunk_by(|a, b| a.0 == b.0) {
        let unit = run[0].0;
        let both = |pair: &&[Edge]| pair.iter().any(|e| e.2) && pair.iter().any(|e| !e.2);
        let pairs = run.chunk_by(|a, b| a.1 == b.1).filter(both);
        let mut block = Block::new(party[unit as usize].room, pairs.clone().map(<[Edge]>::len).sum());
        for pair in pairs {
            let other = pair[0].1;
            let (a, b) = (unit.min(other), unit.max(other));
            let own = rules::upkeep(instance, &[a, b]) * ONE + prices[rule::LOAD][other as usize];
            block.meet(own, decided.of(("agreement", a, b)));
            for &(.., forth, o, n) in pair {
                let (mine, at, room) = match forth {
                    true => (rule::CAPACITY, o, offers[o as usize].room),
                    false => (rule::DEMAND, n, needs[n as usize].room),
                };
                let row = &mut places[usize::from(forth)][at as usize];
                if *row == usize::MAX {
                    *row = block.rows.len();
                    block.rows.push((room.into(), prices[mine][at as usize]));
                }
                let (range, (low, high)) = (service::range(instance, o, n), decided.of(("service", o, n)));
                let (range, forced) = ((range.0.max(low.into()), range.1.min(high.into())), low > 0);
                let (mut unit, mut once) = (0, 0);
                for (rule, i, each, all) in service::uses(instance, o, n) {
                    let price = if rule == mine { 0 } else { prices[rule][i as usize] };
                    (unit, once) = (unit - price * each, once - price * all);
                }
                block.add(Item {
                    row: *row,
                    forth,
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
