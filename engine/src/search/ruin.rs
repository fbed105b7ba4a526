//! Ruin and recreate (Schrimpf et al. 2000): the agreements of a few units around a community are taken away and built
//! again; what is better stays, and at first a little worse may stay too.

use super::counter::Counter;
use super::state::State;
use super::unit::{Bench, Guide};
use crate::control::Control;
use crate::flat::FlatCandidate;

/// Moves of each half in a round.
const MOVES: u32 = 10_000;
/// Moves between two looks at the caller.
const SLICE: u32 = 500;
/// Of a hundred moves, those around a contested row; the others are around a community.
const AROUND_ROW: usize = 50;
/// Prices count in full, in part or not at all while a unit is built again.
const FACTORS: [f64; 4] = [0.0, 0.5, 0.8, 1.0];

/// One half of a round: some of the units, and for the round alone all that is free of some communities and funds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half {
    pub(super) round: u32,
    pub(super) second: bool,
    /// Loss that may stay, µ.
    pub(super) heat: f64,
}

impl Half {
    /// Whether a unit, a community or a fund belongs to this half in this round.
    fn has(self, place: u32) -> bool {
        let mut counter = Counter::new(u64::from(self.round) << 32 | u64::from(place));
        (counter.below(2) == 1) == self.second
    }

    /// Whether an agreement may be taken away: it is not pinned, and all its units are of this half.
    fn may_undo(self, state: &State<'_>, k: u32) -> bool {
        let candidate = state.flat.candidates.get(k as usize);
        candidate.is_some_and(|c| {
            let mut others = c.members().filter(|m| state.is_unit(*m) && !self.has(*m));
            !c.pinned && (c.is_pair() || others.next().is_none())
        })
    }

    /// The state as this half may use it.
    pub(super) fn own<'a>(self, state: &State<'a>) -> State<'a> {
        let mut own = state.clone();
        let (l, instance) = (state.flat.layout, state.context.instance);
        let owners = instance.offers.iter().map(|o| Some(o.party));
        let owners = owners.chain(instance.needs.iter().map(|n| Some(n.party)));
        let owners = owners.chain((0_u32..).take(instance.parties.len()).map(Some));
        let owners = owners.chain(instance.funds.iter().map(|_| None));
        for (place, (left, owner)) in (0_u32..).zip(own.left.iter_mut().take(l.balance).zip(owners)) {
            if !self.has(owner.unwrap_or(place)) {
                *left = 0.0;
            }
        }
        own
    }

    /// Makes this half's moves.
    pub(super) fn run(self, state: &mut State<'_>, guide: &Guide, control: &dyn Control) {
        let parties = (0_u32..).zip(&state.context.instance.parties);
        let near = |p: u32| guide.around.get(p as usize).is_some_and(|list| !list.is_empty());
        let communities: Vec<u32> = parties
            .filter(|(p, party)| !party.is_unit() && near(*p))
            .map(|(p, _)| p)
            .collect();
        if communities.is_empty() {
            return;
        }
        let mut counter = Counter::new(u64::from(self.round) << 1 | u64::from(self.second));
        let mut mover = Mover::new(guide, self);
        for done in 0..MOVES {
            if done % SLICE == 0 && control.stop() {
                return;
            }
            if guide.rows.is_empty() || counter.below(100) >= AROUND_ROW {
                let c = communities
                    .get(counter.below(communities.len()))
                    .copied()
                    .unwrap_or(0);
                mover.pick(state, c, &mut counter);
            } else {
                let row = guide
                    .rows
                    .get(counter.below(guide.rows.len()))
                    .map_or(&[][..], Vec::as_slice);
                mover.pick_row(state, row, &mut counter);
            }
            mover.step(state, &mut counter);
        }
    }

    /// Takes over what this half did with its units.
    pub(super) fn merge(self, state: &mut State<'_>, made: &[bool], taken: &[f64]) {
        let flat = state.flat;
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for (k, candidate) in (0_u32..).zip(&flat.candidates) {
            let unit = candidate.members().find(|m| state.is_unit(*m));
            if !unit.is_some_and(|u| self.has(u)) {
                continue;
            }
            let (is, was) = (
                made.get(k as usize) == Some(&true),
                state.made.get(k as usize) == Some(&true),
            );
            let run = candidate.first as usize..candidate.end as usize;
            if is == was && (!is || state.taken.get(run.clone()) == taken.get(run)) {
                continue;
            }
            if was {
                state.unmake(k, &mut gone);
            }
            if is {
                new.push((k, *candidate));
            }
        }
        for (k, candidate) in new {
            let amount = |e: u32| taken.get(e as usize).copied().unwrap_or(0.0);
            let services = (candidate.first..candidate.end).map(|e| (e, amount(e)));
            let services: Vec<(u32, f64)> = services.filter(|(_, x)| *x > 0.0).collect();
            state.make(k, &services);
        }
    }
}

