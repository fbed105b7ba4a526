//! Pages of runs and plans.

mod compare;
mod files;
mod plan;
mod rules;
mod runs;
mod trial;
mod trial_new;
mod unmet;
mod unused;

pub(super) use compare::compare;
pub(super) use files::file;
pub(super) use plan::{hand_over, plan};
pub(super) use rules::{price, rules, stop as stop_pricing};
pub(super) use runs::{list, new, one, request, stop};
pub(super) use trial::{file as trial_file, list as trials, one as trial, stop as stop_trial};
pub(super) use trial_new::{
    add as add_change, ask as ask_change, new as new_trial, request as request_trial,
};
pub(super) use unmet::unmet;
pub(super) use unused::unused;

use std::collections::BTreeMap;

use uuid::Uuid;

use super::error::MatchingError;
use super::query::{self, PlanView, ProposalView, RunView};
use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::problem::Problem;
use crate::web::table::TableView;

/// µ as points with one decimal.
pub(super) fn points(micro: i64) -> String {
    let tenths = micro.div_euclid(100_000);
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// The same, rounded up: what is promised not to be exceeded.
fn points_up(micro: i64) -> String {
    points(micro.saturating_add(99_999))
}

/// ppm as a percentage with two decimals, rounded up.
fn percent(ppm: i64) -> String {
    let hundredths = (ppm + 99).div_euclid(100);
    format!(
        "{}.{:02}%",
        hundredths.div_euclid(100),
        hundredths.rem_euclid(100)
    )
}

fn gap_of(run: &RunView) -> i64 {
    gongjian_engine::certificate::gap_ppm(run.best_micro, run.bound_micro)
}

/// A run that has a plan, and the plan.
async fn kept(app: &App, visit: &Visit, no: i64) -> Result<(RunView, PlanView), Problem> {
    let run = query::run(app.db.reader(), visit.actor.scope, no).await?;
    let id: Uuid = run.plan.ok_or(MatchingError::State)?;
    let plan = query::plan(app.db.reader(), visit.actor.scope, id).await?;
    Ok((run, plan))
}

/// The proposals that hold all of `words` in a party's name or a service; all of them without words.
fn narrowed<'a>(proposals: &'a [ProposalView], words: &str) -> Vec<&'a ProposalView> {
    let words = words.trim();
    let holds = |proposal: &ProposalView| {
        let parties = proposal.body.parties.iter().map(|p| p.name.as_str());
        let services = proposal.body.services.iter().map(|s| s.what.as_str());
        parties.chain(services).any(|text| text.contains(words))
    };
    proposals
        .iter()
        .filter(|p| words.is_empty() || holds(p))
        .collect()
}

/// Names of a proposal's parties by id.
fn party_names(proposal: &ProposalView) -> BTreeMap<Uuid, &str> {
    proposal
        .body
        .parties
        .iter()
        .map(|p| (p.party, p.name.as_str()))
        .collect()
}

/// The part of a list that its address asks for: `after` is how many rows come before.
fn part_of<T>(t: TableView, found: Vec<T>) -> (Vec<T>, TableView) {
    let start = t
        .after()
        .and_then(|after| after.parse::<usize>().ok())
        .unwrap_or(0);
    let (size, count) = (t.size(), found.len());
    let next = start.checked_add(size).filter(|end| *end < count);
    let rows: Vec<T> = found.into_iter().skip(start).take(size).collect();
    let t = t.found(
        u64::try_from(count).unwrap_or(0),
        rows.len(),
        next.map(|end| end.to_string()),
    );
    (rows, t)
}

/// Runs work of a moment beside the requests of others.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Problem> {
    let found = actix_web::rt::task::spawn_blocking(work).await;
    found
        .map_err(|error| Problem::internal(error.to_string()))?
        .map_err(Problem::internal)
}
