//! The full model through good_lp and HiGHS: one thread, a fixed seed, a limit on work instead of time.

mod build;
mod read;
mod start;

use highs::{HighsModelStatus, SolvedModel};

pub use read::Outcome;
pub use start::start;

use crate::control::{Control, Phase, Progress};
use crate::linear::Linear;

/// How far HiGHS may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most nodes of the search tree.
    pub nodes: i32,
    /// Seconds after which the caller wants an answer anyway; none = never. A plan found under it says that
    /// the caller stopped it, since it may differ from run to run.
    pub seconds: Option<u32>,
}

/// Solves the model, from `start` (a value for each column) if one is given.
///
/// # Errors
/// What HiGHS reports instead of a solution.
pub fn solve(
    model: &Linear,
    start: Option<&[f64]>,
    limits: Limits,
    control: &dyn Control,
) -> Result<Outcome, String> {
    solve_near(model, start, limits, 0.0, control)
}

/// The same, content with a plan whose value is within `gap` (a share of the value) of HiGHS's own bound.
///
/// # Errors
/// What HiGHS reports instead of a solution.
pub fn solve_near(
    model: &Linear,
    start: Option<&[f64]>,
    limits: Limits,
    gap: f64,
    control: &dyn Control,
) -> Result<Outcome, String> {
    control.progress(&Progress {
        phase: Phase::Exact,
        done: 0,
        total: 1,
        value_micro: 0,
        bound_micro: 0,
    });
    let mut solved = attempt(model, start, limits, gap)?;
    let mut values = solved.get_solution().columns().to_vec();
    // Presolve may map a start to a better point, report that one's objective and still hand back the start. What
    // is handed back must be worth what is reported; else HiGHS goes again without a start.
    if start.is_some() && worse(model, &values, solved.objective_value()) {
        solved = attempt(model, None, limits, gap)?;
        values = solved.get_solution().columns().to_vec();
    }
    let status = solved.status();
    let bound = solved
        .double_info_value(c"mip_dual_bound")
        .ok()
        .filter(|bound| bound.is_finite());
    let held = !worse(model, &values, solved.objective_value());
    let optimal = status == HighsModelStatus::Optimal && held;
    let timed_out = status == HighsModelStatus::ReachedTimeLimit;
    if matches!(
        status,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible
    ) {
        return Ok(Outcome::infeasible());
    }
    if values.len() != model.columns.len() || solved.objective_value().is_nan() {
        return Err(format!("{status:?}"));
    }
    Ok(Outcome {
        values,
        optimal,
        timed_out,
        feasible: true,
        // good_lp keeps the objective's constant to itself, so HiGHS's bound lacks it.
        bound_points: bound.map(|bound| bound + build::points(model.constant)),
    })
}

/// Whether these values are worth less than the objective (without its constant) that HiGHS reports.
fn worse(model: &Linear, values: &[f64], objective: f64) -> bool {
    let columns = model.columns.iter().zip(values);
    let own: f64 = columns
        .map(|(column, value)| build::points(column.gain) * value)
        .sum();
    own < objective - 1e-4 * objective.abs().max(1.0)
}

/// One run of HiGHS. Its scheduler is one for the whole process, so every caller must ask for the same threads.
fn attempt(model: &Linear, start: Option<&[f64]>, limits: Limits, gap: f64) -> Result<SolvedModel, String> {
    let mut highs = build::highs(model)?;
    highs.make_quiet();
    highs.set_option("threads", 1);
    highs.set_option("random_seed", 1);
    highs.set_option("mip_rel_gap", gap);
    if gap > 0.0 {
        // A start is at hand and near is enough: the solver's own search for plans costs more than it finds.
        highs.set_option("mip_heuristic_effort", 0.0);
    }
    highs.set_option("mip_abs_gap", 1e-6);
    highs.set_option("mip_max_nodes", limits.nodes);
    if let Some(seconds) = limits.seconds {
        highs.set_option("time_limit", f64::from(seconds));
    }
    if let Some(start) = start {
        highs
            .try_set_solution(Some(start), None, None, None)
            .map_err(|status| format!("{status:?}"))?;
    }
    highs.try_solve().map_err(|status| format!("{status:?}"))
}
