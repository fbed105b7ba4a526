//! Instance → plan with its certificate: prices first, then a plan they guide, then HiGHS where the model is small
//! enough, and the independent checker before anything is handed out.

use crate::branch::{self, Proof};
use crate::certificate::{Certificate, FORMAT, gap_ppm};
use crate::check;
use crate::control::{Control, Phase, Progress};
use crate::edges::{self, Edges};
use crate::error::SolveError;
use crate::exact::{self, Limits, Outcome};
use crate::flat::Flat;
use crate::lp;
use crate::model::{Instance, Mode};
use crate::plan::{self, Agreement, Document, Service, Status, StoppedBy, hex};
use crate::price::{self, Rounds};
use crate::rules::{self, Columns, Context, base};
use crate::search::{self, Work};

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The full model where it is small enough, prices alone beyond.
    Auto,
    /// The full model, whatever its size.
    Exact,
    /// Prices and the plan they guide.
    Price,
}

/// Settings of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How to solve.
    pub method: Method,
    /// How much work: 1 is a first look, 10 the usual, 100 thorough.
    pub effort: u32,
    /// Seconds after which the caller wants an answer anyway.
    pub seconds: Option<u32>,
    /// Threads to use; the result does not depend on them.
    pub threads: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            effort: 10,
            seconds: None,
            threads: 1,
        }
    }
}

/// Edges up to which the full model is solved by itself.
const EXACT_EDGES: usize = 4_000;
/// Nodes of the search tree for one unit of effort.
const NODES: u32 = 40;
/// Steps of the simplex method spent on the proof for one unit of effort.
const WORK: u64 = 10_000;
/// Rounds of the climb with pairs; with blocks for one unit of effort, and at most.
const PAIR_ROUNDS: u32 = 800;
const BLOCK_ROUNDS: u32 = 8;
const BLOCK_ROUNDS_MAX: u32 = 400;
/// Rounds of the search, at first and for one unit of effort; and where the full model is solved afterwards.
const SEARCH_ROUNDS_FIRST: u32 = 10;
const SEARCH_ROUNDS: u32 = 15;
const SMALL_ROUNDS: u32 = 4;
/// Parts solved by themselves for one unit of effort; and where the full model is solved afterwards.
const PARTS: usize = 16;
const SMALL_PARTS: usize = 1;
/// Loss that may stay at the search's beginning, µ.
const HEAT: f64 = 7_000_000.0;
/// Gap a matching by flows must leave to be the answer, ppm, over the effort; else the ordinary way goes on from it.
const MATCHED_PPM: i64 = 1_000;

/// A plan and what is known of it.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The plan.
    pub plan: Document,
    /// What proves its quality.
    pub certificate: Certificate,
    /// HiGHS's own bound, µ: its word, not a proof.
    pub solver_bound_micro: Option<i64>,
    /// Possible services.
    pub edges: usize,
    /// Possible agreements.
    pub candidates: usize,
}

/// Solves an instance.
///
/// # Errors
/// [`SolveError::PinsConflict`] if the pins cannot all hold; [`SolveError::Solver`] if the program fails.
pub fn solve(instance: &Instance, settings: Settings, control: &dyn Control) -> Result<Solution, SolveError> {
    let work = WORK.saturating_mul(settings.effort.into());
    solve_and_prove(instance, settings, work, control)
}

/// The same with `work` steps spent on the proof.
pub(crate) fn solve_and_prove(
    instance: &Instance,
    settings: Settings,
    work: u64,
    control: &dyn Control,
) -> Result<Solution, SolveError> {
    control.progress(&Progress {
        phase: Phase::Edges,
        done: 0,
        total: 1,
        value_micro: 0,
        bound_micro: 0,
    });
    let edges = edges::build(instance);
    let context = Context {
        instance,
        edges: &edges,
    };
    pins_hold(context)?;
    let matched = match settings.method {
        Method::Auto | Method::Price => matching(context, settings, control),
        Method::Exact => None,
    };
    let enough = MATCHED_PPM / i64::from(settings.effort.max(1));
    let answer = match matched {
        Some(answer) if answer.gap_ppm() <= enough || control.stop() => answer,
        matched => priced(context, matched, settings, work, control)?,
    };
    let solution = finish(context, answer);
    control.progress(&Progress {
        phase: Phase::Check,
        done: 1,
        total: 1,
        value_micro: solution.plan.value_micro,
        bound_micro: solution.certificate.bound,
    });
    let verdict = check::check(instance, &solution.plan, Some(&solution.certificate));
    match verdict.violations.first() {
        None => Ok(solution),
        Some(first) => Err(SolveError::Solver(first.clone())),
    }
}

