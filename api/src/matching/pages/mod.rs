//! Pages of runs and plans.

mod files;
mod plan;
mod runs;
mod unmet;

pub(super) use files::file;
pub(super) use plan::{hand_over, plan};
pub(super) use runs::{list, new, one, request, stop};
pub(super) use unmet::unmet;

use std::collections::BTreeMap;

use uuid::Uuid;

use super::error::MatchingError;
use super::query::{self, PlanView, ProposalView, RunView};
use crate::app::App;
use crate::identity::extract::Visit;
use crate::kernel::problem::Problem;

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
