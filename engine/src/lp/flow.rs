//! The best service of one part: all edges of one type in one direction.
//!
//! What a service is worth depends on its need alone, and any set of needs that can be served stays servable when the
//! services are dealt out anew. So the needs worth most are served first as far as possible, then the next, and no
//! need ever gives back what it has: a maximum flow for each worth, each from where the last one ended (the greedy
//! algorithm on a polymatroid, Edmonds 1970; flows after Dinic 1970).
//!
//! Where a flow ends, the offers that open needs can reach, through services that could be dealt out anew, are used up
//! for good. The worth at which that happens is their price: a certificate that closes the gap exactly.

use std::collections::VecDeque;

/// No depth, no price: not reached.
const NONE: u32 = u32::MAX;

/// Offers and needs of one type in one direction, numbered within the part; edges sorted by need.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// What each offer has left.
    pub(super) offers: Vec<u32>,
    /// What each need has open.
    pub(super) needs: Vec<u32>,
    /// What one unit is worth to each need, µ.
    pub(super) worth: Vec<i64>,
    /// Where each need's edges start; one more entry for the end.
    pub(super) starts: Vec<u32>,
    /// The offer of each edge.
    pub(super) ends: Vec<u32>,
}

/// What is taken, and prices that prove it.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    /// Of each edge.
    pub(super) taken: Vec<u32>,
    /// Of each offer, µ for each unit.
    pub(super) offer_prices: Vec<i64>,
    /// Of each need, µ for each unit.
    pub(super) need_prices: Vec<i64>,
}

fn get<T: Copy + Default>(list: &[T], place: u32) -> T {
    list.get(place as usize).copied().unwrap_or_default()
}

fn set<T>(list: &mut [T], place: u32, value: T) {
    if let Some(cell) = list.get_mut(place as usize) {
        *cell = value;
    }
}

fn add(list: &mut [u32], place: u32, more: u32) {
    if let Some(cell) = list.get_mut(place as usize) {
        *cell += more;
    }
}

fn take(list: &mut [u32], place: u32, less: u32) {
    if let Some(cell) = list.get_mut(place as usize) {
        *cell -= less;
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(NONE)
}

/// The search, with what is left of everything.
struct Search<'a> {
    part: &'a Part,
    /// Where each offer's edges start in `back`.
    back_starts: Vec<u32>,
    /// Needs and edges of each offer.
    back: Vec<(u32, u32)>,
    rooms: Vec<u32>,
    wants: Vec<u32>,
    flow: Flow,
    /// Used up: no better dealing out reaches them.
    closed_offers: Vec<bool>,
    closed_needs: Vec<bool>,
    offer_depth: Vec<u32>,
    need_depth: Vec<u32>,
    /// Next edge to try, of each need and of each offer.
    need_next: Vec<u32>,
    offer_next: Vec<u32>,
}

/// The best service of a part.
pub(super) fn solve(part: &Part) -> Flow {
    let mut order: Vec<u32> = (0..count(part.needs.len())).collect();
    order.retain(|n| get(&part.worth, *n) > 0 && get(&part.needs, *n) > 0);
    order.sort_by_key(|n| -get(&part.worth, *n));
    let mut search = Search::new(part);
    for needs in order.chunk_by(|a, b| get(&part.worth, *a) == get(&part.worth, *b)) {
        while search.layers(needs) {
            search.need_next.clone_from(&part.starts);
            search.offer_next.clone_from(&search.back_starts);
            for need in needs {
                while get(&search.wants, *need) > 0 && search.augment(*need) {}
            }
        }
        let worth = needs.first().map_or(0, |n| get(&part.worth, *n));
        search.close(worth);
    }
    search.flow
}

impl<'a> Search<'a> {
    fn new(part: &'a Part) -> Self {
        let (offers, needs) = (part.offers.len(), part.needs.len());
        let mut back_starts = vec![0_u32; offers + 1];
        for o in &part.ends {
            add(&mut back_starts, o + 1, 1);
        }
        let mut sum = 0;
        for start in &mut back_starts {
            sum += *start;
            *start = sum;
        }
        let mut filled = back_starts.clone();
        let mut back = vec![(0, 0); part.ends.len()];
        for n in 0..count(needs) {
            for e in get(&part.starts, n)..get(&part.starts, n + 1) {
                let o = get(&part.ends, e);
                let place = get(&filled, o);
                set(&mut back, place, (n, e));
                add(&mut filled, o, 1);
            }
        }
        Self {
            part,
            back_starts,
            back,
            rooms: part.offers.clone(),
            wants: part.needs.clone(),
            flow: Flow {
                taken: vec![0; part.ends.len()],
                offer_prices: vec![0; offers],
                // An open need that nothing holds back costs its worth; closing lowers that.
                need_prices: part.worth.clone(),
            },
            closed_offers: vec![false; offers],
            closed_needs: vec![false; needs],
            offer_depth: vec![NONE; offers],
            need_depth: vec![NONE; needs],
            need_next: Vec::new(),
            offer_next: Vec::new(),
        }
    }

