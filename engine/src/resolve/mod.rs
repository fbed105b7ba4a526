//! A changed instance, solved from the plan before: what still fits is kept, what the change touches is freed and
//! solved again, and what moves touches its neighbours in turn.

mod carry;
mod touched;

use crate::branch::Proof;
use crate::certificate::Prices;
use crate::control::{Control, Phase, Progress};
use crate::edges;
use crate::error::SolveError;
use crate::exact::Limits;
use crate::flat::Flat;
use crate::local::{Local, Still};
use crate::model::Instance;
use crate::plan::Document;
use crate::price::{self, Bound, Rounds};
use crate::rules::{Context, base};
use crate::solve::{self, Settings, Solution};
use touched::Touched;

/// The plan before.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// Its instance.
    pub instance: &'a Instance,
    /// The plan.
    pub plan: &'a Document,
    /// The prices of its certificate: they guide the search, and prove a bound of the changed instance too.
    pub prices: Option<&'a Prices>,
}

/// Nodes of the search tree of one part.
const NODES: i32 = 20;
/// People have got used to a service: that it stays counts as this part of an agreement's upkeep.
const INERTIA: i64 = 10;
/// Rounds: what moved in one is touched in the next.
const ROUNDS: u32 = 4;
/// Candidates of a party that are freed though they are not made: those the prices like best.
const TRIED: usize = 8;
/// Agreements of a party that are freed.
const MADE: usize = 16;
/// Parts solved in all for one unit of effort.
const PARTS: usize = 60;
/// Steps of the simplex method spent on the proof for one unit of effort: a tenth of those of a solve.
const WORK: u64 = 1_000;
/// Rounds of the climb with pairs, which old prices make needless; with blocks beside one for each unit of effort.
const PAIRS: u32 = 400;
const BLOCKS: u32 = 12;

/// Solves `now` from the plan before. The work grows with what changed, not with the instance, but for finding the
/// edges and judging the end.
///
/// # Errors
/// As [`crate::solve`].
pub fn resolve(
    now: &Instance,
    before: Before<'_>,
    settings: Settings,
    control: &dyn Control,
) -> Result<Solution, SolveError> {
    let edges = edges::build(now);
    let context = Context {
        instance: now,
        edges: &edges,
    };
    solve::pins_hold(context)?;
    let local = Local::new(context);
    let carried = carry::over(&local, before.plan);
    if !carried.holds {
        // A new pin can ask for what no part of the old plan leads to.
        return crate::solve(now, settings, control);
    }
    let flat = Flat::new(context);
    let proof = prove(context, &flat, before, settings, control);
    let worth = worth(&flat, &proof.prices);
    let mut touched = touched::by_change(&local, before.instance);
    touched.parties.extend(&carried.touched.parties);
    touched.offers.extend(&carried.touched.offers);
    touched.needs.extend(&carried.touched.needs);
    let mut search = Search {
        still: vec![false; edges.rows.len()],
        local,
        worth,
        taken: carried.taken,
        left: PARTS.saturating_mul(settings.effort as usize),
        control,
    };
    search.hold_still(&touched);
    let mut parties = touched.parties;
    for round in 0..ROUNDS {
        parties.sort_unstable();
        parties.dedup();
        parties = search.round(&parties);
        control.progress(&Progress {
            phase: Phase::Construct,
            done: round + 1,
            total: ROUNDS,
            value_micro: 0,
            bound_micro: price::bound_micro(proof.bound),
        });
        if parties.is_empty() || search.left == 0 || control.stop() {
            break;
        }
    }
    let taken = search.taken;
    let work = WORK.saturating_mul(settings.effort.into());
    solve::settle(context, taken, proof, &flat, work, control)
}

/// Old prices, by id, and those of a short climb from them, whichever prove more.
fn prove(
    context: Context<'_>,
    flat: &Flat,
    before: Before<'_>,
    settings: Settings,
    control: &dyn Control,
) -> Proof {
    let old = before
        .prices
        .map(|prices| carry::prices(context, before.instance, prices));
    let rounds = Rounds {
        pairs: if old.is_some() { 0 } else { PAIRS },
        blocks: BLOCKS.saturating_add(settings.effort),
        threads: settings.threads,
    };
    let climbed = price::climb(context, flat, old.as_ref(), rounds, control);
    let mut proof = Proof {
        prices: climbed.prices,
        branches: Vec::new(),
        bound: climbed.bound,
    };
    if let Some(prices) = old {
        let bound = Bound::new(context, flat).of(&prices);
        if bound < proof.bound {
            (proof.prices, proof.bound) = (prices, bound);
        }
    }
    proof
}