struct Mover<'a> {
    guide: &'a Guide,
    half: Half,
    bench: Bench,
    old: Vec<(u32, usize, usize)>,
    new: Vec<u32>,
    services: Vec<(u32, f64)>,
    gone: Vec<(u32, f64)>,
    units: Vec<u32>,
}

impl<'a> Mover<'a> {
    fn new(guide: &'a Guide, half: Half) -> Self {
        Self {
            guide,
            half,
            bench: Bench::default(),
            old: Vec::new(),
            new: Vec::new(),
            services: Vec::new(),
            gone: Vec::new(),
            units: Vec::new(),
        }
    }

    /// Takes away what the picked units have and builds it again.
    fn step(&mut self, state: &mut State<'_>, counter: &mut Counter) {
        let before = state.value;
        self.old.clear();
        self.new.clear();
        self.services.clear();
        for u in &self.units {
            for &k in self.guide.around.get(*u as usize).map_or(&[][..], Vec::as_slice) {
                if state.made.get(k as usize) == Some(&true) && self.half.may_undo(state, k) {
                    let from = self.services.len();
                    state.unmake(k, &mut self.services);
                    self.old.push((k, from, self.services.len()));
                }
            }
        }
        let factor = FACTORS.get(counter.below(FACTORS.len())).copied().unwrap_or(0.0);
        for factor in [factor, 0.0].into_iter().take(if factor > 0.0 { 2 } else { 1 }) {
            for u in &self.units {
                self.bench.build(state, self.guide, *u, factor, &mut self.new);
            }
        }
        if state.value >= before - self.half.heat * counter.share() {
            return;
        }
        self.gone.clear();
        for k in self.new.iter().rev() {
            state.unmake(*k, &mut self.gone);
        }
        for (k, from, to) in &self.old {
            state.make(*k, self.services.get(*from..*to).unwrap_or_default());
        }
        state.value = before;
    }

    /// Two to seven units around a community, half of them its partners if it has some.
    fn pick(&mut self, state: &State<'_>, c: u32, counter: &mut Counter) {
        self.units.clear();
        let around = self.guide.around.get(c as usize).map_or(&[][..], Vec::as_slice);
        let wanted = 2 + counter.below(6);
        for i in 0..wanted * 3 {
            if self.units.len() >= wanted {
                break;
            }
            let Some(k) = around.get(counter.below(around.len())) else {
                break;
            };
            let made = state.made.get(*k as usize) == Some(&true);
            if !made && i % 3 != 0 {
                continue;
            }
            let members = state.flat.candidates.get(*k as usize).map(FlatCandidate::members);
            for u in members.into_iter().flatten().filter(|m| *m != c) {
                self.add(u);
            }
        }
    }

    /// Two to seven units that want the same contested row, its takers first.
    fn pick_row(&mut self, state: &State<'_>, row: &[u32], counter: &mut Counter) {
        self.units.clear();
        let wanted = 2 + counter.below(6);
        let takers = 1 + counter.below(wanted);
        let start = counter.below(row.len());
        let unit = |e: u32| {
            let edge = state.flat.edges.get(e as usize)?;
            Some(if state.is_unit(edge.giver) {
                edge.giver
            } else {
                edge.receiver
            })
        };
        for i in 0..row.len() {
            let Some(e) = row.get((start + i) % row.len()).copied() else {
                break;
            };
            let taken = state.taken.get(e as usize).is_some_and(|x| *x > 0.0);
            if let Some(u) = unit(e).filter(|_| taken && self.units.len() < takers) {
                self.add(u);
            }
        }
        for _ in 0..wanted * 2 {
            if self.units.len() >= wanted {
                break;
            }
            if let Some(u) = row.get(counter.below(row.len())).and_then(|e| unit(*e)) {
                self.add(u);
            }
        }
    }

    fn add(&mut self, u: u32) {
        if self.half.has(u) && !self.units.contains(&u) {
            self.units.push(u);
        }
    }
}
