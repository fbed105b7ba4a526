//! Units with their blocks: which candidates, edges and rows each has.

use super::block::{Block, Item, Number, Partner};
use crate::flat::Flat;
use crate::rules::Context;

/// A unit with what its block is made of. Items and partners of the block stand in the order of `edges` and
/// `candidates`, rooms in that of `rows`.
#[derive(Debug, Clone)]
pub(super) struct Shape<T> {
    pub(super) unit: u32,
    pub(super) candidates: Vec<u32>,
    pub(super) edges: Vec<u32>,
    /// Places of the prices of its own offers and needs.
    pub(super) rows: Vec<u32>,
    pub(super) block: Block<T>,
}

/// The units that have candidates, in order. `whole` turns a whole number into the block's.
pub(super) fn shapes<T: Number>(
    context: Context<'_>,
    flat: &Flat,
    whole: impl Fn(i64) -> T,
) -> Vec<Shape<T>> {
    let instance = context.instance;
    let is_unit = |p: u32| {
        instance
            .parties
            .get(p as usize)
            .is_some_and(crate::model::Party::is_unit)
    };
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); instance.parties.len()];
    for (k, candidate) in (0_u32..).zip(&flat.candidates) {
        for member in candidate.members().filter(|m| is_unit(*m)) {
            if let Some(list) = of.get_mut(member as usize) {
                list.push(k);
            }
        }
    }
    let mut shapes = Vec::new();
    // Each row belongs to one unit: its place there.
    let mut places: Vec<Option<usize>> = vec![None; flat.layout.parties];
    for (unit, candidates) in (0_u32..).zip(of).filter(|(_, list)| !list.is_empty()) {
        let mut shape = Shape {
            unit,
            edges: Vec::new(),
            rows: Vec::new(),
            block: Block::default(),
            candidates,
        };
        let load = instance.parties.get(unit as usize).map_or(0, |p| p.room);
        shape.block.load = usize::try_from(load).unwrap_or(0);
        for k in &shape.candidates {
            let Some(candidate) = flat.candidates.get(*k as usize) else {
                continue;
            };
            let (from, mut circle) = (shape.edges.len(), None);
            for e in candidate.first..candidate.end {
                let (Some(edge), Some(row)) =
                    (flat.edges.get(e as usize), context.edges.rows.get(e as usize))
                else {
                    continue;
                };
                if edge.giver != unit && edge.receiver != unit {
                    continue;
                }
                if edge.halved {
                    circle = Some(edge.receiver == unit);
                }
                let own = if edge.giver == unit { edge.offer } else { edge.need };
                let Some(place) = places.get_mut(own as usize) else {
                    continue;
                };
                let at = *place.get_or_insert_with(|| {
                    let offer = instance.offers.get(row.offer as usize).map(|o| o.room);
                    let need = instance.needs.get(row.need as usize).map(|n| n.room);
                    let room = if edge.giver == unit { offer } else { need };
                    shape.rows.push(own);
                    shape.block.rooms.push(whole(room.unwrap_or(0)));
                    shape.rows.len() - 1
                });
                shape.edges.push(e);
                shape.block.items.push(Item {
                    row: u32::try_from(at).unwrap_or(u32::MAX),
                    forth: edge.giver == unit,
                    forced: row.pinned,
                    unit: T::default(),
                    once: T::default(),
                    lot: whole(row.lot),
                    cap: whole(row.cap),
                });
            }
            shape.block.partners.push(Partner {
                items: (from, shape.edges.len()),
                own: T::default(),
                circle,
                must: candidate.pinned,
                never: false,
            });
        }
        shape.block.inner = vec![T::default(); shape.rows.len()];
        shapes.push(shape);
    }
    shapes
}
