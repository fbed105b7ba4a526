//! The full model without its demand for whole numbers, solved again and again under changing bounds. Its duals are
//! prices; what they prove is computed from them in integers elsewhere.

use highs::{Col, HighsModelStatus, Model, RowProblem, Sense};

use crate::certificate::{PRICE_MAX, Prices, Row};
use crate::linear::{Column, Linear, ONE};
use crate::model::{AREAS, PartyKind};
use crate::rules::{Context, base, fairness};

/// Points that one unit beyond a hard row costs; with it every relaxation has a solution.
const BEYOND: f64 = 10_000.0;
/// Rows with a price whose price is that of the same name, and the factor from points to it.
const PRICED: [(&str, &str, f64); 9] = [
    ("capacity_", "capacity", -1e6),
    ("demand_", "demand", -1e6),
    ("load_", "load", -1e6),
    ("budget_", "budget", -1e10),
    ("reciprocity_", "reciprocity", 1e6),
    ("fairness_", "fairness", 1e6),
    ("coverage_", "coverage", 1e6),
    ("base_area_", "base_area", 1e6),
    ("base_depth_", "base_depth", 1e6),
];
/// Hard rows that decisions could make impossible.
const HARD: [&str; 7] = [
    "capacity_",
    "demand_",
    "load_",
    "budget_",
    "base_breadth_",
    "base_depth_",
    "base_quota_",
];

/// What a relaxation says.
pub(super) struct Relaxed {
    /// A value for each column.
    pub(super) values: Vec<f64>,
    /// Prices from its duals, within their ranges.
    pub(super) prices: Prices,
    /// Work it took.
    pub(super) iterations: u64,
}

/// The model in HiGHS, kept warm.
pub(super) struct Relaxation<'a> {
    context: Context<'a>,
    model: Option<Model>,
    columns: Vec<Col>,
    /// Bounds of the model itself, and those set at present.
    own: Vec<(f64, f64)>,
    set: Vec<(f64, f64)>,
    /// Row, price it gives, factor.
    priced: Vec<(usize, Row, f64)>,
    /// Prices of rows the model does not have.
    pub(super) rest: Prices,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are found in floats and judged in integers"
)]
fn float(millionths: i64) -> f64 {
    millionths as f64 / ONE as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are found in floats and judged in integers"
)]
fn points(gain: i128) -> f64 {
    gain as f64 / (ONE as f64 * ONE as f64)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "floats beyond i64 saturate and are cut to the range"
)]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// The row a name such as `coverage_3_1` prices.
fn priced(name: &str) -> Option<(Row, f64)> {
    let (_, rule, factor) = PRICED.iter().find(|(prefix, _, _)| name.starts_with(prefix))?;
    let mut places = name.get(rule.len() + 1..)?.split('_').map(str::parse::<u32>);
    let a = places.next()?.ok()?;
    let b = places
        .next()
        .and_then(Result::ok)
        .map_or(0, |area| area.saturating_sub(1));
    Some(((*rule, a, b), *factor))
}

