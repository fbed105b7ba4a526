//! **Lot.** What is taken is at least the smallest lot of the offer and the smallest useful amount of the need,
//! and at most what both have.
//!
//! lot_e z_e ≤ x_e ≤ cap_e z_e. Hard; refuses with `lot_too_large`.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let both = columns.amounts.iter().zip(&columns.taken);
    for (edge, (x, z)) in context.edges.rows.iter().zip(both) {
        let name = context.edges.name(edge);
        model.at_least(format!("lot_{name}"), &[(*x, ONE), (*z, -edge.lot * ONE)], 0);
        model.at_most(format!("cap_{name}"), &[(*x, ONE), (*z, -edge.cap * ONE)], 0);
    }
}
