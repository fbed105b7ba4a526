//! What a plan uses of each row, beside what the row allows.

use std::collections::BTreeMap;

use super::{Row, name, rule};
use crate::model::{AREAS, Instance};

/// What is used of each row: of the numbered rules by place, of others by name.
#[derive(Debug, Clone)]
pub struct Used {
    /// Of the numbered rules' rows, rule by rule; each allows what [`rule::limits`] says.
    pub rows: Vec<Vec<i128>>,
    /// Of other rows, with what each allows.
    pub others: BTreeMap<Row, (i128, i64)>,
}

impl Used {
    /// Nothing used.
    #[must_use]
    pub fn nothing(instance: &Instance) -> Self {
        let limits = rule::limits(instance);
        Self {
            rows: limits.iter().map(|list| vec![0; list.len()]).collect(),
            others: BTreeMap::new(),
        }
    }

    /// Uses `amount` of another row, which allows `limit`.
    pub fn add(&mut self, row: Row, amount: impl Into<i128>, limit: i64) {
        let cell = self.others.entry(row).or_default();
        *cell = (cell.0 + amount.into(), limit);
    }

    /// The areas in which a party has services, of the six rules from `first` on, less than nothing.
    #[must_use]
    pub fn areas(&self, first: usize, party: u32) -> i128 {
        let lists = self.rows.iter().skip(first).take(AREAS);
        let areas = lists.filter_map(|list| list.get(party as usize));
        areas.map(|used| (*used).max(-1)).sum()
    }

    /// The rows used beyond what they allow, sorted, each with its name, what is used and what it allows.
    #[must_use]
    pub fn violations(&self, instance: &Instance) -> Vec<String> {
        let mut all: Vec<(Row, i128, i64)> = Vec::new();
        for (rule, (used, limits)) in self.rows.iter().zip(rule::limits(instance)).enumerate() {
            let cells = (0_u32..).zip(used.iter().zip(limits));
            let over = cells.filter(|(_, (used, limit))| **used > i128::from(*limit));
            all.extend(over.map(|(place, (used, limit))| (rule::row(rule, place), *used, limit)));
        }
        all.extend(self.others.iter().map(|(row, cell)| (*row, cell.0, cell.1)));
        all.retain(|(_, used, limit)| *used > i128::from(*limit));
        all.sort_unstable();
        let said = |(row, used, limit): &_| format!("{}: {used} > {limit}", name(instance, *row));
        all.iter().map(said).collect()
    }
}
