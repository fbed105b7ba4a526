//! What each rule costs: the instance solved again without it.

use serde::Serialize;

use crate::control::Control;
use crate::edges;
use crate::error::SolveError;
use crate::exact::Limits;
use crate::local::Local;
use crate::model::{Document as Lists, FEN_MAX, Instance};
use crate::plan::{self, Document};
use crate::resolve::{self, Before};
use crate::rules::{Context, base};
use crate::solve::Settings;
use crate::validate;

/// What is lost because of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulePrice {
    /// The rule: `upkeep`, `load`, `budget`, `reciprocity`, `fairness`, `coverage` or `base`.
    pub rule: &'static str,
    /// What the plan would be worth if the rule were not counted, µ.
    pub with_micro: i64,
    /// What the best plan found without the rule is worth, µ; not less.
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
/// Nodes of the search tree for one unit of effort.
const NODES: u32 = 20;
/// Edges up to which everything is freed at once.
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

/// A table of what each rule that is on costs: how much more a plan could be worth without it, as values are without
/// it. Every plan stays possible when a rule goes, so each search starts from `before`: on streets everything is freed
/// at once, in larger instances part by part.
///
/// # Errors
/// As [`crate::solve`].
pub fn price_rules(
    instance: &Instance,
    before: &Document,
    settings: Settings,
    control: &dyn Control,
) -> Result<Vec<RulePrice>, SolveError> {
    let mut table = Vec::new();
    for (rule, take_away) in RULES {
        let mut lists = instance.document.clone();
        if !take_away(&mut lists) {
            continue;
        }
        let Ok(without) = validate::build(lists) else {
            continue;
        };
        let edges = edges::build(&without);
        let context = Context {
            instance: &without,
            edges: &edges,
        };
        let local = Local::new(context);
        let old = taken(&local, before);
        let new = if edges.rows.len() <= WHOLE {
            whole(&local, &old, settings)
        } else {
            let before = Before {
                instance,
                plan: before,
                prices: None,
            };
            let solution = resolve::resolve(&without, before, settings, control)?;
            taken(&local, &solution.plan)
        };
        let value = |taken: &[i64]| plan::value_micro(&without, &edges, taken, &base::choose(context, taken));
        let services = |taken: &[i64]| taken.iter().filter(|x| **x > 0).count();
        let agreements = |taken: &[i64]| {
            let all = edges.candidates.iter();
            all.filter(|c| taken.get(c.range()).unwrap_or_default().iter().any(|x| *x > 0))
                .count()
        };
        table.push(RulePrice {
            rule,
            with_micro: value(&old),
            without_micro: value(&new),
            services_with: services(&old),
            services_without: services(&new),
            agreements_with: agreements(&old),
            agreements_without: agreements(&new),
        });
    }
    Ok(table)
}

/// The best amounts found with everything freed.
fn whole(local: &Local<'_>, old: &[i64], settings: Settings) -> Vec<i64> {
    let context = local.context();
    let limits = Limits {
        nodes: i32::try_from(NODES.saturating_mul(settings.effort)).unwrap_or(i32::MAX),
        seconds: settings.seconds,
    };
    let count = u32::try_from(context.edges.candidates.len()).unwrap_or(u32::MAX);
    let all: Vec<u32> = (0..count).collect();
    let bases = base::choose(context, old);
    let mut new = old.to_vec();
    for (e, amount) in local.improve(old, Some(&bases), &all, limits).unwrap_or_default() {
        if let Some(cell) = new.get_mut(e as usize) {
            *cell = amount;
        }
    }
    new
}

/// How much of each edge a plan takes.
fn taken(local: &Local<'_>, plan: &Document) -> Vec<i64> {
    let Context { instance, edges } = local.context();
    let mut taken = vec![0; edges.rows.len()];
    let resolved = plan.resolve(instance);
    for made in &resolved.agreements {
        for (offer, need, quantity) in &made.services {
            let place = local.edge(&made.members, *offer, *need);
            if let Some(cell) = place.and_then(|e| taken.get_mut(e as usize)) {
                *cell = *quantity;
            }
        }
    }
    taken
}