/// The plan of these amounts with what proves its quality, judged. On a street `work` steps go into a better proof.
///
/// # Errors
/// [`SolveError::Solver`] with the first rule the judge finds broken.
pub(crate) fn settle(
    context: Context<'_>,
    taken: Vec<i64>,
    mut proof: Proof,
    flat: &Flat,
    work: u64,
    control: &dyn Control,
) -> Result<Solution, SolveError> {
    let best = Found::new(context, taken);
    if context.edges.rows.len() <= EXACT_EDGES {
        let found = branch::prove(context, flat, best.value, &proof.prices, work, control);
        if found.bound < proof.bound {
            proof = found;
        }
    }
    let answer = Answer {
        best,
        proof,
        solver_bound_micro: None,
        stopped: control.stop(),
    };
    let solution = finish(context, answer);
    let verdict = check::check(context.instance, &solution.plan, Some(&solution.certificate));
    match verdict.violations.first() {
        None => Ok(solution),
        Some(first) => Err(SolveError::Solver(first.clone())),
    }
}

/// A plan, its proof, and how they were found.
struct Answer {
    best: Found,
    proof: Proof,
    solver_bound_micro: Option<i64>,
    stopped: bool,
}

impl Answer {
    fn gap_ppm(&self) -> i64 {
        gap_ppm(self.best.value, price::bound_micro(self.proof.bound))
    }
}

/// The matching, if nothing but capacity and demand couples the services.
fn matching(context: Context<'_>, settings: Settings, control: &dyn Control) -> Option<Answer> {
    if !lp::is_pure(context) {
        return None;
    }
    let matched = lp::solve(context, settings.threads, control);
    let mut best = Found::new(context, matched.taken);
    best.optimal = best.value >= price::bound_micro(matched.bound);
    let proof = Proof {
        prices: matched.prices,
        branches: Vec::new(),
        bound: matched.bound,
    };
    Some(Answer {
        stopped: !best.optimal && control.stop(),
        best,
        proof,
        solver_bound_micro: None,
    })
}

/// The ordinary way: prices, the plan they guide, then HiGHS and the tree where the model is small. It goes on from a
/// matching if there is one.
fn priced(
    context: Context<'_>,
    matched: Option<Answer>,
    settings: Settings,
    work: u64,
    control: &dyn Control,
) -> Result<Answer, SolveError> {
    let edges = context.edges;
    let flat = Flat::new(context);
    let small = edges.rows.len() <= EXACT_EDGES;
    let rounds = Rounds {
        pairs: PAIR_ROUNDS,
        blocks: BLOCK_ROUNDS
            .saturating_mul(settings.effort.saturating_add(6))
            .min(BLOCK_ROUNDS_MAX),
        threads: settings.threads,
    };
    let climbed = price::climb(context, &flat, None, rounds, control);
    let effort = settings.effort;
    let moves = Work {
        rounds: if small {
            effort.saturating_mul(SMALL_ROUNDS)
        } else {
            effort
                .saturating_mul(SEARCH_ROUNDS)
                .saturating_add(SEARCH_ROUNDS_FIRST)
        },
        heat: HEAT,
        parts: (effort as usize).saturating_mul(if small { SMALL_PARTS } else { PARTS }),
        threads: settings.threads,
    };
    let mut best = Found::new(
        context,
        search::search(context, &flat, &climbed, None, moves, control),
    );
    let mut climbed = Proof {
        prices: climbed.prices,
        branches: Vec::new(),
        bound: climbed.bound,
    };
    if let Some(matched) = matched {
        if matched.best.value > best.value {
            best = matched.best;
        }
        if matched.proof.bound < climbed.bound {
            climbed = matched.proof;
        }
    }
    let exact = settings.method == Method::Exact || (settings.method == Method::Auto && small);
    let mut solver_bound_micro = None;
    let mut stopped = control.stop();
    if edges.rows.is_empty() {
        best.optimal = true;
    } else if (exact && !stopped) || !best.holds {
        let outcome = solve_exact(context, &best, settings, control)?;
        solver_bound_micro = outcome.bound_micro;
        stopped |= outcome.timed_out;
        best = outcome.found;
    }
    let proof = if small {
        let work = if exact { work } else { 0 };
        let proof = branch::prove(context, &flat, best.value, &climbed.prices, work, control);
        stopped |= exact && control.stop();
        if proof.bound < climbed.bound {
            proof
        } else {
            climbed
        }
    } else {
        climbed
    };
    Ok(Answer {
        best,
        proof,
        solver_bound_micro,
        stopped,
    })
}

