//! **Two-way** (双向服务). In every agreement each member gives something and gets something.
//!
//! For each member m of k: y_k ≤ Σ_{e∈k, giver m} z_e and y_k ≤ Σ_{e∈k, receiver m} z_e. Hard; refuses with
//! `no_return_service`. In a pair and in a circle, what one gives is what the next one gets, so one row for each
//! giver says all.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let numbered = context
        .edges
        .candidates
        .iter()
        .zip(&columns.agreements)
        .enumerate();
    for (k, (candidate, y)) in numbered {
        for member in &candidate.members {
            let run = context.edges.rows.get(candidate.range()).unwrap_or_default();
            let first = candidate.first as usize;
            let gives = run.iter().enumerate().filter(|(_, e)| e.giver == *member);
            let mut terms: Vec<_> = gives
                .filter_map(|(i, _)| columns.taken.get(first + i))
                .map(|z| (*z, ONE))
                .collect();
            terms.push((*y, -ONE));
            model.at_least(format!("two_way_{k}_{member}"), &terms, 0);
        }
    }
}