impl<'a> Relaxation<'a> {
    pub(super) fn new(context: Context<'a>, linear: &Linear) -> Self {
        let mut problem = RowProblem::default();
        let own: Vec<(f64, f64)> = linear
            .columns
            .iter()
            .map(|c| (float(c.lower), c.upper.map_or(f64::INFINITY, float)))
            .collect();
        let columns: Vec<Col> = linear
            .columns
            .iter()
            .zip(&own)
            .map(|(c, (low, high))| problem.add_column(-points(c.gain), *low..=*high))
            .collect();
        let mut rows = Vec::new();
        for (i, row) in linear.rows.iter().enumerate() {
            let terms = row
                .terms
                .iter()
                .filter_map(|(c, f)| Some((*columns.get(*c)?, float(*f))));
            let mut terms: Vec<(Col, f64)> = terms.collect();
            if HARD.iter().any(|prefix| row.name.starts_with(prefix)) {
                let beyond = problem.add_column(BEYOND, 0.0..=f64::INFINITY);
                terms.push((beyond, if row.upper.is_some() { -1.0 } else { 1.0 }));
            }
            let low = row.lower.map_or(f64::NEG_INFINITY, float);
            let high = row.upper.map_or(f64::INFINITY, float);
            problem.add_row(low..=high, terms);
            rows.extend(priced(&row.name).map(|(priced, factor)| (i, priced, factor)));
        }
        let some = !columns.is_empty();
        let mut model = some.then(|| problem.try_optimise(Sense::Minimise).ok()).flatten();
        if let Some(model) = &mut model {
            model.make_quiet();
            model.set_option("threads", 1);
            model.set_option("random_seed", 1);
            model.set_option("presolve", "off");
            model.set_option("solver", "simplex");
        }
        Self {
            context,
            model,
            columns,
            set: own.clone(),
            own,
            priced: rows,
            rest: rest(context),
        }
    }

    /// Solves with these bounds in place of the model's own.
    pub(super) fn solve(&mut self, bounds: &[(Column, f64, f64)]) -> Option<Relaxed> {
        let mut model = self.model.take()?;
        let mut wanted = self.own.clone();
        for (column, low, high) in bounds {
            if let Some(cell) = wanted.get_mut(*column) {
                *cell = (cell.0.max(*low), cell.1.min(*high));
            }
        }
        for ((column, new), old) in self.columns.iter().zip(&wanted).zip(&mut self.set) {
            if new != old {
                model.change_column_bounds(*column, new.0..=new.1.max(new.0));
                *old = *new;
            }
        }
        let solved = model.try_solve().ok()?;
        let iterations = u64::try_from(solved.simplex_iteration_count()).unwrap_or(0);
        let found = (solved.status() == HighsModelStatus::Optimal).then(|| {
            let solution = solved.get_solution();
            let duals = solution.dual_rows();
            let mut prices = self.rest.clone();
            for (row, place, factor) in &self.priced {
                let dual = duals.get(*row).copied().unwrap_or(0.0);
                let (low, high) = self.range(*place);
                prices.set(*place, whole(dual * factor).clamp(low, high));
            }
            Relaxed {
                values: solution.columns().to_vec(),
                prices,
                iterations,
            }
        });
        self.model = Some(Model::from(solved));
        found
    }

    fn range(&self, (rule, _, _): Row) -> (i64, i64) {
        let policy = self.context.instance.policy();
        match rule {
            "reciprocity" => (-policy.reciprocity_ppm, policy.reciprocity_ppm),
            "fairness" => (fairness::least_price(self.context), PRICE_MAX),
            "coverage" => (0, policy.coverage_micro),
            _ => (0, PRICE_MAX),
        }
    }
}

/// The best prices of rows that no service touches.
fn rest(context: Context<'_>) -> Prices {
    let policy = context.instance.policy();
    let mut prices = Prices::zero(context.instance, fairness::least_price(context));
    let bonus = policy.fairness.first().map_or(0, |step| step.bonus_ppm);
    for (p, party) in (0_u32..).zip(&context.instance.parties) {
        if party.carry.abs() > party.tolerance {
            prices.set(
                ("reciprocity", p, 0),
                -party.carry.signum() * policy.reciprocity_ppm,
            );
        }
        // Where no service counts for a base, its bonus is out of reach.
        if party.is_unit() && base::is_on(context) {
            prices.set(("base_depth", p, 0), policy.base_bonus_micro);
            for area in (0_u32..).take(AREAS) {
                prices.set(("base_area", p, area), policy.base_bonus_micro);
            }
        }
        if party.kind == PartyKind::Community {
            prices.set(("fairness", p, 0), bonus);
            for area in (0_u32..).take(AREAS) {
                prices.set(("coverage", p, area), policy.coverage_micro);
            }
        }
    }
    prices
}
