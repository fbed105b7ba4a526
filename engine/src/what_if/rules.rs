//! What each rule costs: the instance solved again without it.

use serde::{Deserialize, Serialize};

use crate::control::{Control, Phase, Progress};
use crate::edges;
use crate::error::SolveError;
use crate::flat::Flat;
use crate::local::Local;
use crate::model::{Document as Lists, FEN_MAX, Instance};
use crate::plan::{self, Document};
use crate::price::{self, Rounds};
use crate::rules::{Context, base};
use crate::search::{self, Work};
use crate::solve::Settings;
use crate::validate;

/// A rule that can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// What an agreement costs in upkeep.
    Upkeep,
    /// How many agreements a party can look after.
    Load,
    /// What funds may spend.
    Budget,
    /// Balance of giving and getting.
    Reciprocity,
    /// Fairness between communities.
    Fairness,
    /// All six areas in every community.
    Coverage,
    /// The bonus of bases.
    Base,
}

/// Agreements anybody may have when load is no rule: the most an instance allows.
const MANY: i64 = 1_000;

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 7] = [
        Self::Upkeep,
        Self::Load,
        Self::Budget,
        Self::Reciprocity,
        Self::Fairness,
        Self::Coverage,
        Self::Base,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upkeep => "upkeep",
            Self::Load => "load",
            Self::Budget => "budget",
            Self::Reciprocity => "reciprocity",
            Self::Fairness => "fairness",
            Self::Coverage => "coverage",
            Self::Base => "base",
        }
    }

    /// Whether it counts for these lists.
    #[must_use]
    pub fn is_on(self, lists: &Lists) -> bool {
        match self {
            Self::Upkeep => lists.policy.fixed_micro != 0,
            Self::Load => lists.parties.iter().any(|party| party.max_agreements < MANY),
            Self::Budget => lists.funds.iter().any(|fund| fund.budget_fen < FEN_MAX),
            Self::Reciprocity => lists.policy.reciprocity_ppm != 0,
            Self::Fairness => !lists.policy.fairness.is_empty(),
            Self::Coverage => lists.policy.coverage_micro != 0,
            Self::Base => lists.policy.base_bonus_micro != 0,
        }
    }

    /// Takes it away.
    pub(super) fn take_away(self, lists: &mut Lists) {
        match self {
            Self::Upkeep => lists.policy.fixed_micro = 0,
            Self::Load => lists
                .parties
                .iter_mut()
                .for_each(|party| party.max_agreements = MANY),
            Self::Budget => lists.funds.iter_mut().for_each(|fund| fund.budget_fen = FEN_MAX),
            Self::Reciprocity => lists.policy.reciprocity_ppm = 0,
            Self::Fairness => lists.policy.fairness.clear(),
            Self::Coverage => lists.policy.coverage_micro = 0,
            Self::Base => lists.policy.base_bonus_micro = 0,
        }
    }
}

/// What is lost because of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePrice {
    /// The rule.
    pub rule: Rule,
    /// What the plan would be worth if the rule were not counted, µ.
    pub with_micro: i64,
    /// What the best plan found without the rule is worth, µ; not less.
    pub without_micro: i64,
    /// Services with the rule.
    pub services_with: usize,
    /// Services without it.
    pub services_without: usize,
    /// Needs served, at least in part, with the rule.
    pub needs_with: usize,
    /// Needs served without it.
    pub needs_without: usize,
    /// Agreements with the rule.
    pub agreements_with: usize,
    /// Agreements without it.
    pub agreements_without: usize,
}

/// Rounds of the climb with pairs, and with the blocks of units beside one for each unit of effort.
const PAIRS: u32 = 400;
const BLOCKS: u32 = 12;
/// Rounds of the search and parts solved by themselves for one unit of effort.
const ROUNDS: u32 = 4;
const PARTS: usize = 2;

/// A table of what each rule that is on costs: how much more a plan could be worth without it, as values are without
/// it. Every plan stays possible when a rule goes, so each search starts from the plan that is there, guided by prices
/// of its own; it needs no proof, and so no tree. The plan itself is searched first with every rule on, so that no rule
/// is blamed for what more work alone would find. When the caller stops, the rules that are done are told.
///
/// # Errors
/// As [`crate::solve`].
pub fn price_rules(
    instance: &Instance,
    before: &Document,
    settings: Settings,
    control: &dyn Control,
) -> Result<Vec<RulePrice>, SolveError> {
    let on: Vec<Rule> = Rule::ALL
        .into_iter()
        .filter(|rule| rule.is_on(&instance.document))
        .collect();
    let told = |done: usize| {
        control.progress(&Progress {
            phase: Phase::Construct,
            done: u32::try_from(done).unwrap_or(u32::MAX),
            total: u32::try_from(on.len() + 1).unwrap_or(u32::MAX),
            value_micro: 0,
            bound_micro: 0,
        });
    };
    told(0);
    let start = improved(instance, before, settings, control);
    let mut table = Vec::new();
    for rule in &on {
        told(table.len() + 1);
        let mut lists = instance.document.clone();
        rule.take_away(&mut lists);
        let without = validate::build(lists).map_err(|faults| {
            let codes: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
            SolveError::Solver(codes.join(", "))
        })?;
        let row = price(*rule, &without, &start, settings, control);
        if control.stop() {
            break;
        }
        table.push(row);
    }
    Ok(table)
}

