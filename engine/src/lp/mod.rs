//! The pure matching problem: nothing but capacity and demand couples the services. Solved exactly, part by part.
//!
//! max Σ v_e x_e, Σ_{e∋o} x_e ≤ Q_o, Σ_{e∋n} x_e ≤ D_n, x ≥ 0 whole. Since v_e is the need's own worth, no general
//! program is needed (`docs/decisions/0022-matching-by-nested-flows.md`): [`flow`] serves the needs worth most first
//! and ends with a plan in whole units and whole prices that prove it. Afterwards [`repair`] sees to it that agreements
//! are two-way, which is the only place where value can be lost.

mod flow;
mod parts;
mod repair;

use crate::certificate::Prices;
use crate::control::{Control, Phase, Progress};
use crate::flat::Flat;
use crate::model::PPM;
use crate::price::{Bound, LARGE};
use crate::rules::{Context, base};
use parts::{Parts, Solved};

/// Whether nothing but capacity and demand couples the services: lots of one, no upkeep, no fairness, reciprocity,
/// coverage, bases, bonus for what is kept, cost or pin; every candidate may be made, and a need's services are all
/// worth the same.
#[must_use]
pub fn is_pure(context: Context<'_>) -> bool {
    let (instance, edges) = (context.instance, context.edges);
    let policy = instance.policy();
    let free = policy.fixed_micro == 0
        && policy.reciprocity_ppm == 0
        && policy.coverage_micro == 0
        && policy.fairness.iter().all(|step| step.bonus_ppm == 0)
        && !base::is_on(context)
        && instance.pins.is_empty();
    if !free || edges.candidates.iter().any(|c| !c.is_pair()) {
        return false;
    }
    let mut loads = vec![0_i64; instance.parties.len()];
    for candidate in &edges.candidates {
        for member in &candidate.members {
            if let Some(load) = loads.get_mut(*member as usize) {
                *load += 1;
            }
        }
    }
    let mut worth = vec![None; instance.needs.len()];
    let costs = |offer: u32| {
        let offer = instance.offers.get(offer as usize);
        offer.is_none_or(|offer| offer.cost.is_some())
    };
    loads
        .iter()
        .zip(&instance.parties)
        .all(|(load, p)| *load <= p.room)
        && (policy.stability_agreement_micro == 0 || edges.candidates.iter().all(|c| !c.kept))
        && (policy.stability_service_micro == 0 || edges.rows.iter().all(|e| !e.kept))
        && edges.rows.iter().all(|e| {
            let known = worth.get_mut(e.need as usize).map(|w| *w.get_or_insert(e.value));
            e.lot == 1 && known == Some(e.value) && !costs(e.offer)
        })
}

/// A plan of a pure problem and what proves it.
#[derive(Debug, Clone)]
pub struct Matched {
    /// How much of each edge.
    pub taken: Vec<i64>,
    /// Prices of offers and needs, µ for each unit.
    pub prices: Prices,
    /// What no plan exceeds, µ × 10^6.
    pub bound: i128,
}

/// Solves a pure problem on `threads` threads; the result does not depend on how many. A caller that stops gets the
/// parts done so far, and a bound that holds for all.
#[must_use]
pub fn solve(context: Context<'_>, threads: u32, control: &dyn Control) -> Matched {
    let parts = Parts::new(context);
    // Large parts first, dealt out in turn.
    let mut order: Vec<usize> = (0..parts.count())
        .filter(|p| !parts.edges(*p).is_empty())
        .collect();
    order.sort_by_key(|p| std::cmp::Reverse(parts.edges(*p).len()));
    let threads = (threads.max(1) as usize).min(order.len().max(1));
    let work = |thread: usize| -> Vec<Solved> {
        let own = order.iter().skip(thread).step_by(threads);
        own.take_while(|_| !control.stop())
            .map(|part| one(context, &parts, *part))
            .collect()
    };
    let solved: Vec<Solved> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|t| scope.spawn(move || work(t))).collect();
        let first = work(0);
        let rest = others
            .into_iter()
            .flat_map(|other| other.join().unwrap_or_default());
        first.into_iter().chain(rest).collect()
    });
    let mut matched = merge(context, &parts, &solved);
    drop(solved);
    repair::two_way(context, &mut matched.taken);
    matched.bound = if all_large(context) {
        bound(context, &matched.prices)
    } else {
        Bound::new(context, &Flat::new(context)).of(&matched.prices)
    };
    control.progress(&Progress {
        phase: Phase::Prices,
        done: 1,
        total: 1,
        value_micro: 0,
        bound_micro: crate::price::bound_micro(matched.bound),
    });
    matched
}

