//! An instance cut into parts that share nothing: the services of one type in one direction.

use super::flow::{Flow, Part};
use crate::edges::Edge;
use crate::model::Party;
use crate::rules::Context;

/// Edges of each part by number, and each row's number within its part.
#[derive(Debug)]
pub(super) struct Parts {
    /// Where each part's edges start in `edges`; one more entry for the end.
    starts: Vec<usize>,
    edges: Vec<u32>,
    /// Within its part, of each offer and each need.
    offers: Vec<u32>,
    needs: Vec<u32>,
    /// The offers and the needs of each part.
    offers_of: Vec<Vec<u32>>,
    needs_of: Vec<Vec<u32>>,
}

/// A part's number: offers of a type given by units, or by the other side.
fn part(context: Context<'_>, edge: &Edge) -> usize {
    let instance = context.instance;
    let kind = instance
        .offers
        .get(edge.offer as usize)
        .map_or(0, |o| o.service_type);
    let unit = instance
        .parties
        .get(edge.giver as usize)
        .is_some_and(Party::is_unit);
    2 * kind as usize + usize::from(unit)
}

/// The number of a row within its part; the next one if it has none.
fn number(numbers: &mut [u32], rows: Option<&mut Vec<u32>>, row: u32) {
    if let (Some(cell), Some(rows)) = (numbers.get_mut(row as usize), rows)
        && *cell == u32::MAX
    {
        *cell = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows.push(row);
    }
}

impl Parts {
    /// Cuts an instance.
    pub(super) fn new(context: Context<'_>) -> Self {
        let (instance, rows) = (context.instance, &context.edges.rows);
        let count = 2 * instance.types.len();
        let mut starts = vec![0_usize; count + 1];
        for edge in rows {
            if let Some(start) = starts.get_mut(part(context, edge) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut parts = Self {
            edges: vec![0; rows.len()],
            offers: vec![u32::MAX; instance.offers.len()],
            needs: vec![u32::MAX; instance.needs.len()],
            offers_of: vec![Vec::new(); count],
            needs_of: vec![Vec::new(); count],
            starts: starts.clone(),
        };
        for (e, edge) in (0_u32..).zip(rows) {
            let of = part(context, edge);
            if let Some(next) = starts.get_mut(of) {
                if let Some(cell) = parts.edges.get_mut(*next) {
                    *cell = e;
                }
                *next += 1;
            }
            number(&mut parts.offers, parts.offers_of.get_mut(of), edge.offer);
            number(&mut parts.needs, parts.needs_of.get_mut(of), edge.need);
        }
        parts
    }

    /// How many parts there are; some may be empty.
    pub(super) fn count(&self) -> usize {
        self.offers_of.len()
    }

    /// The edges of a part.
    pub(super) fn edges(&self, part: usize) -> &[u32] {
        let ends = self.starts.get(part).zip(self.starts.get(part + 1));
        ends.and_then(|(from, to)| self.edges.get(*from..*to))
            .unwrap_or_default()
    }

    /// The offers of a part, and its needs.
    pub(super) fn rows(&self, part: usize) -> (&[u32], &[u32]) {
        (
            self.offers_of.get(part).map_or(&[], Vec::as_slice),
            self.needs_of.get(part).map_or(&[], Vec::as_slice),
        )
    }

    /// A part with its edges sorted by need, and the number of each of these edges.
    pub(super) fn part(&self, context: Context<'_>, part: usize) -> (Part, Vec<u32>) {
        let (instance, (offers, needs)) = (context.instance, self.rows(part));
        let whole = |amount: i64| u32::try_from(amount).unwrap_or(0);
        let mut made = Part {
            offers: offers
                .iter()
                .map(|o| instance.offers.get(*o as usize).map_or(0, |o| whole(o.room)))
                .collect(),
            needs: needs
                .iter()
                .map(|n| instance.needs.get(*n as usize).map_or(0, |n| whole(n.room)))
                .collect(),
            worth: vec![0; needs.len()],
            starts: vec![0; needs.len() + 1],
            ends: Vec::new(),
        };
        let local = |edge: &Edge| {
            let offer = self.offers.get(edge.offer as usize).copied().unwrap_or(0);
            let need = self.needs.get(edge.need as usize).copied().unwrap_or(0);
            (offer, need as usize)
        };
        let of = |e: &u32| context.edges.rows.get(*e as usize);
        for edge in self.edges(part).iter().filter_map(of) {
            let (_, need) = local(edge);
            if let (Some(worth), Some(start)) = (made.worth.get_mut(need), made.starts.get_mut(need + 1)) {
                (*worth, *start) = (edge.value, *start + 1);
            }
        }
        let mut sum = 0;
        for start in &mut made.starts {
            sum += *start;
            *start = sum;
        }
        let (mut next, mut numbers) = (made.starts.clone(), vec![0; sum as usize]);
        made.ends = vec![0; sum as usize];
        for e in self.edges(part) {
            let Some((offer, need)) = of(e).map(local) else {
                continue;
            };
            if let Some(next) = next.get_mut(need) {
                let place = *next as usize;
                if let (Some(end), Some(number)) = (made.ends.get_mut(place), numbers.get_mut(place)) {
                    (*end, *number) = (offer, *e);
                }
                *next += 1;
            }
        }
        (made, numbers)
    }
}

/// A part's flow in the numbers of the whole.
#[derive(Debug)]
pub(super) struct Solved {
    /// Edges taken, and how much.
    pub(super) taken: Vec<(u32, u32)>,
    /// The part, to find its rows.
    pub(super) part: usize,
    /// Its prices.
    pub(super) flow: Flow,
}
