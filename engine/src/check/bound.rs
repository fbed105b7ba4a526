//! The bound from a certificate's prices: constants of the coupling rules plus what each pair can still gain.

use std::collections::BTreeMap;

use super::{fits, value};
use crate::certificate::{PRICE_MAX, Prices};
use crate::model::{Instance, Mode, PartyKind, Pin};

/// The bound, µ, rounded up. Prices of a wrong length or outside their range are violations.
pub(super) fn micro(instance: &Instance, prices: &Prices, violations: &mut Vec<String>) -> i64 {
    ranges(instance, prices, violations);
    let one = 1_000_000_i128;
    let (policy, at) = (instance.policy(), |list: &[i64], i: usize| {
        list.get(i).copied().map_or(0, i128::from)
    });
    let mut bound = 0_i128;
    for (i, o) in instance.offers.iter().enumerate() {
        bound += at(&prices.offers, i) * i128::from(o.room) * one;
    }
    for (i, n) in instance.needs.iter().enumerate() {
        bound += at(&prices.needs, i) * i128::from(n.room) * one;
    }
    for (i, f) in instance.funds.iter().enumerate() {
        bound += at(&prices.funds, i) * i128::from(f.room);
    }
    let mut left: BTreeMap<Option<u32>, Vec<i128>> = BTreeMap::new();
    for (i, p) in instance.parties.iter().enumerate() {
        bound += at(&prices.parties, i) * i128::from(p.room) * one;
        let q = at(&prices.balance, i);
        bound += q.abs() * i128::from(p.tolerance) + q * i128::from(p.carry);
        if p.kind == PartyKind::Community {
            for step in policy
                .fairness
                .iter()
                .filter(|s| s.length_micro_per_household.is_some())
            {
                let length =
                    i128::from(step.length_micro_per_household.unwrap_or(0)) * i128::from(p.households);
                bound += (i128::from(step.bonus_ppm) - at(&prices.fairness, i)).max(0) * length;
            }
        }
        bound -= (0..6).map(|a| at(&prices.coverage, i * 6 + a)).sum::<i128>() * one;
        if p.is_unit() {
            let mut areas: Vec<i128> = (0..6).map(|a| at(&prices.base_areas, i * 6 + a)).collect();
            areas.sort_unstable();
            let breadth = usize::try_from(policy.base_breadth).unwrap_or(6);
            let paid = areas.iter().take(breadth).sum::<i128>()
                + at(&prices.base_depth, i) * i128::from(policy.base_depth);
            left.entry(p.street)
                .or_default()
                .push((i128::from(policy.base_bonus_micro) - paid).max(0));
        }
    }
    for gains in left.values_mut() {
        gains.sort_unstable();
        let quota = usize::try_from(policy.base_quota).unwrap_or(usize::MAX);
        bound += gains.iter().rev().take(quota).sum::<i128>() * one;
    }
    bound += pairs(instance, prices, &at);
    i64::try_from(-(-bound).div_euclid(one)).unwrap_or(i64::MAX)
}

/// A way of one pair: gain of each service, and whether it must be.
type Ways = BTreeMap<(u32, u32), [Vec<(i128, bool)>; 2]>;