fn one(context: Context<'_>, parts: &Parts, number: usize) -> Solved {
    let (part, edges) = parts.part(context, number);
    let mut flow = flow::solve(&part);
    let taken = edges.into_iter().zip(std::mem::take(&mut flow.taken));
    Solved {
        taken: taken.filter(|(_, amount)| *amount > 0).collect(),
        part: number,
        flow,
    }
}

fn merge(context: Context<'_>, parts: &Parts, solved: &[Solved]) -> Matched {
    let (instance, edges) = (context.instance, context.edges);
    let mut taken = vec![0_i64; edges.rows.len()];
    let mut prices = Prices::zero(instance, 0);
    // Needs of parts that were not reached cost what they are worth, which holds whatever is done.
    for edge in &edges.rows {
        if let Some(price) = prices.needs.get_mut(edge.need as usize) {
            *price = edge.value;
        }
    }
    for done in solved {
        for (e, amount) in &done.taken {
            if let Some(cell) = taken.get_mut(*e as usize) {
                *cell = i64::from(*amount);
            }
        }
        let (offers, needs) = parts.rows(done.part);
        for (o, price) in offers.iter().zip(&done.flow.offer_prices) {
            if let Some(cell) = prices.offers.get_mut(*o as usize) {
                *cell = *price;
            }
        }
        for (n, price) in needs.iter().zip(&done.flow.need_prices) {
            if let Some(cell) = prices.needs.get_mut(*n as usize) {
                *cell = *price;
            }
        }
    }
    Matched {
        taken,
        prices,
        bound: 0,
    }
}

/// Whether every unit has so many services that its block is bounded by its prices alone.
fn all_large(context: Context<'_>) -> bool {
    let instance = context.instance;
    let mut services = vec![0_usize; instance.parties.len()];
    for edge in &context.edges.rows {
        let unit = if instance.is_unit(edge.giver) {
            edge.giver
        } else {
            edge.receiver
        };
        if let Some(count) = services.get_mut(unit as usize) {
            *count += 1;
        }
    }
    services.iter().all(|count| *count == 0 || *count > LARGE)
}

/// The bound of pairs at prices of offers and needs alone, µ × 10^6, without a list of all gains.
fn bound(context: Context<'_>, prices: &Prices) -> i128 {
    let (instance, edges) = (context.instance, context.edges);
    let paid = |room: i64, price: &i64| i128::from(room) * i128::from(*price);
    let offers = instance.offers.iter().zip(&prices.offers);
    let needs = instance.needs.iter().zip(&prices.needs);
    let mut sum: i128 = offers.map(|(o, price)| paid(o.room, price)).sum::<i128>()
        + needs.map(|(n, price)| paid(n.room, price)).sum::<i128>();
    for candidate in &edges.candidates {
        // What each direction gains, and the best of it.
        let mut ways: [(i128, Option<i128>); 2] = [(0, None); 2];
        let run = edges.rows.get(candidate.range()).unwrap_or_default();
        for edge in run {
            let price = |list: &[i64], at: u32| list.get(at as usize).copied().unwrap_or(0);
            let unit = edge.value - price(&prices.offers, edge.offer) - price(&prices.needs, edge.need);
            let gain = i128::from(unit) * i128::from(if unit > 0 { edge.cap } else { edge.lot });
            let [first, second] = &mut ways;
            let way = if candidate.members.first() == Some(&edge.giver) {
                first
            } else {
                second
            };
            *way = (way.0 + gain.max(0), way.1.max(Some(gain)));
        }
        let best = |(gains, best): (i128, Option<i128>)| if gains > 0 { gains } else { best.unwrap_or(0) };
        sum += ways.into_iter().map(best).sum::<i128>().max(0);
    }
    sum * i128::from(PPM)
}
