//! The best plan of a part, through the rows of the rules and HiGHS, judged in whole numbers.

use super::cut::Part;
use crate::control::Quiet;
use crate::exact::{self, Limits};
use crate::linear::Linear;
use crate::model::PPM;
use crate::plan;
use crate::rules::{self, Columns, Context, base};

impl Part {
    /// The best amounts HiGHS finds, or none if it finds nothing that keeps every rule.
    pub(crate) fn best(&self, limits: Limits, gap: f64) -> Option<Vec<i64>> {
        let context = self.context();
        if self.edges.rows.is_empty() {
            return None;
        }
        let (mut model, columns) = rules::model_with(context, &self.held);
        let upkeep = i128::from(self.instance.policy().fixed_micro) * i128::from(PPM);
        for (candidate, y) in self.edges.candidates.iter().zip(&columns.agreements) {
            if let (true, Some(column)) = (self.is_waived(&candidate.members), model.columns.get_mut(*y)) {
                column.gain += upkeep;
            }
        }
        for (z, _) in columns.taken.iter().zip(&self.taken).filter(|(_, x)| **x > 0) {
            if let Some(column) = model.columns.get_mut(*z) {
                column.gain += i128::from(self.inertia) * i128::from(PPM);
            }
        }
        let bases = base::choose_with(context, &self.taken, &self.held);
        let start = exact::start(context, (&self.taken, &bases), &model, &columns);
        let outcome = exact::solve_near(&model, Some(&start), limits, gap, &Quiet).ok()?;
        if !outcome.feasible {
            return None;
        }
        let (taken, _) = outcome.taken(&self.edges, &columns);
        self.holds(&model, &columns, &taken).then_some(taken)
    }

    /// Whether amounts keep every rule that must be kept.
    fn holds(&self, model: &Linear, columns: &Columns, taken: &[i64]) -> bool {
        let mut values = vec![None; model.columns.len()];
        let mut set = |column: &usize, value: i64| {
            if let Some(cell) = values.get_mut(*column) {
                *cell = Some(value);
            }
        };
        for (candidate, y) in self.edges.candidates.iter().zip(&columns.agreements) {
            let run = taken.get(candidate.range()).unwrap_or_default();
            set(y, i64::from(run.iter().any(|x| *x > 0)));
        }
        for (amount, (z, x)) in taken.iter().zip(columns.taken.iter().zip(&columns.amounts)) {
            set(z, i64::from(*amount > 0));
            set(x, *amount);
        }
        model.holds(&values)
    }

    /// Value of these amounts with the bases that go with them, µ × 10^6, up to a constant of the part.
    pub(crate) fn value(&self, taken: &[i64]) -> i128 {
        let bases = base::choose_with(self.context(), taken, &self.held);
        let parts = plan::parts_with(&self.instance, &self.edges, taken, &bases, &self.held);
        let upkeep = i128::from(self.instance.policy().fixed_micro) * i128::from(PPM);
        let waived = self.edges.candidates.iter().filter(|c| {
            let run = taken.get(c.range()).unwrap_or_default();
            run.iter().any(|x| *x > 0) && self.is_waived(&c.members)
        });
        parts.exact() + upkeep * i128::try_from(waived.count()).unwrap_or(0)
    }

    fn is_waived(&self, members: &[u32]) -> bool {
        self.waived.iter().any(|pair| pair[..] == *members)
    }

    fn context(&self) -> Context<'_> {
        Context {
            instance: &self.instance,
            edges: &self.edges,
        }
    }
}