fn pairs(instance: &Instance, prices: &Prices, at: &dyn Fn(&[i64], usize) -> i128) -> i128 {
    let (one, policy) = (1_000_000_i128, instance.policy());
    let mut offers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (o, offer) in (0_u32..).zip(&instance.offers) {
        offers.entry(offer.service_type).or_default().push(o);
    }
    let mut ways: Ways = BTreeMap::new();
    for (n, need) in (0_u32..).zip(&instance.needs) {
        for &o in offers.get(&need.service_type).map_or(&[][..], Vec::as_slice) {
            if fits::fault(instance, o, n).is_some() {
                continue;
            }
            let offer = &instance.offers[o as usize];
            let (giver, receiver) = (offer.party as usize, need.party as usize);
            let factor = one + at(&prices.fairness, receiver) + at(&prices.balance, giver)
                - at(&prices.balance, receiver);
            let cost = offer.cost.map_or(0, |(fen, fund)| {
                i128::from(fen) * at(&prices.funds, fund as usize)
            });
            let rows = at(&prices.offers, o as usize) + at(&prices.needs, n as usize);
            let unit = value::unit(instance, o, n) * factor - rows * one - cost;
            let pin = instance.pins.iter().filter_map(|pin| match pin {
                Pin::Service {
                    offer,
                    need,
                    quantity,
                } if (*offer, *need) == (o, n) => Some(*quantity),
                _ => None,
            });
            let pinned = pin.max();
            let lot = offer.lot.max(need.useful).max(pinned.unwrap_or(0));
            let mut gain = unit * i128::from(if unit > 0 { offer.room.min(need.room) } else { lot });
            let area = usize::from(instance.types[offer.service_type as usize].area);
            gain += at(&prices.coverage, receiver * 6 + area) * one;
            let unit_gives = instance.parties[giver].is_unit();
            if unit_gives && offer.base && need.mode != Some(Mode::Project) {
                gain += (at(&prices.base_areas, giver * 6 + area) + at(&prices.base_depth, giver)) * one;
            }
            if instance.previous_services.contains(&(o, n)) {
                gain += i128::from(policy.stability_service_micro) * one;
            }
            let key = if unit_gives {
                (need.party, offer.party)
            } else {
                (offer.party, need.party)
            };
            ways.entry(key).or_default()[usize::from(unit_gives)].push((gain, pinned.is_some()));
        }
    }
    let mut sum = 0;
    for ((a, b), both) in ways
        .iter()
        .filter(|(_, both)| both.iter().all(|way| !way.is_empty()))
    {
        let mut members = vec![*a, *b];
        members.sort_unstable();
        let mut best = -i128::from(policy.fixed_micro) * one;
        best -= (at(&prices.parties, *a as usize) + at(&prices.parties, *b as usize)) * one;
        if instance.previous_agreements.contains(&members) {
            best += i128::from(policy.stability_agreement_micro) * one;
        }
        for way in both {
            let taken = way.iter().filter(|(gain, must)| *gain > 0 || *must);
            let empty = taken.clone().next().is_none();
            best += if empty {
                way.iter().map(|w| w.0).max().unwrap_or(0)
            } else {
                taken.map(|w| w.0).sum()
            };
        }
        let must = instance.pins.contains(&Pin::Agreement(members)) || both.iter().flatten().any(|w| w.1);
        sum += if must { best } else { best.max(0) };
    }
    sum
}

fn ranges(instance: &Instance, prices: &Prices, violations: &mut Vec<String>) {
    let (parties, policy) = (instance.parties.len(), instance.policy());
    let least = policy.fairness.last().map_or(0, |step| step.bonus_ppm);
    let (most, rate, kappa) = (PRICE_MAX, policy.reciprocity_ppm, policy.coverage_micro);
    let lists = [
        ("offers", &prices.offers, instance.offers.len(), 0, most),
        ("needs", &prices.needs, instance.needs.len(), 0, most),
        ("parties", &prices.parties, parties, 0, most),
        ("funds", &prices.funds, instance.funds.len(), 0, most),
        ("balance", &prices.balance, parties, -rate, rate),
        ("fairness", &prices.fairness, parties, 0, most),
        ("coverage", &prices.coverage, parties * 6, 0, kappa),
        ("base_areas", &prices.base_areas, parties * 6, 0, most),
        ("base_depth", &prices.base_depth, parties, 0, most),
    ];
    for (name, list, length, low, high) in lists {
        if list.len() != length {
            violations.push(format!(
                "prices {name}: {} entries, {length} expected",
                list.len()
            ));
        }
        for (i, price) in list
            .iter()
            .enumerate()
            .filter(|(_, price)| !(low..=high).contains(*price))
        {
            violations.push(format!("prices {name} {i}: {price} is outside {low}–{high}"));
        }
    }
    for (i, party) in instance.parties.iter().enumerate() {
        let community = party.kind == PartyKind::Community;
        let fair = prices.fairness.get(i).copied().unwrap_or(0);
        let covered = prices.coverage.get(i * 6..(i + 1) * 6).unwrap_or_default();
        if (community && fair < least) || (!community && (fair != 0 || covered.iter().any(|k| *k != 0))) {
            violations.push(format!(
                "prices fairness or coverage {i}: {fair} is not allowed here"
            ));
        }
    }
}
