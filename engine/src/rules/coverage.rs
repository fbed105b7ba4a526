//! **Coverage.** A community without any service in one of the six areas costs κ.
//!
//! Σ_{e→c, area a} z_e ≥ 1 − s_ca, cost κ s_ca. Soft; named in the report, refuses nobody. Price κ'_ca ∈ [0, κ],
//! µ, earned by each service and paid once.

use super::held::Held;
use super::{Columns, Context};
use crate::linear::{Linear, ONE};
use crate::model::{AREAS, PPM, PartyKind};

/// Adds slack columns and rows; an area nobody can serve costs its κ at once, one that is served already nothing.
pub(super) fn rows(context: Context<'_>, columns: &Columns, held: &Held, model: &mut Linear) {
    let Context { instance, edges } = context;
    let cost = i128::from(instance.policy().coverage_micro) * i128::from(PPM);
    if cost == 0 {
        return;
    }
    let mut terms = vec![Vec::new(); instance.parties.len() * AREAS];
    for (edge, z) in edges.rows.iter().zip(&columns.taken) {
        if let Some(list) = terms.get_mut(edge.receiver as usize * AREAS + usize::from(edge.area)) {
            list.push((*z, ONE));
        }
    }
    for (place, list) in terms.iter_mut().enumerate() {
        let (c, area) = (place / AREAS, place % AREAS + 1);
        if instance
            .parties
            .get(c)
            .is_none_or(|p| p.kind != PartyKind::Community)
        {
            continue;
        }
        if held.party(c).covered.get(area - 1).copied().unwrap_or(false) {
            continue;
        }
        if list.is_empty() {
            model.constant -= cost;
            continue;
        }
        list.push((
            model.column(format!("open_{c}_{area}"), 0, Some(ONE), false, -cost),
            ONE,
        ));
        model.at_least(format!("coverage_{c}_{area}"), list, ONE);
    }
}

/// −Σ κ'_ca, µ × 10^6.
#[must_use]
pub fn constant(prices: &[i64]) -> i128 {
    -prices
        .iter()
        .map(|price| i128::from(*price) * i128::from(ONE))
        .sum::<i128>()
}