/// Services by the members of their agreement, offer and need, with their amounts.
type Services = Vec<(Vec<u32>, u32, u32, i64)>;

/// The plan after as much search as each rule gets, with every rule on.
fn improved(instance: &Instance, before: &Document, settings: Settings, control: &dyn Control) -> Services {
    let edges = edges::build(instance);
    let context = Context {
        instance,
        edges: &edges,
    };
    let resolved = before.resolve(instance);
    let services = resolved.agreements.iter().flat_map(|made| {
        let all = made.services.iter();
        all.map(|(offer, need, amount)| (made.members.clone(), *offer, *need, *amount))
    });
    let start: Services = services.collect();
    let old = taken(&Local::new(context), &start);
    let new = searched(context, &old, settings, control);
    let value = |taken: &[i64]| plan::value_micro(instance, &edges, taken, &base::choose(context, taken));
    if value(&new) <= value(&old) {
        return start;
    }
    let rows = edges.rows.iter().zip(&new).filter(|(_, x)| **x > 0);
    let told = rows.filter_map(|(edge, x)| {
        let members = edges.candidates.get(edge.candidate as usize)?.members.clone();
        Some((members, edge.offer, edge.need, *x))
    });
    told.collect()
}

/// The price of one rule, told from the instance without it.
fn price(
    rule: Rule,
    without: &Instance,
    start: &Services,
    settings: Settings,
    control: &dyn Control,
) -> RulePrice {
    let edges = edges::build(without);
    let context = Context {
        instance: without,
        edges: &edges,
    };
    let old = taken(&Local::new(context), start);
    let new = searched(context, &old, settings, control);
    let value = |taken: &[i64]| plan::value_micro(without, &edges, taken, &base::choose(context, taken));
    let (with_micro, found) = (value(&old), value(&new));
    let best = if found > with_micro { &new } else { &old };
    let services = |taken: &[i64]| taken.iter().filter(|x| **x > 0).count();
    let needs = |taken: &[i64]| {
        let rows = edges.rows.iter().zip(taken).filter(|(_, x)| **x > 0);
        rows.map(|(edge, _)| edge.need)
            .collect::<std::collections::BTreeSet<u32>>()
            .len()
    };
    let agreements = |taken: &[i64]| {
        let all = edges.candidates.iter();
        all.filter(|c| taken.get(c.range()).unwrap_or_default().iter().any(|x| *x > 0))
            .count()
    };
    RulePrice {
        rule,
        with_micro,
        without_micro: found.max(with_micro),
        services_with: services(&old),
        services_without: services(best),
        needs_with: needs(&old),
        needs_without: needs(best),
        agreements_with: agreements(&old),
        agreements_without: agreements(best),
    }
}

/// Amounts of each edge found from `old`.
fn searched(context: Context<'_>, old: &[i64], settings: Settings, control: &dyn Control) -> Vec<i64> {
    let flat = Flat::new(context);
    let rounds = Rounds {
        pairs: PAIRS,
        blocks: BLOCKS.saturating_add(settings.effort),
        threads: settings.threads,
    };
    let climbed = price::climb(context, &flat, None, rounds, &Deaf(control));
    let work = Work {
        rounds: settings.effort.saturating_mul(ROUNDS),
        // The plan it starts from is good: what a hot search gives up it would not find again in so few rounds.
        heat: 0.0,
        parts: PARTS.saturating_mul(settings.effort as usize),
        threads: settings.threads,
    };
    search::search(context, &flat, &climbed, Some(old), work, &Deaf(control))
}

/// Passes a wish to stop on; progress is that of the table.
struct Deaf<'a>(&'a dyn Control);

impl Control for Deaf<'_> {
    fn progress(&self, _progress: &Progress) {}

    fn stop(&self) -> bool {
        self.0.stop()
    }
}

/// How much of each edge these services take.
fn taken(local: &Local<'_>, services: &Services) -> Vec<i64> {
    let mut taken = vec![0; local.context().edges.rows.len()];
    for (members, offer, need, quantity) in services {
        let place = local.edge(members, *offer, *need);
        if let Some(cell) = place.and_then(|e| taken.get_mut(e as usize)) {
            *cell = *quantity;
        }
    }
    taken
}
