//! **Reciprocity** (互惠). What a party gives and gets, with what it carries in, should balance within its
//! tolerance; beyond it each µ costs ρ.
//!
//! −tol_p − s⁻_p ≤ carry_p + given_p − received_p ≤ tol_p + s⁺_p, cost ρ(s⁺ + s⁻). Soft; refuses with
//! `would_unbalance`. Its two prices appear only as their difference q_p = π⁻_p − π⁺_p ∈ [−ρ, ρ], ppm: taking
//! the smaller pair for a given q leaves |q_p| tol_p + q_p carry_p as constant and q_p(given − received) in the
//! objective.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};
use crate::model::PPM;

/// Adds slack columns and rows for parties that could leave their tolerance.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let rate = context.instance.policy().reciprocity_ppm;
    if rate == 0 {
        return;
    }
    let mut terms = vec![Vec::new(); context.instance.parties.len()];
    for (edge, x) in context.edges.rows.iter().zip(&columns.amounts) {
        for (party, factor) in [(edge.giver, edge.value), (edge.receiver, -edge.value)] {
            if let Some(list) = terms.get_mut(party as usize) {
                list.push((*x, factor));
            }
        }
    }
    let cost = -i128::from(rate) * i128::from(PPM);
    for (p, (party, mut list)) in context.instance.parties.iter().zip(terms).enumerate() {
        let off_before = (party.carry.abs() - party.tolerance).max(0);
        if list.is_empty() {
            model.constant += cost * i128::from(off_before) / i128::from(ONE);
            continue;
        }
        let over = model.column(format!("over_{p}"), 0, None, false, cost);
        let under = model.column(format!("under_{p}"), 0, None, false, cost);
        list.extend([(over, -ONE), (under, ONE)]);
        let (lower, upper) = (-party.tolerance - party.carry, party.tolerance - party.carry);
        model.row(format!("reciprocity_{p}"), &list, Some(lower), Some(upper));
    }
}

/// Σ |q_p| tol_p + q_p carry_p, µ × 10^6.
#[must_use]
pub fn constant(context: Context<'_>, balance: &[i64]) -> i128 {
    let parties = context.instance.parties.iter().zip(balance);
    parties
        .map(|(party, q)| {
            i128::from(q.abs()) * i128::from(party.tolerance) + i128::from(*q) * i128::from(party.carry)
        })
        .sum()
}
