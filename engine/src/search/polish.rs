//! The last word: around one community after the other, HiGHS finds the best for the agreements that are there and those
//! that prices make likely, everything else held. It finds what moves of single units cannot.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::state::State;
use crate::control::Control;
use crate::exact::Limits;
use crate::flat::{Flat, float};
use crate::local::Local;
use crate::price;

/// Nodes of the search tree of one part: its root decides nearly all.
const NODES: i32 = 1;
/// Parts solved from one plan before their changes are taken over, so that no thread waits for long.
const TOGETHER: usize = 8;

/// What each candidate gains at these prices with its own rows paid, µ.
fn gains(flat: &Flat, prices: &[f64]) -> Vec<f64> {
    let gain = |candidate: &crate::flat::FlatCandidate| {
        let run = flat
            .edges
            .get(candidate.first as usize..candidate.end as usize)
            .unwrap_or_default();
        let mut sides = [(0.0, f64::NEG_INFINITY); 3];
        for edge in run {
            let (_, gain) = price::gain(flat.layout, edge, prices);
            let side = &mut sides[usize::from(edge.side)];
            *side = (side.0 + gain.max(0.0), side.1.max(gain));
        }
        let load = |m: u32| {
            prices
                .get(flat.layout.parties + m as usize)
                .copied()
                .unwrap_or(0.0)
        };
        let sum: f64 = sides
            .iter()
            .take(candidate.sides())
            .map(|side| if side.0 > 0.0 { side.0 } else { side.1 })
            .sum();
        sum - candidate.own - candidate.members().map(load).sum::<f64>()
    };
    flat.candidates.iter().map(gain).collect()
}

/// What is freed around a community: its agreements, the likeliest others, and what the units of these have elsewhere.
fn around(state: &State<'_>, local: &Local<'_>, gains: &[f64], c: u32, most: usize) -> Vec<u32> {
    let made = |k: u32| state.made.get(k as usize) == Some(&true);
    let mut order: Vec<u32> = local.candidates_of(c).to_vec();
    let gain = |k: u32| gains.get(k as usize).copied().unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|a, b| {
        made(*b)
            .cmp(&made(*a))
            .then(gain(*b).total_cmp(&gain(*a)))
            .then(a.cmp(b))
    });
    let (mut free, mut edges) = (Vec::new(), 0);
    for k in order {
        let Some(candidate) = state.flat.candidates.get(k as usize) else {
            continue;
        };
        if edges >= most {
            break;
        }
        let elsewhere = candidate.members().filter(|m| *m != c);
        let elsewhere = elsewhere.flat_map(|m| local.candidates_of(m).iter().copied());
        for k in std::iter::once(k).chain(elsewhere.filter(|k| made(*k))) {
            if let Some(candidate) = state
                .flat
                .candidates
                .get(k as usize)
                .filter(|_| !free.contains(&k))
            {
                edges += (candidate.end - candidate.first) as usize;
                free.push(k);
            }
        }
    }
    free.sort_unstable();
    free
}

/// A pass over the communities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    /// Communities to go to, from the first on.
    pub(super) parts: usize,
    /// Edges that are freed around each, about.
    pub(super) edges: usize,
    /// Threads; the result does not depend on them.
    pub(super) threads: u32,
}

/// Goes over the communities, some at a time; `told` hears before each of these.
pub(super) fn polish(
    state: &mut State<'_>,
    prices: &[f64],
    pass: Pass,
    told: &dyn Fn(f64),
    control: &dyn Control,
) {
    let local = Local::new(state.context);
    let gains = gains(state.flat, prices);
    let parties = (0_u32..).zip(&state.context.instance.parties);
    let communities: Vec<u32> = parties
        .filter(|(p, party)| !party.is_unit() && !local.candidates_of(*p).is_empty())
        .map(|(p, _)| p)
        .collect();
    let limits = Limits {
        nodes: NODES,
        seconds: None,
    };
    let many = communities.len().min(pass.parts);
    let communities = communities.get(..many).unwrap_or_default();
    let lists = many.div_ceil(TOGETHER);
    for first in 0..lists {
        told(state.value);
        if control.stop() {
            return;
        }
        // Those far from each other in the list, mostly of different streets, seldom touch the same rows.
        let list: Vec<u32> = communities.iter().skip(first).step_by(lists).copied().collect();
        let (taken, bases) = (state.amounts(), state.bases());
        let find = |c: u32| {
            let free = around(state, &local, &gains, c, pass.edges);
            local
                .improve(&taken, Some(&bases), &free, limits)
                .unwrap_or_default()
        };
        for change in side_by_side(&list, pass.threads, &find, control) {
            state.change(&change.iter().map(|(e, x)| (*e, float(*x))).collect::<Vec<_>>());
        }
    }
}

/// New amounts of some edges.
type Change = Vec<(u32, i64)>;

/// What is found around each, in their order, whoever found it.
fn side_by_side(
    list: &[u32],
    threads: u32,
    find: &(dyn Fn(u32) -> Change + Sync),
    control: &dyn Control,
) -> Vec<Change> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some((place, c)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            list.get(place).filter(|_| !control.stop()).map(|c| (place, *c))
        } {
            found.push((place, find(c)));
        }
        found
    };
    let mut found = std::thread::scope(|scope| {
        let beside: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut found = work();
        for other in beside {
            found.extend(other.join().unwrap_or_default());
        }
        found
    });
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, change)| change).collect()
}
