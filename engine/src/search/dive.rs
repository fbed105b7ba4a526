//! A first plan: prices are sought on, and every few rounds the agreements that were taken most often of late are made
//! and their rooms given away, so that the prices of the rest settle anew.

use super::state::State;
use super::unit::{Bench, Guide};
use crate::control::Control;
use crate::price::Climber;

/// Rounds between two fixings.
const ROUNDS: u32 = 5;
/// Of the candidates still open, one in so many is made at a fixing.
const PART: usize = 60;
/// Length of a step; the prices are near their best already.
const LENGTH: f64 = 0.03;
/// Rounds before the first fixing, so that shares are known.
const WARM: u32 = 30;

/// Makes agreements in `state` until none is taken any more.
pub(super) fn dive(
    climber: &mut Climber<'_>,
    state: &mut State<'_>,
    guide: &Guide,
    bench: &mut Bench,
    control: &dyn Control,
) {
    climber
        .open
        .retain(|k| state.made.get(*k as usize) != Some(&true));
    settle(climber, state);
    climber.prices.clone_from(&guide.prices);
    climber.length = LENGTH;
    for round in 0..WARM {
        climber.evaluate(round == 0);
        climber.step();
    }
    while !climber.open.is_empty() && !control.stop() {
        for _ in 0..ROUNDS {
            climber.evaluate(false);
            climber.step();
        }
        if fix(climber, state, guide, bench) == 0 {
            return;
        }
        settle(climber, state);
    }
}

/// Makes what was taken most often; gives how many candidates were looked at.
fn fix(climber: &mut Climber<'_>, state: &mut State<'_>, guide: &Guide, bench: &mut Bench) -> usize {
    let share = |k: u32| climber.share.get(k as usize).copied().unwrap_or(0.0);
    let mut order: Vec<u32> = climber
        .open
        .iter()
        .copied()
        .filter(|k| share(*k) > 0.05)
        .collect();
    order.sort_by(|a, b| share(*b).total_cmp(&share(*a)).then(a.cmp(b)));
    let sure = order.iter().filter(|k| share(**k) > 0.98).count();
    order.truncate(sure.max(order.len().div_ceil(PART)));
    for k in &order {
        bench.make(state, guide, *k, &climber.prices);
    }
    climber
        .open
        .retain(|k| order.binary_search_by(|o| o.cmp(k)).is_err());
    let mut looked_at = order.clone();
    looked_at.sort_unstable();
    climber.open.retain(|k| looked_at.binary_search(k).is_err());
    order.len()
}

/// Takes over the rooms that are left, and drops what cannot be made any more.
fn settle(climber: &mut Climber<'_>, state: &State<'_>) {
    for (room, left) in climber.room.iter_mut().zip(&state.left) {
        *room = left.max(1.0);
    }
    for (brought, side) in climber.brought.iter_mut().zip(state.sides()) {
        *brought = side;
    }
    let load = state.flat.layout.parties;
    let full = |m: u32| state.left.get(load + m as usize).is_none_or(|left| *left < 1.0);
    climber.open.retain(|k| {
        let candidate = state.flat.candidates.get(*k as usize);
        candidate.is_some_and(|c| !c.members().any(full))
    });
    for k in &climber.open {
        let Some(candidate) = state.flat.candidates.get(*k as usize) else {
            continue;
        };
        for e in candidate.first..candidate.end {
            if let Some(edge) = climber.edges.get_mut(e as usize) {
                edge.cap = state.left_of(edge);
            }
        }
    }
    for (cell, covered) in state.covered() {
        if covered && let Some(price) = climber.prices.get_mut(cell) {
            *price = 0.0;
        }
    }
}
