//! The full model as an MPS file, so that another solver can judge ours. Maximising is written as minimising the
//! negative; the objective's constant is the negative of the objective row's right-hand side.

use std::fmt::Write as _;

use serde::Serialize;

use crate::edges;
use crate::linear::Linear;
use crate::model::Instance;
use crate::rules::{self, Context};

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// Its name in the file.
    pub column: String,
    /// Members of an agreement (`y_…`), or offer and need of a service (`x_…`, `z_…`).
    pub ids: Vec<String>,
}

/// The MPS text and the meaning of its decision columns.
#[must_use]
pub fn export(instance: &Instance) -> (String, Vec<Meaning>) {
    let edges = edges::build(instance);
    let (model, columns) = rules::model(Context {
        instance,
        edges: &edges,
    });
    let document = &instance.document;
    let name = |column: usize| {
        model
            .columns
            .get(column)
            .map(|c| c.name.clone())
            .unwrap_or_default()
    };
    let party = |p: &u32| {
        document
            .parties
            .get(*p as usize)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    };
    let mut meanings: Vec<Meaning> = edges
        .candidates
        .iter()
        .zip(&columns.agreements)
        .map(|(k, column)| Meaning {
            column: name(*column),
            ids: k.members.iter().map(party).collect(),
        })
        .collect();
    for (edge, (x, z)) in edges.rows.iter().zip(columns.amounts.iter().zip(&columns.taken)) {
        let offer = document.offers.get(edge.offer as usize).map(|o| o.id.clone());
        let need = document.needs.get(edge.need as usize).map(|n| n.id.clone());
        let ids: Vec<String> = [offer, need].into_iter().flatten().collect();
        meanings.push(Meaning {
            column: name(*x),
            ids: ids.clone(),
        });
        meanings.push(Meaning {
            column: name(*z),
            ids,
        });
    }
    (text(&model), meanings)
}

/// Whole millionths as a decimal.
fn decimal(millionths: i128) -> String {
    digits(millionths, 6)
}

fn digits(value: i128, places: u32) -> String {
    let unit = 10_i128.pow(places);
    let (sign, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let unit = unit.unsigned_abs();
    let rest = format!("{:0width$}", value % unit, width = places as usize);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        format!("{sign}{}", value / unit)
    } else {
        format!("{sign}{}.{rest}", value / unit)
    }
}

fn text(model: &Linear) -> String {
    let mut out = String::from("NAME gongjian\nROWS\n N objective\n");
    let mut by_column: Vec<Vec<(usize, i64)>> = vec![Vec::new(); model.columns.len()];
    for (r, row) in model.rows.iter().enumerate() {
        let kind = match (row.lower, row.upper) {
            (Some(lower), Some(upper)) if lower == upper => 'E',
            (Some(_), _) => 'G',
            (None, _) => 'L',
        };
        let _ = writeln!(out, " {kind} {}", row.name);
        for (column, factor) in &row.terms {
            if let Some(list) = by_column.get_mut(*column) {
                list.push((r, *factor));
            }
        }
    }
    out.push_str("COLUMNS\n");
    let mut integer = false;
    for (column, terms) in model.columns.iter().zip(&by_column) {
        if column.integer != integer {
            integer = column.integer;
            let _ = writeln!(
                out,
                " MARKER 'MARKER' '{}'",
                if integer { "INTORG" } else { "INTEND" }
            );
        }
        let _ = writeln!(out, " {} objective {}", column.name, digits(-column.gain, 12));
        for (row, factor) in terms {
            let row = model.rows.get(*row).map_or("", |r| r.name.as_str());
            let _ = writeln!(out, " {} {row} {}", column.name, decimal(i128::from(*factor)));
        }
    }
    if integer {
        out.push_str(" MARKER 'MARKER' 'INTEND'\n");
    }
    sides(model, &mut out);
    out
}

fn sides(model: &Linear, out: &mut String) {
    out.push_str("RHS\n");
    if model.constant != 0 {
        let _ = writeln!(out, " rhs objective {}", digits(model.constant, 12));
    }
    let mut ranges = String::new();
    for row in &model.rows {
        let side = row.lower.or(row.upper).unwrap_or(0);
        if side != 0 {
            let _ = writeln!(out, " rhs {} {}", row.name, decimal(i128::from(side)));
        }
        if let (Some(lower), Some(upper)) = (row.lower, row.upper)
            && lower != upper
        {
            let width = i128::from(upper) - i128::from(lower);
            let _ = writeln!(ranges, " range {} {}", row.name, decimal(width));
        }
    }
    if !ranges.is_empty() {
        out.push_str("RANGES\n");
        out.push_str(&ranges);
    }
    out.push_str("BOUNDS\n");
    for column in &model.columns {
        if column.lower != 0 {
            let _ = writeln!(
                out,
                " LO bound {} {}",
                column.name,
                decimal(i128::from(column.lower))
            );
        }
        match column.upper {
            Some(upper) => {
                let _ = writeln!(out, " UP bound {} {}", column.name, decimal(i128::from(upper)));
            }
            None => {
                let _ = writeln!(out, " PL bound {}", column.name);
            }
        }
    }
    out.push_str("ENDATA\n");
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_are_written_out_exactly() {
        assert_eq!(digits(-10_500_000, 6), "-10.5");
        assert_eq!(digits(1, 6), "0.000001");
        assert_eq!(digits(0, 6), "0");
        assert_eq!(digits(-7, 12), "-0.000000000007");
        assert_eq!(digits(3_000_000, 6), "3");
    }
}
