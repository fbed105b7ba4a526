//! Which windows meet, asked once for each two sets of windows: many rows have the same office hours.

use std::collections::HashMap;

use crate::model::{WindowRow, overlap_minutes};

/// Most pairs of sets remembered, one byte each; beyond, each answer is worked out anew.
const REMEMBERED: usize = 1 << 24;

/// Sets of windows, numbered in the order of their first row. Number 0 is any time.
#[derive(Debug)]
struct Sets<'a> {
    numbers: HashMap<Vec<(i64, i64)>, u32>,
    rows: Vec<&'a [WindowRow]>,
}

impl<'a> Sets<'a> {
    fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            rows: vec![&[]],
        }
    }

    fn number(&mut self, windows: &'a [WindowRow]) -> u32 {
        if windows.is_empty() {
            return 0;
        }
        let key = windows.iter().map(|w| (w.from_min, w.to_min)).collect();
        let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.rows.push(windows);
        }
        number
    }

    fn of(&self, number: u32) -> &'a [WindowRow] {
        self.rows.get(number as usize).copied().unwrap_or_default()
    }
}

/// The windows of all offers and needs.
#[derive(Debug)]
pub(super) struct Times<'a> {
    offers: Sets<'a>,
    needs: Sets<'a>,
    least: i64,
    /// For each pair of sets, offers' sets first: 0 not asked yet, 1 they do not meet, 2 they do.
    known: Vec<u8>,
}

impl<'a> Times<'a> {
    /// Windows that must share at least `overlap` minutes of the week.
    pub(super) fn new(overlap: i64) -> Self {
        Self {
            offers: Sets::new(),
            needs: Sets::new(),
            least: overlap.max(1),
            known: Vec::new(),
        }
    }

    /// The number of an offer's windows.
    pub(super) fn offer(&mut self, windows: &'a [WindowRow]) -> u32 {
        self.offers.number(windows)
    }

    /// The number of a need's windows.
    pub(super) fn need(&mut self, windows: &'a [WindowRow]) -> u32 {
        self.needs.number(windows)
    }

    /// Whether an offer's windows and a need's meet. To be asked after all have their number.
    pub(super) fn meet(&mut self, offer: u32, need: u32) -> bool {
        if offer == 0 || need == 0 {
            return true;
        }
        if self.known.is_empty() {
            let all = self.offers.rows.len().saturating_mul(self.needs.rows.len());
            self.known = vec![0; all.min(REMEMBERED)];
        }
        let place = offer as usize * self.needs.rows.len() + need as usize;
        if let Some(known @ (1 | 2)) = self.known.get(place) {
            return *known == 2;
        }
        let meet = overlap_minutes(self.offers.of(offer), self.needs.of(need)) >= self.least;
        if let Some(cell) = self.known.get_mut(place) {
            *cell = 1 + u8::from(meet);
        }
        meet
    }
}
