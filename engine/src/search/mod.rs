//! Plans for instances beyond the full model's reach: prices guide a first plan, then parts of it are taken away and
//! built again, unit by unit, as long as work is left. Moves follow a counter, never a clock.

mod counter;
mod dive;
mod polish;
mod ruin;
mod state;
mod unit;

use crate::control::{Control, Phase, Progress};
use crate::flat::Flat;
use crate::price::{self, Ascent, Climber};
use crate::rules::Context;

use polish::Pass;
use ruin::Half;
use state::State;
use unit::{Bench, Guide};

/// How much to search.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Rounds in all.
    pub rounds: u32,
    /// Loss that may stay at the beginning of a cycle, µ; it falls to nothing.
    pub heat: f64,
    /// Parts around communities that are solved by themselves afterwards.
    pub parts: usize,
    /// Threads; the result does not depend on them.
    pub threads: u32,
}

/// Edges freed around a community in the first pass, in the second and so on.
const PASSES: [usize; 3] = [120, 200, 300];

/// Searches from `start` (amounts of each edge), or from a plan the prices guide; gives amounts of each edge.
///
/// In each round the units fall into two halves that are searched side by side. What is free of a community's rows or of
/// a fund belongs to one half alone for the round, so both results fit together.
#[must_use]
pub fn search(
    context: Context<'_>,
    flat: &Flat,
    climbed: &Ascent,
    start: Option<&[i64]>,
    work: Work,
    control: &dyn Control,
) -> Vec<i64> {
    let mut state = State::new(context, flat);
    let guide = Guide::new(&state, &climbed.prices);
    if let Some(taken) = start {
        state.load(taken, &context.edges.candidates);
    } else {
        let mut bench = Bench::default();
        for (k, _) in (0_u32..).zip(&flat.candidates).filter(|(_, c)| c.pinned) {
            bench.pin(&mut state, &guide, k);
        }
        let mut climber = Climber::new(context, flat);
        dive::dive(&mut climber, &mut state, &guide, &mut bench, control);
        fill(&mut state, &guide, &mut bench);
    }
    let mut best = (state.value, state.taken.clone());
    for round in 0..work.rounds {
        if control.stop() {
            break;
        }
        let left = 1.0 - f64::from(round) / f64::from(work.rounds);
        side_by_side(
            &mut state,
            &guide,
            round,
            work.heat * left * left,
            work.threads,
            control,
        );
        if state.value > best.0 {
            best = (state.value, state.taken.clone());
        }
        let rounds = work.rounds as usize;
        control.progress(&told(
            Phase::Construct,
            round as usize + 1,
            rounds,
            best.0,
            climbed,
        ));
    }
    state.taken = best.1;
    let found = state.amounts();
    let mut state = State::new(context, flat);
    state.load(&found, &context.edges.candidates);
    close_circles(&mut state, &guide, &mut Bench::default());
    if work.parts == 0 {
        return state.amounts();
    }
    polish_all(&mut state, &guide, climbed, work, control);
    state.amounts()
}

/// Passes with more and more freed at a time, as many parts as the work allows.
fn polish_all(state: &mut State<'_>, guide: &Guide, climbed: &Ascent, work: Work, control: &dyn Control) {
    let communities = state
        .context
        .instance
        .parties
        .iter()
        .filter(|p| !p.is_unit())
        .count();
    let mut left = work.parts;
    let sizes = PASSES
        .into_iter()
        .chain(std::iter::repeat(PASSES[PASSES.len() - 1]));
    for (number, edges) in sizes.enumerate() {
        let parts = left.min(communities);
        if parts == 0 || control.stop() {
            return;
        }
        left -= parts;
        let told = |value: f64| {
            control.progress(&told(
                Phase::Polish,
                number,
                work.parts.div_ceil(communities),
                value,
                climbed,
            ));
        };
        let pass = Pass {
            parts,
            edges,
            threads: work.threads,
        };
        polish::polish(state, &guide.prices, pass, &told, control);
    }
}

/// A look at a search.
#[expect(clippy::cast_possible_truncation, reason = "told, not judged")]
fn told(phase: Phase, done: usize, total: usize, value: f64, climbed: &Ascent) -> Progress {
    Progress {
        phase,
        done: done as u32,
        total: total as u32,
        value_micro: value as i64,
        bound_micro: price::bound_micro(climbed.bound),
    }
}

/// One round of both halves.
fn side_by_side(
    state: &mut State<'_>,
    guide: &Guide,
    round: u32,
    heat: f64,
    threads: u32,
    control: &dyn Control,
) {
    let halves = [false, true].map(|second| Half { round, second, heat });
    let [first, second] = halves.map(|half| (half, half.own(state)));
    let run = |(half, mut own): (Half, State<'_>)| {
        half.run(&mut own, guide, control);
        (own.made, own.taken)
    };
    let found = if threads > 1 {
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| run(second));
            [Some(run(first)), beside.join().ok()]
        })
    } else {
        [Some(run(first)), Some(run(second))]
    };
    for ((made, taken), half) in found.into_iter().flatten().zip(halves) {
        half.merge(state, &made, &taken);
    }
}

/// Unit after unit, those whose load is dearest first.
fn fill(state: &mut State<'_>, guide: &Guide, bench: &mut Bench) {
    let parties = (0_u32..).zip(&state.context.instance.parties);
    let mut units: Vec<u32> = parties.filter(|(_, p)| p.is_unit()).map(|(p, _)| p).collect();
    let load = state.flat.layout.parties;
    let price = |u: u32| guide.prices.get(load + u as usize).copied().unwrap_or(0.0);
    units.sort_by(|a, b| price(*b).total_cmp(&price(*a)).then(a.cmp(b)));
    let mut made = Vec::new();
    for factor in [0.5, 0.0] {
        for u in &units {
            bench.build(state, guide, *u, factor, &mut made);
        }
    }
    close_circles(state, guide, bench);
}

/// Circles that gain at what is left, one after the other.
fn close_circles(state: &mut State<'_>, guide: &Guide, bench: &mut Bench) {
    let numbered = (0_u32..).zip(&state.flat.candidates);
    for (k, _) in numbered.filter(|(_, c)| !c.is_pair()) {
        if state.made.get(k as usize) == Some(&false) {
            bench.close(state, guide, k);
        }
    }
}
