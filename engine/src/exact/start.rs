//! A plan found before, as HiGHS takes it.

use crate::linear::{Linear, ONE};
use crate::rules::{Columns, Context};

/// A value for each column that says a plan's amounts and bases; HiGHS mends the slacks.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "amounts are at most 10^6")]
pub fn start(
    context: Context<'_>,
    (taken, bases): (&[i64], &[bool]),
    model: &Linear,
    columns: &Columns,
) -> Vec<f64> {
    let mut values = vec![0.0; model.columns.len()];
    let mut set = |column: Option<&usize>, value: f64| {
        if let Some(cell) = column.and_then(|c| values.get_mut(*c)) {
            *cell = value;
        }
    };
    for (e, (edge, amount)) in context
        .edges
        .rows
        .iter()
        .zip(taken)
        .enumerate()
        .filter(|(_, (_, x))| **x > 0)
    {
        set(columns.amounts.get(e), *amount as f64);
        set(columns.taken.get(e), 1.0);
        set(columns.agreements.get(edge.candidate as usize), 1.0);
    }
    for (u, base) in bases.iter().enumerate() {
        set(
            columns.bases.get(u).and_then(Option::as_ref),
            if *base { 1.0 } else { 0.0 },
        );
    }
    fill_slacks(model, columns, &mut values);
    values
}

/// Slack columns stand in equalities and soft rows alone; each takes what its row still lacks.
#[expect(clippy::cast_precision_loss, reason = "a start need only be near")]
fn fill_slacks(model: &Linear, columns: &Columns, values: &mut [f64]) {
    let decisions = columns.agreements.len() + columns.taken.len() + columns.amounts.len();
    let bases = columns.bases.iter().flatten().count();
    let first_slack = decisions + bases;
    for row in &model.rows {
        let mut sum: f64 = row
            .terms
            .iter()
            .map(|(c, f)| values.get(*c).copied().unwrap_or(0.0) * *f as f64 / ONE as f64)
            .sum();
        for (column, factor) in row.terms.iter().filter(|(c, _)| *c >= first_slack) {
            let factor = *factor as f64 / ONE as f64;
            let low = row.lower.map_or(f64::NEG_INFINITY, |l| l as f64 / ONE as f64);
            let high = row.upper.map_or(f64::INFINITY, |u| u as f64 / ONE as f64);
            let lack = if sum < low {
                low - sum
            } else if sum > high {
                high - sum
            } else {
                continue;
            };
            let most = model
                .columns
                .get(*column)
                .and_then(|c| c.upper)
                .map_or(f64::INFINITY, |u| u as f64 / ONE as f64);
            let value = (lack / factor).clamp(0.0, most);
            if let Some(cell) = values.get_mut(*column) {
                *cell = value;
                sum += value * factor;
            }
        }
    }
}
