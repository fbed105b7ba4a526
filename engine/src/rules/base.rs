//! **Base** (基地共建). A unit that serves broadly and often becomes a base; a street has a quota of them.
//!
//! Σ_{u∈street} b_u ≤ quota; b_u · breadth ≤ Σ_a h_ua, h_ua ≤ b_u, h_ua ≤ Σ_{e from u, area a, base} z_e;
//! b_u · depth ≤ Σ_{e from u, base} z_e; bonus for each base. Soft; refuses with `base_quota`. Prices ω_ua ≥ 0
//! (area rows) and τ_u ≥ 0 (depth row), µ, are earned by each base service; what is left for a unit is
//! bonus − depth·τ_u − the `breadth` smallest ω_ua, and a street keeps its `quota` best of these.

use super::held::Held;
use super::{Columns, Context, grouped};
use crate::linear::{Column, Linear, ONE};
use crate::model::{AREAS, PPM};

/// Whether bases are worth anything.
#[must_use]
pub fn is_on(context: Context<'_>) -> bool {
    let policy = context.instance.policy();
    policy.base_bonus_micro > 0 && policy.base_quota > 0
}

/// A yes-or-no column for each unit with base services.
pub(super) fn columns(context: Context<'_>, held: &Held, model: &mut Linear) -> Vec<Option<Column>> {
    let gain = i128::from(context.instance.policy().base_bonus_micro) * i128::from(PPM);
    let parties = 0..context.instance.parties.len();
    let mut able: Vec<bool> = parties
        .map(|u| is_on(context) && held.party(u).depth > 0)
        .collect();
    for edge in context.edges.rows.iter().filter(|e| e.base) {
        if let Some(cell) = able.get_mut(edge.giver as usize) {
            *cell = is_on(context);
        }
    }
    able.iter()
        .enumerate()
        .map(|(u, able)| able.then(|| model.binary(format!("b_{u}"), gain)))
        .collect()
}

/// Adds the rows; what is held counts.
pub(super) fn rows(context: Context<'_>, columns: &Columns, held: &Held, model: &mut Linear) {
    let policy = context.instance.policy();
    let mut street = vec![Vec::new(); context.instance.streets.len() + 1];
    let given = grouped(context.edges, columns.bases.len(), |e| e.giver);
    for ((u, base), given) in columns.bases.iter().enumerate().zip(given) {
        let Some(base) = *base else { continue };
        let before = held.party(u);
        let mut by_area = vec![Vec::new(); AREAS];
        for e in given {
            if let (Some(edge), Some(z)) = (context.edges.rows.get(e), columns.taken.get(e))
                && edge.base
                && let Some(list) = by_area.get_mut(usize::from(edge.area))
            {
                list.push((*z, ONE));
            }
        }
        let areas = before.serves.map(i64::from).iter().sum::<i64>();
        let mut breadth = vec![(base, -policy.base_breadth * ONE)];
        let mut depth: Vec<_> = by_area.iter().flatten().copied().collect();
        for (area, mut list) in by_area
            .into_iter()
            .enumerate()
            .filter(|(area, list)| !list.is_empty() && before.serves.get(*area) == Some(&false))
        {
            let served = model.column(format!("h_{u}_{}", area + 1), 0, Some(ONE), false, 0);
            list.push((served, -ONE));
            model.at_least(format!("base_area_{u}_{}", area + 1), &list, 0);
            let only = [(served, ONE), (base, -ONE)];
            model.at_most(format!("base_served_{u}_{}", area + 1), &only, 0);
            breadth.push((served, ONE));
        }
        depth.push((base, -policy.base_depth * ONE));
        model.at_least(format!("base_breadth_{u}"), &breadth, -areas * ONE);
        model.at_least(format!("base_depth_{u}"), &depth, -before.depth * ONE);
        let home = context
            .instance
            .parties
            .get(u)
            .and_then(|p| p.street)
            .map_or(0, |s| s as usize + 1);
        if let Some(list) = street.get_mut(home) {
            list.push((base, ONE));
        }
    }
    for (s, list) in street.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
        let left = (policy.base_quota - held.bases(s)).max(0);
        model.at_most(format!("base_quota_{s}"), list, left * ONE);
    }
}