/// A set of services and its value.
struct Found {
    taken: Vec<i64>,
    bases: Vec<bool>,
    value: i64,
    optimal: bool,
    /// Every pin is kept.
    holds: bool,
}

impl Found {
    fn new(context: Context<'_>, taken: Vec<i64>) -> Self {
        let bases = base::choose(context, &taken);
        let value = plan::value_micro(context.instance, context.edges, &taken, &bases);
        let made = |k: usize| {
            let range = context
                .edges
                .candidates
                .get(k)
                .map_or(0..0, edges::Candidate::range);
            range.into_iter().any(|e| taken.get(e).is_some_and(|x| *x > 0))
        };
        let candidates = context
            .edges
            .candidates
            .iter()
            .enumerate()
            .all(|(k, c)| !c.pinned || made(k));
        let services = context
            .edges
            .rows
            .iter()
            .zip(&taken)
            .all(|(e, x)| !e.pinned || *x > 0);
        Self {
            holds: candidates && services,
            taken,
            bases,
            value,
            optimal: false,
        }
    }
}

struct ExactOutcome {
    found: Found,
    bound_micro: Option<i64>,
    timed_out: bool,
}

fn solve_exact(
    context: Context<'_>,
    best: &Found,
    settings: Settings,
    control: &dyn Control,
) -> Result<ExactOutcome, SolveError> {
    let (model, columns) = rules::model(context);
    let begin = || exact::start(context, (&best.taken, &best.bases), &model, &columns);
    let start = best.holds.then(begin);
    let nodes = i32::try_from(NODES.saturating_mul(settings.effort)).unwrap_or(i32::MAX);
    let limits = Limits {
        nodes,
        seconds: settings.seconds,
    };
    let outcome = exact::solve(&model, start.as_deref(), limits, control).map_err(SolveError::Solver)?;
    if !outcome.feasible {
        return Err(SolveError::PinsConflict {
            pins: smallest_conflict(context, limits, control),
        });
    }
    let found = read(context, &outcome, &columns);
    let keep = best.holds && best.value > found.value;
    let found = if keep {
        Found {
            taken: best.taken.clone(),
            bases: best.bases.clone(),
            ..*best
        }
    } else {
        found
    };
    let found = Found {
        optimal: outcome.optimal,
        ..found
    };
    Ok(ExactOutcome {
        found,
        bound_micro: outcome.bound_micro(),
        timed_out: outcome.timed_out,
    })
}

fn read(context: Context<'_>, outcome: &Outcome, columns: &Columns) -> Found {
    let (taken, bases) = outcome.taken(context.edges, columns);
    let mut found = Found::new(context, taken);
    if bases.iter().filter(|b| **b).count() >= found.bases.iter().filter(|b| **b).count() {
        found.bases = bases;
        found.value = plan::value_micro(context.instance, context.edges, &found.taken, &found.bases);
    }
    found
}

/// Contradictions that can be seen without solving.
pub(crate) fn pins_hold(context: Context<'_>) -> Result<(), SolveError> {
    let mut pins: Vec<usize> = rules::bans::contradict(context.instance)
        .into_iter()
        .map(|(p, _)| p)
        .collect();
    for (p, pin) in context.instance.pins.iter().enumerate() {
        let possible = match pin {
            crate::model::Pin::Agreement(members) => {
                context.edges.candidates.iter().any(|c| c.members == *members)
            }
            crate::model::Pin::Service {
                offer,
                need,
                quantity,
            } => {
                let is = |e: &&edges::Edge| e.offer == *offer && e.need == *need;
                let pairs = context.edges.rows.get(..context.edges.pair_rows());
                pairs
                    .unwrap_or_default()
                    .iter()
                    .find(is)
                    .is_some_and(|e| e.lot <= e.cap && *quantity <= e.cap)
            }
        };
        if !possible {
            pins.push(p);
        }
    }
    pins.sort_unstable();
    pins.dedup();
    if pins.is_empty() {
        Ok(())
    } else {
        Err(SolveError::PinsConflict { pins })
    }
}

