//! What HiGHS said → services taken, in whole numbers.

use crate::edges::Edges;
use crate::rules::Columns;

/// The end of a solve.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// A value for each column; empty if infeasible.
    pub values: Vec<f64>,
    /// HiGHS says that nothing better exists.
    pub optimal: bool,
    /// The caller's time was up.
    pub timed_out: bool,
    /// There is a solution.
    pub feasible: bool,
    /// HiGHS's own bound, points: its word, not a proof.
    pub bound_points: Option<f64>,
}

impl Outcome {
    /// No solution exists.
    pub(super) fn infeasible() -> Self {
        Self {
            values: Vec::new(),
            optimal: false,
            timed_out: false,
            feasible: false,
            bound_points: None,
        }
    }

    /// How much of each edge is taken, and which parties are bases.
    #[must_use]
    pub fn taken(&self, edges: &Edges, columns: &Columns) -> (Vec<i64>, Vec<bool>) {
        let yes = |column: &usize| self.values.get(*column).is_some_and(|v| *v > 0.5);
        let both = columns.taken.iter().zip(&columns.amounts);
        let taken = edges.rows.iter().zip(both).map(|(edge, (z, x))| {
            let amount = self.values.get(*x).map_or(0, |v| whole(*v));
            if yes(z) {
                amount.clamp(edge.lot, edge.cap)
            } else {
                0
            }
        });
        let bases = columns
            .bases
            .iter()
            .map(|b| b.as_ref().is_some_and(yes))
            .collect();
        (taken.collect(), bases)
    }

    /// HiGHS's bound in µ, rounded up.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond i64 saturates, and the bound is only told"
    )]
    pub fn bound_micro(&self) -> Option<i64> {
        self.bound_points.map(|points| (points * 1e6).ceil() as i64)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "amounts are at most 10^6")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
