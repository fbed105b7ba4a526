//! **Load.** No party looks after more agreements than it can.
//!
//! Σ_{k∋p} y_k ≤ cap_p − committed. Hard; refuses with `party_full`. Price γ_p ≥ 0, µ for each agreement.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let mut terms = vec![Vec::new(); context.instance.parties.len()];
    for (candidate, y) in context.edges.candidates.iter().zip(&columns.agreements) {
        for member in &candidate.members {
            if let Some(list) = terms.get_mut(*member as usize) {
                list.push((*y, ONE));
            }
        }
    }
    for (p, (party, list)) in context.instance.parties.iter().zip(&terms).enumerate() {
        if i64::try_from(list.len()).unwrap_or(i64::MAX) > party.room {
            model.at_most(format!("load_{p}"), list, party.room * ONE);
        }
    }
}

/// Σ γ_p cap_p over the community side, µ × 10^6: units keep their own load in their blocks.
#[must_use]
pub fn constant(context: Context<'_>, parties: &[i64]) -> i128 {
    let rooms = context.instance.parties.iter().zip(parties);
    let others = rooms.filter(|(party, _)| !party.is_unit());
    others
        .map(|(party, price)| i128::from(party.room) * i128::from(*price) * i128::from(ONE))
        .sum()
}