/// A smallest set of pins that cannot all hold: pins are left out one by one as long as the rest conflicts.
fn smallest_conflict(context: Context<'_>, limits: Limits, control: &dyn Control) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..context.instance.pins.len()).collect();
    let conflicts = |pins: &[usize]| {
        let mut instance = context.instance.clone();
        instance.pins = pins
            .iter()
            .filter_map(|p| context.instance.pins.get(*p).cloned())
            .collect();
        let edges = edges::build(&instance);
        let (model, _) = rules::model(Context {
            instance: &instance,
            edges: &edges,
        });
        exact::solve(&model, None, limits, control).is_ok_and(|outcome| !outcome.feasible)
    };
    for pin in 0..context.instance.pins.len() {
        let without: Vec<usize> = kept.iter().copied().filter(|p| *p != pin).collect();
        if conflicts(&without) {
            kept = without;
        }
    }
    kept
}

fn finish(context: Context<'_>, answer: Answer) -> Solution {
    let Answer {
        best,
        proof,
        solver_bound_micro,
        stopped,
    } = answer;
    let instance = context.instance;
    let plan = document(instance, context.edges, &best, stopped);
    let bound = price::bound_micro(proof.bound);
    let certificate = Certificate {
        format: FORMAT.to_owned(),
        instance_sha256: hex(&instance.sha256),
        plan_sha256: plan.sha256(),
        value: plan.value_micro,
        bound,
        gap_ppm: gap_ppm(plan.value_micro, bound),
        prices: proof.prices,
        branches: proof.branches,
    };
    Solution {
        plan,
        certificate,
        solver_bound_micro,
        edges: context.edges.rows.len(),
        candidates: context.edges.candidates.len(),
    }
}

fn document(instance: &Instance, edges: &Edges, best: &Found, stopped: bool) -> Document {
    let id = |party: u32| {
        instance
            .document
            .parties
            .get(party as usize)
            .map(|p| p.id.clone())
            .unwrap_or_default()
    };
    let mut agreements = Vec::new();
    for candidate in &edges.candidates {
        let run = candidate
            .range()
            .filter(|e| best.taken.get(*e).is_some_and(|x| *x > 0));
        let mut services: Vec<Service> = run.filter_map(|e| service(instance, edges, best, e)).collect();
        if services.is_empty() {
            continue;
        }
        services.sort();
        let mut members: Vec<String> = candidate.members.iter().map(|m| id(*m)).collect();
        members.sort();
        let is_base = candidate
            .members
            .iter()
            .any(|m| best.bases.get(*m as usize).copied().unwrap_or(false));
        agreements.push(Agreement {
            members,
            mode: if is_base { Mode::Base } else { Mode::Project },
            services,
        });
    }
    agreements.sort_by(|a, b| a.members.cmp(&b.members));
    let numbered = (0_u32..).zip(&best.bases);
    let mut bases: Vec<String> = numbered.filter(|(_, base)| **base).map(|(p, _)| id(p)).collect();
    bases.sort();
    Document {
        format: plan::FORMAT.to_owned(),
        instance_sha256: hex(&instance.sha256),
        value_micro: best.value,
        status: if best.optimal {
            Status::Optimal
        } else {
            Status::Feasible
        },
        stopped_by: stopped.then_some(StoppedBy::Caller),
        agreements,
        bases,
        parent: instance.document.previous.as_ref().map(Document::sha256),
    }
}

fn service(instance: &Instance, edges: &Edges, best: &Found, e: usize) -> Option<Service> {
    let edge = edges.rows.get(e)?;
    Some(Service {
        offer: instance.document.offers.get(edge.offer as usize)?.id.clone(),
        need: instance.document.needs.get(edge.need as usize)?.id.clone(),
        quantity: *best.taken.get(e)?,
    })
}
