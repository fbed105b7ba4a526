//! A bound close to the best plan: a small tree of decisions, each of its leaves with prices of its own. Relaxations
//! guide where to decide and give the prices; what a leaf proves is computed from its prices in integers. The search
//! follows the leaf with the greatest bound and ends by work, not by time.

mod relaxation;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::certificate::{Branch, Decision, Prices};
use crate::control::{Control, Phase, Progress};
use crate::flat::Flat;
use crate::linear::Column;
use crate::price::{self, Bound, Climber, Decided};
use crate::rules::{self, Columns, Context};

use relaxation::{Relaxation, Relaxed};

/// Decisions tried at a node before one is taken: new ones, and those that did well before.
const FRESH: usize = 10;
const KNOWN: usize = 3;
/// Rounds of climbing at a node; each counts as a step of the simplex method.
const REFINE: u32 = 40;
/// How far from a whole number a value may be and still count as one.
const WHOLE: f64 = 1e-6;
/// Least gain counted in the score of a decision, µ × 10^6.
const LITTLE: i128 = 1_000_000_000;

/// A bound with what proves it.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Prices of the root.
    pub prices: Prices,
    /// The tree; empty if the prices alone prove the bound.
    pub branches: Vec<Branch>,
    /// The bound, µ × 10^6.
    pub bound: i128,
}

/// A node of the search.
struct Node {
    /// What was decided, from the root on.
    path: Vec<(Decision, bool)>,
    /// What its prices, or those of a node above, prove.
    bound: i128,
    prices: Prices,
    /// Decisions its relaxation leaves open, with how far they are from whole; the most open first.
    open: Vec<Decision>,
    split: Option<(Decision, usize, usize)>,
}

/// Searches until no leaf exceeds `value` µ, or for `work` steps of the simplex method.
#[must_use]
pub fn prove<'a>(
    context: Context<'a>,
    flat: &'a Flat,
    value: i64,
    start: &Prices,
    work: u64,
    control: &dyn Control,
) -> Proof {
    let (linear, columns) = rules::model(context);
    let mut search = Search {
        context,
        columns,
        relaxation: Relaxation::new(context, &linear),
        bound: Bound::new(context, flat),
        climber: Climber::new(context, flat),
        nodes: Vec::new(),
        seen: BTreeMap::new(),
        spent: 0,
    };
    search.climber.use_blocks(1);
    let rest = search.relaxation.rest.clone();
    let known = [start, &rest].map(|prices| (search.bound.of(prices), prices));
    let start = if known[1].0 < known[0].0 {
        known[1].1
    } else {
        known[0].1
    };
    let root = search.node(Vec::new(), start);
    search.nodes.push(root);
    let mut heap = BinaryHeap::new();
    let key = |search: &Search<'_>, n: usize| search.nodes.get(n).map(|node| (node.bound, Reverse(n)));
    heap.extend(key(&search, 0));
    while let Some((bound, Reverse(n))) = heap.pop() {
        let bound_micro = price::bound_micro(bound);
        control.progress(&Progress {
            phase: Phase::Proof,
            done: u32::try_from(search.spent).unwrap_or(u32::MAX),
            total: u32::try_from(work).unwrap_or(u32::MAX),
            value_micro: value,
            bound_micro,
        });
        if bound_micro <= value || search.spent >= work || control.stop() {
            break;
        }
        let Some((yes, no)) = search.split(n) else {
            // Nothing is open here: no decision lowers this bound.
            break;
        };
        heap.extend(key(&search, yes));
        heap.extend(key(&search, no));
    }
    search.proof()
}

struct Search<'a> {
    context: Context<'a>,
    columns: Columns,
    relaxation: Relaxation<'a>,
    bound: Bound<'a>,
    climber: Climber<'a>,
    nodes: Vec<Node>,
    /// Sum and number of scores of each decision tried.
    seen: BTreeMap<Decision, (i128, i128)>,
    spent: u64,
}

