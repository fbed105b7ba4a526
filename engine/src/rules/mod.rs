//! One file for each rule of the formulation: its words, its formula, its rows in the full model and its term in
//! the price bound. Everything is in points with whole millionths; sums of the bound are µ × 10^6, exact.

pub mod audience;
pub mod bans;
pub mod base;
pub mod belongs;
pub mod budget;
pub mod capacity;
pub mod coverage;
pub mod demand;
pub mod fairness;
pub mod held;
pub mod load;
pub mod lot;
pub mod pins;
pub mod reach;
pub mod reciprocity;
pub mod stability;
pub mod two_way;
pub mod windows;

use crate::edges::Edges;
use crate::linear::{Column, Linear};
use crate::model::Instance;
use held::Held;

/// The decisions of the full model.
#[derive(Debug, Clone)]
pub struct Columns {
    /// y: is the agreement made, one for each candidate.
    pub agreements: Vec<Column>,
    /// z: is the service taken, one for each edge.
    pub taken: Vec<Column>,
    /// x: how much of it, one for each edge.
    pub amounts: Vec<Column>,
    /// b: does the unit become a base, for units that may.
    pub bases: Vec<Option<Column>>,
}

/// What a rule works on.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// Its edges.
    pub edges: &'a Edges,
}

/// The full model: columns, then the rows of each rule in the order of the formulation.
#[must_use]
pub fn model(context: Context<'_>) -> (Linear, Columns) {
    model_with(context, &Held::default())
}

/// The model of a part of the whole, in which parties have `held` already.
#[must_use]
pub fn model_with(context: Context<'_>, held: &Held) -> (Linear, Columns) {
    let mut model = Linear::default();
    let columns = columns(context, held, &mut model);
    capacity::rows(context, &columns, &mut model);
    demand::rows(context, &columns, &mut model);
    lot::rows(context, &columns, &mut model);
    belongs::rows(context, &columns, &mut model);
    two_way::rows(context, &columns, &mut model);
    load::rows(context, &columns, &mut model);
    budget::rows(context, &columns, &mut model);
    reciprocity::rows(context, &columns, &mut model);
    fairness::rows(context, &columns, held, &mut model);
    coverage::rows(context, &columns, held, &mut model);
    base::rows(context, &columns, held, &mut model);
    pins::rows(context, &columns, &mut model);
    (model, columns)
}

fn columns(context: Context<'_>, held: &Held, model: &mut Linear) -> Columns {
    let Context { instance, edges } = context;
    let ppm = i128::from(crate::model::PPM);
    let upkeep = i128::from(instance.policy().fixed_micro) * ppm;
    let agreements = edges
        .candidates
        .iter()
        .enumerate()
        .map(|(k, c)| {
            model.binary(
                format!("y_{k}"),
                stability::agreement_gain(instance, c.kept) - upkeep,
            )
        })
        .collect();
    let (mut taken, mut amounts) = (Vec::new(), Vec::new());
    for edge in &edges.rows {
        let name = edges.name(edge);
        taken.push(model.binary(format!("z_{name}"), stability::service_gain(instance, edge.kept)));
        let most = Some(edge.cap * crate::linear::ONE);
        amounts.push(model.column(format!("x_{name}"), 0, most, true, i128::from(edge.value) * ppm));
    }
    let bases = base::columns(context, held, model);
    Columns {
        agreements,
        taken,
        amounts,
        bases,
    }
}

/// The edges of each owner, in order; `owner` tells whose an edge is.
fn grouped(edges: &Edges, count: usize, owner: impl Fn(&crate::edges::Edge) -> u32) -> Vec<Vec<usize>> {
    let mut groups = vec![Vec::new(); count];
    for (e, edge) in edges.rows.iter().enumerate() {
        if let Some(group) = groups.get_mut(owner(edge) as usize) {
            group.push(e);
        }
    }
    groups
}

/// Terms with the same factor for the columns of some edges.
fn terms(columns: &[Column], edges: &[usize], factor: i64) -> Vec<(Column, i64)> {
    edges
        .iter()
        .filter_map(|e| columns.get(*e))
        .map(|column| (*column, factor))
        .collect()
}