    /// Depths from the open ones of `needs`, up to the first offers with room. Whether there are any.
    fn layers(&mut self, needs: &[u32]) -> bool {
        self.offer_depth.fill(NONE);
        self.need_depth.fill(NONE);
        let mut queue: VecDeque<u32> = VecDeque::new();
        for need in needs {
            if get(&self.wants, *need) > 0 && !get(&self.closed_needs, *need) {
                set(&mut self.need_depth, *need, 0);
                queue.push_back(*need);
            }
        }
        let mut last = NONE;
        while let Some(need) = queue.pop_front() {
            let depth = get(&self.need_depth, need);
            if depth >= last {
                break;
            }
            for e in get(&self.part.starts, need)..get(&self.part.starts, need + 1) {
                let offer = get(&self.part.ends, e);
                if get(&self.offer_depth, offer) != NONE || get(&self.closed_offers, offer) {
                    continue;
                }
                set(&mut self.offer_depth, offer, depth);
                if get(&self.rooms, offer) > 0 {
                    last = depth + 1;
                }
                if last != NONE {
                    continue;
                }
                for place in get(&self.back_starts, offer)..get(&self.back_starts, offer + 1) {
                    let (other, edge) = get(&self.back, place);
                    if get(&self.need_depth, other) == NONE && get(&self.flow.taken, edge) > 0 {
                        set(&mut self.need_depth, other, depth + 1);
                        queue.push_back(other);
                    }
                }
            }
        }
        last != NONE
    }

    /// Serves a need more by one path through the layers; `false` if there is none left.
    fn augment(&mut self, start: u32) -> bool {
        // Steps: a need, its edge taken more, and the edge of the same offer taken less, which leads to the next need.
        let mut path: Vec<(u32, u32, u32)> = Vec::new();
        let mut need = start;
        loop {
            let e = get(&self.need_next, need);
            if e >= get(&self.part.starts, need + 1) {
                // A dead end: back to the offer before, and on with its next edge.
                let Some((before, more, _)) = path.pop() else {
                    return false;
                };
                let offer = get(&self.part.ends, more);
                add(&mut self.offer_next, offer, 1);
                need = before;
                continue;
            }
            let (offer, depth) = (get(&self.part.ends, e), get(&self.need_depth, need));
            if get(&self.offer_depth, offer) == depth {
                if get(&self.rooms, offer) > 0 {
                    self.shift(start, &path, e);
                    return true;
                }
                if let Some((other, less)) = self.next_need(offer, depth) {
                    path.push((need, e, less));
                    need = other;
                    continue;
                }
            }
            set(&mut self.need_next, need, e + 1);
        }
    }

    /// The next need one layer down that an offer serves.
    fn next_need(&mut self, offer: u32, depth: u32) -> Option<(u32, u32)> {
        let end = get(&self.back_starts, offer + 1);
        let mut place = get(&self.offer_next, offer);
        while place < end {
            let (other, edge) = get(&self.back, place);
            if get(&self.need_depth, other) == depth + 1 && get(&self.flow.taken, edge) > 0 {
                set(&mut self.offer_next, offer, place);
                return Some((other, edge));
            }
            place += 1;
        }
        set(&mut self.offer_next, offer, place);
        None
    }

    /// Moves as much as the path bears: its last edge ends at an offer with room.
    fn shift(&mut self, start: u32, path: &[(u32, u32, u32)], last: u32) {
        let offer = get(&self.part.ends, last);
        let ends = get(&self.wants, start).min(get(&self.rooms, offer));
        let taken = &mut self.flow.taken;
        let least = path.iter().map(|(_, _, less)| get(taken, *less)).min();
        let amount = least.map_or(ends, |least| least.min(ends));
        for (_, more, less) in path {
            add(taken, *more, amount);
            take(taken, *less, amount);
        }
        add(taken, last, amount);
        take(&mut self.wants, start, amount);
        take(&mut self.rooms, offer, amount);
    }

    /// Closes what the last search reached and prices it: one unit more of these offers would be worth this much.
    fn close(&mut self, worth: i64) {
        for o in 0..count(self.offer_depth.len()) {
            if get(&self.offer_depth, o) != NONE {
                set(&mut self.closed_offers, o, true);
                set(&mut self.flow.offer_prices, o, worth);
            }
        }
        for n in 0..count(self.need_depth.len()) {
            if get(&self.need_depth, n) != NONE {
                set(&mut self.closed_needs, n, true);
                let left = get(&self.part.worth, n) - worth;
                set(&mut self.flow.need_prices, n, left);
            }
        }
    }
}
