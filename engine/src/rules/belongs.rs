//! **Belongs.** A service is part of an agreement that is made.
//!
//! z_e ≤ y_k. Hard.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    for (edge, z) in context.edges.rows.iter().zip(&columns.taken) {
        if let Some(y) = columns.agreements.get(edge.candidate as usize) {
            model.at_most(
                format!("belongs_{}", context.edges.name(edge)),
                &[(*z, ONE), (*y, -ONE)],
                0,
            );
        }
    }
}
