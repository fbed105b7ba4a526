//! **Demand.** No need is met more than it asks.
//!
//! Σ_{e∋n} x_e ≤ D_n − committed. Hard. Price β_n ≥ 0, µ for each unit.

use super::{Columns, Context, grouped, terms};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let Context { instance, edges } = context;
    for (n, group) in grouped(edges, instance.needs.len(), |e| e.need)
        .iter()
        .enumerate()
    {
        if let (Some(need), true) = (instance.needs.get(n), group.len() > 1) {
            model.at_most(
                format!("demand_{n}"),
                &terms(&columns.amounts, group, ONE),
                need.room * ONE,
            );
        }
    }
}

/// Σ β_n D_n over the community side's needs, µ × 10^6: units keep their own in their blocks.
#[must_use]
pub fn constant(context: Context<'_>, needs: &[i64]) -> i128 {
    let rooms = context.instance.needs.iter().zip(needs);
    let others = rooms.filter(|(need, _)| !context.instance.is_unit(need.party));
    others
        .map(|(need, price)| i128::from(need.room) * i128::from(*price) * i128::from(ONE))
        .sum()
}