/// What streets keep at most at these prices, µ × 10^6. `decided` says which parties must or must not be bases;
/// those beyond it may.
#[must_use]
pub fn constant(context: Context<'_>, areas: &[i64], depth: &[i64], decided: &[Option<bool>]) -> i128 {
    if !is_on(context) {
        return 0;
    }
    let policy = context.instance.policy();
    let breadth = usize::try_from(policy.base_breadth).unwrap_or(AREAS).min(AREAS);
    let quota = usize::try_from(policy.base_quota).unwrap_or(usize::MAX);
    let mut gains = vec![Vec::new(); context.instance.streets.len() + 1];
    let parties = context.instance.parties.iter().enumerate();
    for (u, party) in parties.filter(|(_, p)| p.is_unit()) {
        let mut prices: Vec<i64> = areas.get(u * AREAS..(u + 1) * AREAS).unwrap_or_default().to_vec();
        prices.sort_unstable();
        let paid: i128 = prices.iter().take(breadth).map(|p| i128::from(*p)).sum();
        let deep = i128::from(depth.get(u).copied().unwrap_or(0)) * i128::from(policy.base_depth);
        let gain = i128::from(policy.base_bonus_micro) - deep - paid;
        let Some(list) = gains.get_mut(party.street.map_or(0, |s| s as usize + 1)) else {
            continue;
        };
        match decided.get(u).copied().flatten() {
            Some(true) => list.push((true, gain)),
            Some(false) => {}
            None => list.push((false, gain.max(0))),
        }
    }
    let mut sum = 0;
    for list in &mut gains {
        list.sort_unstable_by(|a, b| b.cmp(a));
        sum += list.iter().take(quota).map(|(_, gain)| gain).sum::<i128>();
    }
    sum * i128::from(PPM)
}

/// The bases a set of services allows: per street the first `quota` units, in order, that serve broadly and often
/// enough. All bases earn the same, so any choice is best.
#[must_use]
pub fn choose(context: Context<'_>, taken: &[i64]) -> Vec<bool> {
    choose_with(context, taken, &Held::default())
}

/// The same for a part of the whole, where `held` is there already.
#[must_use]
pub fn choose_with(context: Context<'_>, taken: &[i64], held: &Held) -> Vec<bool> {
    let policy = context.instance.policy();
    let count = context.instance.parties.len();
    let before = |u: usize| held.party(u);
    let mut areas: Vec<[bool; AREAS]> = (0..count).map(|u| before(u).serves).collect();
    let mut depth: Vec<i64> = (0..count).map(|u| before(u).depth).collect();
    for (edge, _) in context
        .edges
        .rows
        .iter()
        .zip(taken)
        .filter(|(e, x)| e.base && **x > 0)
    {
        if let Some(cell) = areas
            .get_mut(edge.giver as usize)
            .and_then(|a| a.get_mut(usize::from(edge.area)))
        {
            *cell = true;
        }
        if let Some(cell) = depth.get_mut(edge.giver as usize) {
            *cell += 1;
        }
    }
    let streets = 0..=context.instance.streets.len();
    let mut left: Vec<i64> = streets.map(|s| policy.base_quota - held.bases(s)).collect();
    let mut chosen = vec![false; count];
    for (u, party) in context
        .instance
        .parties
        .iter()
        .enumerate()
        .filter(|_| is_on(context))
    {
        let broad = areas
            .get(u)
            .map_or(0, |a| a.iter().filter(|served| **served).count());
        let broad = i64::try_from(broad).unwrap_or(0) >= policy.base_breadth;
        let deep = depth.get(u).copied().unwrap_or(0) >= policy.base_depth;
        let quota = left.get_mut(party.street.map_or(0, |s| s as usize + 1));
        if let (true, true, Some(quota), Some(cell)) = (broad, deep, quota, chosen.get_mut(u))
            && *quota > 0
        {
            *quota -= 1;
            *cell = true;
        }
    }
    chosen
}
