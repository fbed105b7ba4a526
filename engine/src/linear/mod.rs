//! The full model as plain rows and columns: what `rules/` write, what HiGHS solves, what an MPS file says.
//! Coefficients are whole millionths, so that every number can be written out exactly.

use std::collections::BTreeMap;

/// A column's place.
pub type Column = usize;

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// Its name in files.
    pub name: String,
    /// Least value, millionths.
    pub lower: i64,
    /// Greatest value, millionths; none = open.
    pub upper: Option<i64>,
    /// Whole numbers only.
    pub integer: bool,
    /// Gain of one unit in the objective, millionths of a point × 10^6.
    pub gain: i128,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRow {
    /// Its name in files, the rule first.
    pub name: String,
    /// Terms, each column once, sorted.
    pub terms: Vec<(Column, i64)>,
    /// Least value, millionths.
    pub lower: Option<i64>,
    /// Greatest value, millionths.
    pub upper: Option<i64>,
}

/// One, in millionths.
pub const ONE: i64 = 1_000_000;

/// A model to be maximised.
#[derive(Debug, Clone, Default)]
pub struct Linear {
    /// The columns.
    pub columns: Vec<ColumnRow>,
    /// The rows.
    pub rows: Vec<RowRow>,
    /// Constant of the objective, in the unit of [`ColumnRow::gain`].
    pub constant: i128,
}

impl Linear {
    /// Adds a column.
    pub fn column(
        &mut self,
        name: String,
        lower: i64,
        upper: Option<i64>,
        integer: bool,
        gain: i128,
    ) -> Column {
        self.columns.push(ColumnRow {
            name,
            lower,
            upper,
            integer,
            gain,
        });
        self.columns.len() - 1
    }

    /// Adds a yes-or-no column.
    pub fn binary(&mut self, name: String, gain: i128) -> Column {
        self.column(name, 0, Some(ONE), true, gain)
    }

    /// Adds a row `lower ≤ Σ terms ≤ upper`; terms of one column are added up.
    pub fn row(&mut self, name: String, terms: &[(Column, i64)], lower: Option<i64>, upper: Option<i64>) {
        let mut sums: BTreeMap<Column, i64> = BTreeMap::new();
        for (column, factor) in terms {
            *sums.entry(*column).or_default() += factor;
        }
        let terms = sums.into_iter().filter(|(_, factor)| *factor != 0).collect();
        self.rows.push(RowRow {
            name,
            terms,
            lower,
            upper,
        });
    }

    /// Adds `Σ terms ≤ upper`.
    pub fn at_most(&mut self, name: String, terms: &[(Column, i64)], upper: i64) {
        self.row(name, terms, None, Some(upper));
    }

    /// Adds `Σ terms ≥ lower`.
    pub fn at_least(&mut self, name: String, terms: &[(Column, i64)], lower: i64) {
        self.row(name, terms, Some(lower), None);
    }

    /// Whether every row holds in whole numbers, as far as its columns are given (not millionths). A row with a
    /// column that is not given is passed over: its slack can make it hold.
    #[must_use]
    pub fn holds(&self, values: &[Option<i64>]) -> bool {
        self.rows.iter().all(|row| {
            let terms = row.terms.iter().map(|(column, factor)| {
                let value = values.get(*column).copied().flatten()?;
                Some(i128::from(value) * i128::from(*factor))
            });
            let Some(sum) = terms.sum::<Option<i128>>() else {
                return true;
            };
            row.lower.is_none_or(|lower| sum >= i128::from(lower))
                && row.upper.is_none_or(|upper| sum <= i128::from(upper))
        })
    }
}
