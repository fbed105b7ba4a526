//! **Capacity.** No offer gives more than it has left.
//!
//! Σ_{e∋o} x_e ≤ Q_o − committed. Hard; refuses with `offer_taken`. Price α_o ≥ 0, µ for each unit.

use super::{Columns, Context, grouped, terms};
use crate::linear::{Linear, ONE};

/// Adds the rows.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let Context { instance, edges } = context;
    for (o, group) in grouped(edges, instance.offers.len(), |e| e.offer)
        .iter()
        .enumerate()
    {
        if let (Some(offer), true) = (instance.offers.get(o), group.len() > 1) {
            model.at_most(
                format!("capacity_{o}"),
                &terms(&columns.amounts, group, ONE),
                offer.room * ONE,
            );
        }
    }
}

/// Σ α_o Q_o over the community side's offers, µ × 10^6: units keep their own in their blocks.
#[must_use]
pub fn constant(context: Context<'_>, offers: &[i64]) -> i128 {
    let rooms = context.instance.offers.iter().zip(offers);
    let others = rooms.filter(|(offer, _)| !context.instance.is_unit(offer.party));
    others
        .map(|(offer, price)| i128::from(offer.room) * i128::from(*price) * i128::from(ONE))
        .sum()
}
