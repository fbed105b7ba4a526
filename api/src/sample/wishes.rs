//! What communities give and want in a generated street: mostly what the units around want and give.

use super::chance::Chance;
use super::units::KINDS;
use crate::lists::domain::{Direction, ServiceType, TypeTable};

/// Of a hundred rows, those of any type at all: what is given, what is wanted.
const ANY: [usize; 2] = [0, 40];

/// Service types with how often each is picked.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    codes: Vec<String>,
    /// Sums of the weights up to each type.
    sums: Vec<usize>,
    any: usize,
}

impl Wishes {
    /// Types a community may give (`false`) or want (`true`). A type weighs the fourth power of the rows that a hundred
    /// units have of it on the other side: what everybody knows to be there is asked for.
    pub(super) fn new(wants: bool) -> Self {
        let other = if wants {
            Direction::FromUnit
        } else {
            Direction::FromCommunity
        };
        let fits =
            |t: &&ServiceType| !t.cash_like && (t.direction == other || t.direction == Direction::Both);
        let codes: Vec<String> = TypeTable::built_in()
            .all()
            .filter(fits)
            .map(|t| t.code.clone())
            .collect();
        let mut sum = 0;
        let sums = codes
            .iter()
            .map(|code| {
                sum += (rows(code, wants) + 1).pow(4);
                sum
            })
            .collect();
        Self {
            codes,
            sums,
            any: ANY[usize::from(wants)],
        }
    }

    /// One of the types.
    pub(super) fn pick(&self, chance: &mut Chance) -> String {
        let at = if chance.below(100) < self.any {
            chance.below(self.codes.len())
        } else {
            let drawn = chance.below(self.sums.last().copied().unwrap_or(1));
            self.sums.partition_point(|sum| *sum <= drawn)
        };
        self.codes.get(at).cloned().unwrap_or_default()
    }
}

/// Rows of a type that a hundred units have on the other side, about.
fn rows(code: &str, wants: bool) -> usize {
    KINDS
        .iter()
        .map(|kind| {
            let list = if wants { kind.gives } else { kind.needs };
            let each = kind.share * (kind.rows.0 + kind.rows.1) / 2;
            list.iter().filter(|known| **known == code).count() * each / list.len()
        })
        .sum()
}
