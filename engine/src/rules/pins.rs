//! **Pins.** What somebody settled is in every plan: an agreement, or at least so much of a service.
//!
//! y_k = 1, x_e ≥ amount. Hard. In the price bound a pinned candidate may lose: its bundle is not cut at 0. A
//! pinned service takes at least its amount (the edge's lot) and is always part of the bundle.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    for (k, (candidate, y)) in context
        .edges
        .candidates
        .iter()
        .zip(&columns.agreements)
        .enumerate()
    {
        if candidate.pinned {
            model.at_least(format!("pin_{k}"), &[(*y, ONE)], ONE);
        }
    }
    for (edge, z) in context
        .edges
        .rows
        .iter()
        .zip(&columns.taken)
        .filter(|(e, _)| e.pinned)
    {
        model.at_least(format!("pin_{}", context.edges.name(edge)), &[(*z, ONE)], ONE);
    }
}
