//! What a plan must keep, as one table: each row of each rule with what is used of it and what it allows.

use std::collections::BTreeMap;

use crate::certificate::{Row, name};
use crate::model::Instance;

/// Rows with what is used of them and what they allow.
#[derive(Default)]
pub(super) struct Table(pub(super) BTreeMap<Row, (i128, i64)>);

impl Table {
    /// Uses `amount` of a row that allows `limit`.
    pub(super) fn add(&mut self, row: Row, amount: impl Into<i128>, limit: i64) {
        self.0.insert(row, (self.used(row) + amount.into(), limit));
    }

    /// What is used of a row.
    pub(super) fn used(&self, row: Row) -> i128 {
        self.0.get(&row).map_or(0, |cell| cell.0)
    }

    /// The rows used beyond what they allow, by name.
    pub(super) fn violations(&self, instance: &Instance) -> Vec<String> {
        let over = self.0.iter().filter(|(_, cell)| cell.0 > i128::from(cell.1));
        over.map(|(row, cell)| format!("{}: {} > {}", name(instance, *row), cell.0, cell.1))
            .collect()
    }
}
