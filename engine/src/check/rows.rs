//! What a plan must keep, as tables: each row of each rule with what is used of it and what it allows.

use std::collections::BTreeMap;

use crate::certificate::{Row, name, rule};
use crate::model::Instance;

/// What each row of the numbered rules allows; the greatest number if anything.
pub(super) fn limits(instance: &Instance) -> Vec<Vec<i64>> {
    let offers = instance.offers.iter().map(|o| o.room).collect();
    let needs = instance.needs.iter().map(|n| n.room).collect();
    let parties = instance.parties.iter().map(|p| p.room).collect();
    let funds = instance.funds.iter().map(|f| f.room).collect();
    let mut limits = vec![vec![i64::MAX], offers, needs, parties, funds];
    limits.resize(rule::COUNT, vec![i64::MAX; instance.parties.len()]);
    limits
}

/// What is used of the numbered rules' rows, and of the others.
pub(super) struct Table {
    pub(super) used: Vec<Vec<i128>>,
    pub(super) limits: Vec<Vec<i64>>,
    pub(super) others: BTreeMap<Row, (i128, i64)>,
}

impl Table {
    /// Uses `amount` of a row that allows `limit`.
    pub(super) fn add(&mut self, row: Row, amount: impl Into<i128>, limit: i64) {
        let cell = self.others.entry(row).or_default();
        *cell = (cell.0 + amount.into(), limit);
    }

    /// The rows used beyond what they allow, by name.
    pub(super) fn violations(self, instance: &Instance) -> Vec<String> {
        let mut all = self.others;
        for (rule, (used, limits)) in self.used.into_iter().zip(self.limits).enumerate() {
            let cells = (0_u32..).zip(used.into_iter().zip(limits));
            let over = cells.filter(|(_, cell)| cell.0 > i128::from(cell.1));
            all.extend(over.map(|(i, cell)| (rule::row(rule, i), cell)));
        }
        let over = all.iter().filter(|(_, cell)| cell.0 > i128::from(cell.1));
        over.map(|(row, cell)| format!("{}: {} > {}", name(instance, *row), cell.0, cell.1))
            .collect()
    }
}