impl Search<'_> {
    /// Decides what lowers the bounds of both sides most; gives the two new nodes.
    fn split(&mut self, n: usize) -> Option<(usize, usize)> {
        let node = self.nodes.get(n)?;
        let (path, prices, bound) = (node.path.clone(), node.prices.clone(), node.bound);
        let open = self.promising(&node.open);
        let mut best: Option<(i128, Decision, Node, Node)> = None;
        for decision in open {
            let side = |search: &mut Self, taken: bool| {
                let mut path = path.clone();
                path.push((decision, taken));
                search.node(path, &prices)
            };
            let (yes, no) = (side(self, true), side(self, false));
            let gain = |node: &Node| (bound - node.bound).clamp(0, bound.max(0)).max(LITTLE) / LITTLE;
            let score = gain(&yes).saturating_mul(gain(&no));
            let seen = self.seen.entry(decision).or_default();
            *seen = (seen.0.saturating_add(score), seen.1 + 1);
            if best.as_ref().is_none_or(|(most, ..)| score > *most) {
                best = Some((score, decision, yes, no));
            }
        }
        let (_, decision, mut yes, mut no) = best?;
        for node in [&mut yes, &mut no] {
            self.refine(node);
        }
        let first = self.nodes.len();
        self.nodes.extend([yes, no]);
        self.nodes.get_mut(n)?.split = Some((decision, first, first + 1));
        Some((first, first + 1))
    }

    /// The decisions that did most so far, and some that were not tried yet.
    fn promising(&self, open: &[Decision]) -> Vec<Decision> {
        let (mut known, mut fresh) = (Vec::new(), Vec::new());
        for decision in open {
            match self.seen.get(decision) {
                Some((sum, count)) => known.push((Reverse(sum / count), *decision)),
                None => fresh.push(*decision),
            }
        }
        known.sort_by_key(|(score, _)| *score);
        let known = known.into_iter().map(|(_, decision)| decision);
        fresh.into_iter().take(FRESH).chain(known.take(KNOWN)).collect()
    }

    /// A node: its relaxation's prices or those of the node above, whichever prove more.
    fn node(&mut self, path: Vec<(Decision, bool)>, above: &Prices) -> Node {
        let decided = self.decided(&path);
        let relaxed = self.relaxation.solve(&self.bounds(&path));
        self.spent += relaxed.as_ref().map_or(100, |r| r.iterations.max(10));
        let mut node = Node {
            bound: self.bound.leaf(above, &decided).unwrap_or(i128::MIN),
            prices: above.clone(),
            open: Vec::new(),
            split: None,
            path,
        };
        if let Some(mut relaxed) = relaxed {
            relaxed.prices.circles.clone_from(&above.circles);
            let own = self.bound.leaf(&relaxed.prices, &decided).unwrap_or(i128::MIN);
            if own < node.bound {
                (node.bound, node.prices) = (own, relaxed.prices.clone());
            }
            node.open = self.open(&relaxed);
        }
        node
    }

    /// Climbs on from a node's prices: those of a relaxation know nothing of the blocks of units.
    fn refine(&mut self, node: &mut Node) {
        let decided = self.decided(&node.path);
        let prices = self.climber.refine(&node.prices, &decided, REFINE);
        self.spent += u64::from(REFINE);
        let bound = self.bound.leaf(&prices, &decided).unwrap_or(i128::MIN);
        if bound < node.bound {
            (node.bound, node.prices) = (bound, prices);
        }
    }

    /// Decisions that a relaxation leaves between no and yes: agreements and bases, then services, then amounts.
    fn open(&self, relaxed: &Relaxed) -> Vec<Decision> {
        let value = |column: &Column| relaxed.values.get(*column).copied().unwrap_or(0.0);
        let far = |value: f64| (value - value.round()).abs();
        let mut found: Vec<(u8, f64, Decision)> = Vec::new();
        let edges = self.context.edges;
        for (candidate, y) in edges.candidates.iter().zip(&self.columns.agreements) {
            let decision = match candidate.members[..] {
                [a, b] => Decision::Agreement(a, b),
                [a, b, c] => Decision::Circle(a, b, c),
                _ => continue,
            };
            found.push((0, far(value(y)), decision));
        }
        for (u, b) in (0_u32..).zip(&self.columns.bases) {
            found.extend(b.as_ref().map(|b| (0, far(value(b)), Decision::Base(u))));
        }
        let both = self.columns.taken.iter().zip(&self.columns.amounts);
        for (edge, (z, x)) in edges.rows.iter().zip(both).take(edges.pair_rows()) {
            let service = |least| Decision::Service(edge.offer, edge.need, least);
            found.push((1, far(value(z)), service(edge.lot)));
            let more = whole(value(x).ceil());
            if more > edge.lot && more <= edge.cap {
                found.push((2, far(value(x)), service(more)));
            }
        }
        found.retain(|(_, far, _)| *far > WHOLE);
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        found.into_iter().map(|(_, _, decision)| decision).collect()
    }

    fn edge(&self, offer: u32, need: u32) -> Option<usize> {
        let is = |e: &crate::edges::Edge| e.offer == offer && e.need == need;
        self.context.edges.rows.iter().position(is)
    }

    fn candidate(&self, members: &[u32]) -> Option<usize> {
        let all = &self.context.edges.candidates;
        all.iter().position(|c| c.members == members)
    }

    fn decide(&self, members: &[u32], taken: bool, decided: &mut Decided) {
        let cell = self
            .candidate(members)
            .and_then(|k| decided.candidates.get_mut(k));
        if let Some(cell) = cell {
            *cell = Some(taken);
        }
    }

    /// What a path and the pins decide.
    fn decided(&self, path: &[(Decision, bool)]) -> Decided {
        let mut decided = Decided::by_pins(self.context);
        for (decision, taken) in path {
            match *decision {
                Decision::Agreement(a, b) => self.decide(&[a, b], *taken, &mut decided),
                Decision::Circle(a, b, c) => self.decide(&[a, b, c], *taken, &mut decided),
                Decision::Service(offer, need, least) => {
                    let cell = self.edge(offer, need).and_then(|e| decided.edges.get_mut(e));
                    match cell {
                        Some(cell) if *taken => *cell = (cell.0.max(least), cell.1, true),
                        Some(cell) => cell.1 = cell.1.min(least - 1),
                        None => {}
                    }
                }
                Decision::Base(u) => {
                    if let Some(cell) = decided.bases.get_mut(u as usize) {
                        *cell = Some(*taken);
                    }
                }
            }
        }
        decided
    }

    /// The same as bounds of columns.
    fn bounds(&self, path: &[(Decision, bool)]) -> Vec<(Column, f64, f64)> {
        let decided = self.decided(path);
        let side = |yes: &Option<bool>| match yes {
            Some(true) => (1.0, 1.0),
            Some(false) => (0.0, 0.0),
            None => (0.0, 1.0),
        };
        let mut bounds = Vec::new();
        for (y, made) in self.columns.agreements.iter().zip(&decided.candidates) {
            let (low, high) = side(made);
            bounds.push((*y, low, high));
        }
        for (b, base) in self.columns.bases.iter().zip(&decided.bases) {
            let (low, high) = side(base);
            bounds.extend(b.as_ref().map(|b| (*b, low, high)));
        }
        let both = self.columns.taken.iter().zip(&self.columns.amounts);
        for ((z, x), (least, most, taken)) in both.zip(&decided.edges) {
            if least > most {
                bounds.extend([(*z, 0.0, 0.0), (*x, 0.0, 0.0)]);
            } else {
                let low = if *taken { float(*least) } else { 0.0 };
                bounds.push((*z, if *taken { 1.0 } else { 0.0 }, 1.0));
                bounds.push((*x, low, float(*most)));
            }
        }
        bounds
    }

    /// The tree, cut where a node already proves what its leaves do.
    fn proof(&mut self) -> Proof {
        let leaves = self.nodes.iter().filter(|node| node.split.is_none());
        let bound = leaves.map(|node| node.bound).max().unwrap_or(i128::MAX);
        let prices = self
            .nodes
            .first()
            .map(|root| root.prices.clone())
            .unwrap_or_else(|| {
                Prices::zero(self.context.instance, rules::fairness::least_price(self.context))
            });
        let mut proof = Proof {
            branches: Vec::new(),
            bound,
            prices,
        };
        let root = self.nodes.first().map_or(bound, |root| root.bound);
        if root > bound {
            let mut proven = i128::MIN;
            self.write(0, &mut proof, &mut proven);
            proof.bound = proven;
        } else {
            // The bound of a block may rise with what is decided: then the root alone proves more than its tree.
            proof.bound = root;
        }
        proof
    }

    /// Writes a node and what is below it; gives its place, beyond the list where the root's prices do. `proven`
    /// becomes the greatest bound of a leaf.
    fn write(&mut self, n: usize, proof: &mut Proof, proven: &mut i128) -> u32 {
        let place = u32::try_from(proof.branches.len()).unwrap_or(u32::MAX);
        let Some(node) = self.nodes.get(n) else {
            return u32::MAX;
        };
        let (bound, split) = (node.bound, node.split);
        if let Some((on, yes, no)) = split.filter(|_| bound > proof.bound) {
            proof.branches.push(Branch::Split { on, yes: 0, no: 0 });
            let (yes, no) = (self.write(yes, proof, proven), self.write(no, proof, proven));
            if let Some(cell) = proof.branches.get_mut(place as usize) {
                *cell = Branch::Split { on, yes, no };
            }
            return place;
        }
        let decided = self.decided(&node.path);
        let own = self.bound.leaf(&proof.prices, &decided).unwrap_or(i128::MIN);
        let Some(node) = self.nodes.get(n).filter(|_| own > bound.max(proof.bound)) else {
            *proven = (*proven).max(own);
            return u32::MAX;
        };
        *proven = (*proven).max(bound);
        let change = Box::new(proof.prices.to(&node.prices));
        proof.branches.push(Branch::Leaf(change));
        place
    }
}

#[expect(clippy::cast_precision_loss, reason = "amounts are at most 10^6")]
fn float(amount: i64) -> f64 {
    amount as f64
}

#[expect(clippy::cast_possible_truncation, reason = "amounts are at most 10^6")]
fn whole(value: f64) -> i64 {
    value as i64
}