/// What the prices leave each candidate, µ.
fn worth(flat: &Flat, prices: &Prices) -> Vec<f64> {
    let list = flat.read(prices);
    let left = flat.candidates.iter().map(|candidate| {
        let run = flat.edges.get(candidate.first as usize..candidate.end as usize);
        let gains = run.unwrap_or_default().iter();
        let sum: f64 = gains
            .map(|edge| price::gain(flat.layout, edge, &list).1.max(0.0))
            .sum();
        sum - candidate.own
    });
    left.collect()
}

struct Search<'a> {
    local: Local<'a>,
    /// What the prices leave each candidate.
    worth: Vec<f64>,
    taken: Vec<i64>,
    /// Edges of agreements that are made, neither of whose sides is touched: they are kept as they are or dropped.
    still: Vec<bool>,
    /// Parts that may still be solved.
    left: usize,
    control: &'a dyn Control,
}

impl Search<'_> {
    fn hold_still(&mut self, touched: &Touched) {
        let Context { instance, edges } = self.local.context();
        let (mut offers, mut needs) = (
            vec![false; instance.offers.len()],
            vec![false; instance.needs.len()],
        );
        let lists = [(&mut offers, &touched.offers), (&mut needs, &touched.needs)];
        for (cells, places) in lists {
            for place in places {
                if let Some(cell) = cells.get_mut(*place as usize) {
                    *cell = true;
                }
            }
        }
        let is = |cells: &[bool], place: u32| cells.get(place as usize).copied().unwrap_or(false);
        for candidate in &edges.candidates {
            let made = candidate
                .range()
                .any(|e| self.taken.get(e).is_some_and(|x| *x > 0));
            for e in candidate.range().filter(|_| made) {
                if let (Some(edge), Some(cell)) = (edges.rows.get(e), self.still.get_mut(e)) {
                    *cell = !is(&offers, edge.offer) && !is(&needs, edge.need);
                }
            }
        }
    }

    /// What moved gives or takes room: whatever else uses the same offer or need may move too.
    fn stir(&mut self, offer: u32, need: u32) {
        let same = self
            .local
            .edges_of_offer(offer)
            .iter()
            .chain(self.local.edges_of_need(need));
        for e in same {
            if let Some(cell) = self.still.get_mut(*e as usize) {
                *cell = false;
            }
        }
    }

    /// Solves the part around each touched party again; gives the parties whose agreements changed.
    fn round(&mut self, touched: &[u32]) -> Vec<u32> {
        let limits = Limits {
            nodes: NODES,
            seconds: None,
        };
        let mut moved = Vec::new();
        let context = self.local.context();
        let inertia_micro = context.instance.policy().fixed_micro / INERTIA;
        let mut bases = base::choose(context, &self.taken);
        for p in touched {
            if self.left == 0 || self.control.stop() {
                break;
            }
            let free = self.near(*p);
            if free.is_empty() {
                continue;
            }
            self.left -= 1;
            let still = Still {
                edges: &self.still,
                inertia_micro,
            };
            let improved = self
                .local
                .improve_but(&self.taken, Some(&bases), &free, still, limits);
            let Some(changed) = improved else {
                continue;
            };
            for (e, amount) in changed {
                if let Some(cell) = self.taken.get_mut(e as usize) {
                    *cell = amount;
                }
                if let Some(edge) = context.edges.rows.get(e as usize) {
                    moved.extend([edge.giver, edge.receiver].into_iter().filter(|m| m != p));
                    self.stir(edge.offer, edge.need);
                }
            }
            bases = base::choose(context, &self.taken);
        }
        moved
    }

    /// A party's agreements, the candidates the prices like best, and what their other members are busy with.
    fn near(&self, p: u32) -> Vec<u32> {
        let made = |k: &u32| self.local.made(&self.taken, *k);
        let worth = |k: &u32| self.worth.get(*k as usize).copied().unwrap_or(0.0);
        let own = self.local.candidates_of(p);
        let mut free: Vec<u32> = own.iter().copied().filter(made).collect();
        free.sort_by(|a, b| worth(a).total_cmp(&worth(b)).then(a.cmp(b)));
        free.truncate(MADE);
        let mut tried: Vec<u32> = own.iter().copied().filter(|k| !made(k)).collect();
        tried.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
        tried.truncate(TRIED);
        for k in tried.iter().take(TRIED / 2) {
            let members = self
                .local
                .context()
                .edges
                .candidates
                .get(*k as usize)
                .map_or(&[][..], |c| &c.members);
            let others = members
                .iter()
                .filter(|m| **m != p && self.local.candidates_of(**m).len() < 2 * TRIED);
            free.extend(
                others
                    .flat_map(|m| self.local.candidates_of(*m))
                    .copied()
                    .filter(made),
            );
        }
        free.extend(tried);
        free.sort_unstable();
        free.dedup();
        free
    }
}
