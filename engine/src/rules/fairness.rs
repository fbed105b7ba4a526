//! **Fairness.** The first value a community gets for each household is worth more than what comes on top.
//!
//! received_c = Σ_j g_cj, 0 ≤ g_cj ≤ length_j · households_c (the last step is open); bonus Σ β_j g_cj, β falling.
//! Soft; refuses with `others_first`. Price φ_c ≥ β_last, ppm of value received: each step then keeps at most
//! max(0, β_j − φ_c) of its length.

use super::held::Held;
use super::{Columns, Context, grouped};
use crate::linear::{Linear, ONE};
use crate::model::{PPM, PartyKind};

/// Adds step columns and the row of each community; what is held fills the first steps.
pub(super) fn rows(context: Context<'_>, columns: &Columns, held: &Held, model: &mut Linear) {
    let Context { instance, edges } = context;
    let steps = &instance.policy().fairness;
    if steps.is_empty() {
        return;
    }
    for (c, group) in grouped(edges, instance.parties.len(), |e| e.receiver)
        .iter()
        .enumerate()
    {
        let Some(party) = instance.parties.get(c).filter(|p| p.kind == PartyKind::Community) else {
            continue;
        };
        if group.is_empty() {
            continue;
        }
        let value = |e: &usize| Some((*columns.amounts.get(*e)?, edges.rows.get(*e)?.value));
        let mut terms: Vec<_> = group.iter().filter_map(value).collect();
        for (j, step) in steps.iter().enumerate() {
            let upper = step
                .length_micro_per_household
                .map(|length| length * party.households);
            let gain = i128::from(step.bonus_ppm) * i128::from(PPM);
            terms.push((model.column(format!("fair_{c}_{j}"), 0, upper, false, gain), -ONE));
        }
        let before = Some(-held.party(c).received);
        model.row(format!("fairness_{c}"), &terms, before, before);
    }
}

/// Σ_c Σ_j max(0, β_j − φ_c) · length_cj, µ × 10^6.
#[must_use]
pub fn constant(context: Context<'_>, fair: &[i64]) -> i128 {
    let steps = &context.instance.policy().fairness;
    let mut sum = 0;
    for (party, price) in context.instance.parties.iter().zip(fair) {
        if party.kind != PartyKind::Community {
            continue;
        }
        for step in steps {
            let length =
                i128::from(step.length_micro_per_household.unwrap_or(0)) * i128::from(party.households);
            sum += i128::from((step.bonus_ppm - price).max(0)) * length;
        }
    }
    sum
}

/// The least price allowed: the bonus of the open last step, or 0 without steps.
#[must_use]
pub fn least_price(context: Context<'_>) -> i64 {
    context
        .instance
        .policy()
        .fairness
        .last()
        .map_or(0, |step| step.bonus_ppm)
}
