//! Plain rows → good_lp → HiGHS. Numbers become floats here and nowhere else before solving.

use good_lp::{Expression, ProblemVariables, SolverModel, Variable, constraint, variable};

use crate::linear::{Linear, ONE};

/// The model as HiGHS takes it; columns keep their places.
pub(super) fn highs(model: &Linear) -> Result<highs::Model, String> {
    let mut variables = ProblemVariables::new();
    let mut columns: Vec<Variable> = Vec::with_capacity(model.columns.len());
    let mut objective = Expression::with_capacity(model.columns.len());
    for column in &model.columns {
        let mut definition = variable().min(float(column.lower));
        if let Some(upper) = column.upper {
            definition = definition.max(float(upper));
        }
        if column.integer {
            definition = definition.integer();
        }
        let column_variable = variables.add(definition);
        objective.add_mul(points(column.gain), column_variable);
        columns.push(column_variable);
    }
    let mut problem = good_lp::highs(variables.maximise(objective + points(model.constant)));
    for row in &model.rows {
        let mut sum = Expression::with_capacity(row.terms.len());
        for (column, factor) in &row.terms {
            let column = columns
                .get(*column)
                .ok_or("a row names a column that is not there")?;
            sum.add_mul(float(*factor), *column);
        }
        match (row.lower, row.upper) {
            (Some(lower), Some(upper)) if lower == upper => {
                problem.add_constraint(constraint!(sum == float(lower)));
            }
            (lower, upper) => {
                if let Some(lower) = lower {
                    problem.add_constraint(constraint!(sum.clone() >= float(lower)));
                }
                if let Some(upper) = upper {
                    problem.add_constraint(constraint!(sum <= float(upper)));
                }
            }
        }
    }
    problem.try_into_inner().map_err(|error| error.to_string())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the solver works in floats; what it says is judged in integers"
)]
fn float(millionths: i64) -> f64 {
    millionths as f64 / ONE as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the solver works in floats; what it says is judged in integers"
)]
pub(super) fn points(micro_ppm: i128) -> f64 {
    micro_ppm as f64 / (ONE as f64 * ONE as f64)
}
