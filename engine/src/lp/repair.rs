//! Agreements whose services all run one way get a unit back, or are given up.

use crate::edges::{Candidate, Edge};
use crate::rules::Context;

/// What is taken of each row, and the edges of each row where they are needed.
struct Repair<'a> {
    context: Context<'a>,
    taken: &'a mut [i64],
    offers: Vec<i64>,
    needs: Vec<i64>,
    by_offer: Lists,
    by_need: Lists,
}

/// Edges of each row, one list after the other.
struct Lists {
    starts: Vec<usize>,
    edges: Vec<u32>,
}

impl Lists {
    fn new(rows: &[Edge], count: usize, owner: impl Fn(&Edge) -> u32) -> Self {
        let mut order: Vec<u32> = (0_u32..).zip(rows).map(|(e, _)| e).collect();
        let of = |e: &u32| rows.get(*e as usize).map_or(u32::MAX, &owner);
        order.sort_by_key(of);
        let starts = (0..=count).map(|row| order.partition_point(|e| (of(e) as usize) < row));
        Self {
            starts: starts.collect(),
            edges: order,
        }
    }

    fn of(&self, row: u32) -> &[u32] {
        let row = row as usize;
        let ends = self.starts.get(row).zip(self.starts.get(row + 1));
        ends.and_then(|(from, to)| self.edges.get(*from..*to))
            .unwrap_or_default()
    }
}

/// Where one unit comes from: what is open, or a service that gives it up.
#[derive(Clone, Copy)]
enum Source {
    Open,
    From(usize),
}

/// Sees to it that every agreement with a service has one each way.
pub(super) fn two_way(context: Context<'_>, taken: &mut [i64]) {
    let edges = context.edges;
    let lame: Vec<usize> = (0..edges.candidates.len())
        .filter(|k| matches!(ways(context, taken, *k), (true, false) | (false, true)))
        .collect();
    if lame.is_empty() {
        return;
    }
    let instance = context.instance;
    let mut repair = Repair {
        by_offer: Lists::new(&edges.rows, instance.offers.len(), |e| e.offer),
        by_need: Lists::new(&edges.rows, instance.needs.len(), |e| e.need),
        offers: instance.offers.iter().map(|o| o.room).collect(),
        needs: instance.needs.iter().map(|n| n.room).collect(),
        context,
        taken,
    };
    for e in 0..edges.rows.len() {
        let amount = repair.taken.get(e).copied().unwrap_or(0);
        repair.note(e, amount);
    }
    for k in lame {
        repair.mend(k);
    }
    repair.fill();
}

/// Whether each member of a candidate gives.
fn ways(context: Context<'_>, taken: &[i64], k: usize) -> (bool, bool) {
    let Some(candidate) = context.edges.candidates.get(k) else {
        return (false, false);
    };
    let run = context.edges.rows.get(candidate.range()).unwrap_or_default();
    let used = run.iter().zip(taken.get(candidate.range()).unwrap_or_default());
    let mut ways = (false, false);
    for (edge, _) in used.filter(|(_, x)| **x > 0) {
        if candidate.members.first() == Some(&edge.giver) {
            ways.0 = true;
        } else {
            ways.1 = true;
        }
    }
    ways
}

impl Repair<'_> {
    /// Counts a change of what an edge takes in its rows.
    fn note(&mut self, e: usize, more: i64) {
        if let Some(edge) = self.context.edges.rows.get(e) {
            if let Some(room) = self.offers.get_mut(edge.offer as usize) {
                *room -= more;
            }
            if let Some(room) = self.needs.get_mut(edge.need as usize) {
                *room -= more;
            }
        }
    }

    fn add(&mut self, e: usize, more: i64) {
        if let Some(cell) = self.taken.get_mut(e) {
            *cell += more;
        }
        self.note(e, more);
    }

    fn amount(&self, e: usize) -> i64 {
        self.taken.get(e).copied().unwrap_or(0)
    }

    /// The cheapest place to take one unit of a row from. Services of one unit stay, so that no other agreement
    /// becomes one-way.
    fn source(&self, room: i64, edges: &[u32]) -> Option<(i64, Source)> {
        if room > 0 {
            return Some((0, Source::Open));
        }
        let rich = edges.iter().map(|e| *e as usize).filter(|e| self.amount(*e) > 1);
        let worth = |e: usize| self.context.edges.rows.get(e).map(|edge| edge.value);
        let cheapest = rich.filter_map(|e| worth(e).map(|v| (v, e))).min();
        cheapest.map(|(value, e)| (value, Source::From(e)))
    }

    /// Gives a one-way agreement a unit back where that costs less than giving it up.
    fn mend(&mut self, k: usize) {
        let edges = self.context.edges;
        let Some(candidate) = edges.candidates.get(k) else {
            return;
        };
        let run = || {
            candidate
                .range()
                .zip(edges.rows.get(candidate.range()).unwrap_or_default())
        };
        let taken = run().filter(|(e, _)| self.amount(*e) > 0);
        let Some(giver) = taken.clone().map(|(_, edge)| edge.giver).next() else {
            return;
        };
        let worth: i64 = taken.map(|(e, edge)| edge.value * self.amount(e)).sum();
        // Only a service the other way helps.
        let others = run().filter(|(_, edge)| edge.giver != giver);
        let backs = others.filter_map(|(e, edge)| {
            let room = |rooms: &[i64], row: u32| rooms.get(row as usize).copied().unwrap_or(0);
            let from = self.source(room(&self.offers, edge.offer), self.by_offer.of(edge.offer))?;
            let of = self.source(room(&self.needs, edge.need), self.by_need.of(edge.need))?;
            Some(Back {
                loss: from.0 + of.0 - edge.value,
                e,
                from: from.1,
                of: of.1,
            })
        });
        let best = backs.min_by_key(|back| (back.loss, back.e));
        match best.filter(|back| back.loss < worth) {
            Some(back) => {
                for source in [back.from, back.of] {
                    if let Source::From(e) = source {
                        self.add(e, -1);
                    }
                }
                self.add(back.e, 1);
            }
            None => {
                for e in candidate.range() {
                    self.add(e, -self.amount(e));
                }
            }
        }
    }

    /// Gives what became free to two-way agreements, to the needs worth most first.
    fn fill(&mut self) {
        let edges = self.context.edges;
        let whole = |k: &usize| ways(self.context, self.taken, *k) == (true, true);
        let made: Vec<usize> = (0..edges.candidates.len()).filter(whole).collect();
        let runs = made.iter().filter_map(|k| edges.candidates.get(*k));
        let mut order: Vec<usize> = runs.flat_map(Candidate::range).collect();
        order.sort_by_key(|e| edges.rows.get(*e).map(|edge| std::cmp::Reverse(edge.value)));
        for e in order {
            if let Some(edge) = edges.rows.get(e) {
                let offer = self.offers.get(edge.offer as usize).copied().unwrap_or(0);
                let need = self.needs.get(edge.need as usize).copied().unwrap_or(0);
                if edge.value > 0 && offer.min(need) > 0 {
                    self.add(e, offer.min(need));
                }
            }
        }
    }
}

/// A unit given back.
struct Back {
    loss: i64,
    e: usize,
    from: Source,
    of: Source,
}
