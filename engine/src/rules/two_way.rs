//! **Two-way** (双向服务). In every agreement each member gives something and gets something.
//!
//! For each member m of k: y_k ≤ Σ_{e∈k, giver m} z_e and y_k ≤ Σ_{e∈k, receiver m} z_e. Hard; refuses with
//! `no_return_service`. In a pair, one side's giving is the other's getting, so one row for each giver says all.

use std::collections::BTreeMap;

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

/// The best bundle of one candidate in which every member gives and gets: every service that gains, and for a
/// member that would give nothing (or a pair's direction that stays empty) the one that loses least. `gains` are
/// (giver, gain, must be taken), one for each edge of the pair, µ × 10^6. `None` if a member has no edge at all.
#[must_use]
pub fn best_bundle(members: &[u32], gains: &[(u32, i128, bool)]) -> Option<i128> {
    let mut least_loss: BTreeMap<u32, i128> = BTreeMap::new();
    let (mut sum, mut served) = (0, Vec::with_capacity(2));
    for (giver, gain, pinned) in gains {
        if *gain > 0 || *pinned {
            sum += gain;
            served.push(*giver);
        }
        least_loss
            .entry(*giver)
            .and_modify(|best| *best = (*best).max(*gain))
            .or_insert(*gain);
    }
    for member in members.iter().filter(|m| !served.contains(m)) {
        sum += least_loss.get(member)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::best_bundle;

    #[test]
    fn an_empty_direction_takes_the_service_that_loses_least() {
        assert_eq!(
            best_bundle(
                &[1, 2],
                &[(1, 50, false), (1, 20, false), (2, -7, false), (2, -9, false)]
            ),
            Some(63)
        );
        assert_eq!(best_bundle(&[1, 2], &[(1, -5, false), (2, -7, false)]), Some(-12));
        assert_eq!(
            best_bundle(&[1, 2], &[(1, -5, true), (1, -1, false), (2, 3, false)]),
            Some(-2)
        );
        assert_eq!(best_bundle(&[1, 2], &[(1, 5, false)]), None);
    }
}
