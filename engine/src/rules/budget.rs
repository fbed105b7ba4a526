//! **Budget.** No fund spends more than it has left.
//!
//! Σ_e c_e x_e ≤ B_f. Hard; refuses with `fund_spent`. Price δ_f ≥ 0, millionths of a µ for each fen.

use super::{Columns, Context};
use crate::linear::{Linear, ONE};

/// Adds the rows; in yuan, so that coefficients stay small.
pub(super) fn rows(context: Context<'_>, columns: &Columns, model: &mut Linear) {
    let mut terms = vec![Vec::new(); context.instance.funds.len()];
    for (edge, x) in context.edges.rows.iter().zip(&columns.amounts) {
        let cost = context
            .instance
            .offers
            .get(edge.offer as usize)
            .and_then(|offer| offer.cost);
        if let Some((fen, fund)) = cost
            && let Some(list) = terms.get_mut(fund as usize)
        {
            list.push((*x, fen * (ONE / 100)));
        }
    }
    for (f, (fund, list)) in context.instance.funds.iter().zip(&terms).enumerate() {
        if !list.is_empty() {
            model.at_most(format!("budget_{f}"), list, fund.room * (ONE / 100));
        }
    }
}

/// Σ δ_f B_f, µ × 10^6.
#[must_use]
pub fn constant(context: Context<'_>, funds: &[i64]) -> i128 {
    context
        .instance
        .funds
        .iter()
        .zip(funds)
        .map(|(fund, price)| i128::from(fund.room) * i128::from(*price))
        .sum()
}

/// What one unit of an offer costs at these prices, µ × 10^6.
#[must_use]
pub fn unit_price(context: Context<'_>, offer: u32, funds: &[i64]) -> i128 {
    let cost = context
        .instance
        .offers
        .get(offer as usize)
        .and_then(|offer| offer.cost);
    cost.map_or(0, |(fen, fund)| {
        i128::from(fen) * i128::from(funds.get(fund as usize).copied().unwrap_or(0))
    })
}
