//! The last word: around one community after the other, HiGHS finds the best for the agreements that are there and those
//! that prices make likely, everything else held. It finds what moves of single units cannot.

use super::state::State;
use crate::control::Control;
use crate::exact::Limits;
use crate::flat::{Flat, float};
use crate::local::Local;
use crate::price;

/// Nodes of the search tree of one part: its root decides nearly all.
const NODES: i32 = 1;

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

/// Goes over the communities, two at a time; `told` hears after each two.
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
    for two in communities.get(..many).unwrap_or_default().chunks(2) {
        told(state.value);
        if control.stop() {
            return;
        }
        let (taken, bases) = (state.amounts(), state.bases());
        let find = |c: u32| {
            let free = around(state, &local, &gains, c, pass.edges);
            local
                .improve(&taken, Some(&bases), &free, limits)
                .unwrap_or_default()
        };
        let found = match two {
            [a, b] if pass.threads > 1 => std::thread::scope(|scope| {
                let beside = scope.spawn(|| find(*b));
                vec![find(*a), beside.join().unwrap_or_default()]
            }),
            two => two.iter().map(|c| find(*c)).collect(),
        };
        for change in found {
            state.change(&change.iter().map(|(e, x)| (*e, float(*x))).collect::<Vec<_>>());
        }
    }
}
