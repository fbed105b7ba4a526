//! What each rule costs: the instance solved again without it.

use serde::Serialize;

use crate::control::Control;
use crate::edges;
use crate::error::SolveError;
use crate::model::{Document as Lists, FEN_MAX, Instance, PPM};
use crate::plan::{self, Document};
use crate::resolve::{self, Before};
use crate::rules::{Context, base};
use crate::solve::{Settings, Solution};
use crate::validate;

/// What is lost because of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulePrice {
    /// The rule: `upkeep`, `load`, `budget`, `reciprocity`, `fairness`, `coverage` or `base`.
    pub rule: &'static str,
    /// Value of the services alone with the rule, µ.
    pub with_micro: i64,
    /// The same without it, µ.
    pub without_micro: i64,
    /// Services with the rule.
    pub services_with: usize,
    /// Services without it.
    pub services_without: usize,
    /// Agreements with the rule.
    pub agreements_with: usize,
    /// Agreements without it.
    pub agreements_without: usize,
}

/// Agreements anybody may have when load is no rule.
const MANY: i64 = 1_000_000;
/// Edges up to which the instance without a rule is solved from nothing.
const WHOLE: usize = 4_000;

/// A rule and how to take it away; `false` if it is off already.
type Rule = (&'static str, fn(&mut Lists) -> bool);

const RULES: [Rule; 7] = [
    ("upkeep", |lists| {
        std::mem::take(&mut lists.policy.fixed_micro) != 0
    }),
    ("load", |lists| {
        lists
            .parties
            .iter_mut()
            .for_each(|party| party.max_agreements = MANY);
        true
    }),
    ("budget", |lists| {
        lists.funds.iter_mut().for_each(|fund| fund.budget_fen = FEN_MAX);
        !lists.funds.is_empty()
    }),
    ("reciprocity", |lists| {
        std::mem::take(&mut lists.policy.reciprocity_ppm) != 0
    }),
    ("fairness", |lists| {
        !std::mem::take(&mut lists.policy.fairness).is_empty()
    }),
    ("coverage", |lists| {
        std::mem::take(&mut lists.policy.coverage_micro) != 0
    }),
    ("base", |lists| {
        std::mem::take(&mut lists.policy.base_bonus_micro) != 0
    }),
];

/// A table of what each rule that is on costs. Value is that of the services alone, so that plans under different rules
/// compare. Streets are solved from nothing, larger instances from `before`.
///
/// # Errors
/// As [`crate::solve`].
pub fn price_rules(
    instance: &Instance,
    before: &Document,
    settings: Settings,
    control: &dyn Control,
) -> Result<Vec<RulePrice>, SolveError> {
    let own = worth(instance, before);
    let small = edges::build(instance).rows.len() <= WHOLE;
    let mut table = Vec::new();
    for (rule, take_away) in RULES {
        let mut lists = instance.document.clone();
        if !take_away(&mut lists) {
            continue;
        }
        let Ok(without) = validate::build(lists) else {
            continue;
        };
        let solution: Solution = if small {
            crate::solve(&without, settings, control)?
        } else {
            let before = Before {
                instance,
                plan: before,
                prices: None,
            };
            resolve::resolve(&without, before, settings, control)?
        };
        let found = worth(&without, &solution.plan);
        table.push(RulePrice {
            rule,
            with_micro: own.0,
            without_micro: found.0,
            services_with: own.1,
            services_without: found.1,
            agreements_with: before.agreements.len(),
            agreements_without: solution.plan.agreements.len(),
        });
    }
    Ok(table)
}

/// Value of a plan's services, µ, and how many there are.
fn worth(instance: &Instance, plan: &Document) -> (i64, usize) {
    let edges = edges::build(instance);
    let context = Context {
        instance,
        edges: &edges,
    };
    let places: std::collections::BTreeMap<(u32, u32), usize> = edges
        .rows
        .iter()
        .enumerate()
        .map(|(e, edge)| ((edge.offer, edge.need), e))
        .collect();
    let mut taken = vec![0; edges.rows.len()];
    let resolved = plan.resolve(instance);
    for (offer, need, quantity) in resolved.agreements.iter().flat_map(|a| &a.services) {
        let place = places.get(&(*offer, *need));
        if let Some(cell) = place.and_then(|e| taken.get_mut(*e)) {
            *cell = *quantity;
        }
    }
    let parts = plan::parts(instance, &edges, &taken, &base::choose(context, &taken));
    let value = i64::try_from(parts.services / i128::from(PPM)).unwrap_or(i64::MAX);
    (value, taken.iter().filter(|x| **x > 0).count())
}
