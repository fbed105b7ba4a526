//! What the agreements of one unit gain together at most: its own offers, needs and load are kept, the rest is priced.
//! For a set S of partners and any prices μ ≥ 0 of the unit's rows, no plan gains more than Σ μ·room + Σ_{k∈S} (best
//! two-way bundle of k at gain − μ). Each set is bounded by the lower of two such sums: with the certificate's prices,
//! and with the gains at which its rows are full when they are filled by falling gain.

/// The gain of what cannot be, millionths of a µ.
pub(super) const NEVER: i128 = -1_000_000_000_000_000_000_000_000_000_000;
/// Most sets tried, and most services of a unit whose sets are tried; beyond, the certificate's prices alone count.
const SETS: u32 = 1_000;
pub(super) const ITEMS: usize = 5_000;

/// A service: its row of the unit, whether the unit gives (1) or gets (0), whether it must be, gain of each unit and
/// once, least and most.
pub(super) struct Item {
    pub(super) row: usize,
    pub(super) side: usize,
    pub(super) forced: bool,
    pub(super) unit: i128,
    pub(super) once: i128,
    pub(super) range: (i128, i128),
}

/// A partner: its services and their best bundle at the certificate's prices, what an agreement costs, whether there
/// may be one and must be one.
struct Partner {
    items: Vec<Item>,
    bundle: Bundle,
    own: i128,
    may: bool,
    must: bool,
}

/// What each direction gains: all that gains or must be, and the best single service; whether a decision cannot hold.
#[derive(Clone, Copy, Default)]
struct Bundle([(Option<i128>, Option<i128>); 2], bool);

impl Bundle {
    /// Adds a service at this price of its row.
    fn add(&mut self, item: &Item, price: i128) {
        let ((low, high), unit) = (item.range, item.unit - price);
        let gain = (low <= high).then(|| item.once + unit * if unit > 0 { high } else { low });
        let side = &mut self.0[item.side];
        if item.forced || gain > Some(0) {
            side.0 = Some(side.0.unwrap_or(0) + gain.unwrap_or(0));
            self.1 |= gain.is_none();
        }
        side.1 = side.1.max(gain);
    }

    /// What it gains, if both directions can.
    fn gain(&self) -> Option<i128> {
        let sides = self.0.iter().map(|side| side.0.or(side.1));
        sides.sum::<Option<i128>>().filter(|_| !self.1)
    }
}

/// A unit: its partners, the rooms of its rows with their prices, and the agreements it can look after.
#[derive(Default)]
pub(super) struct Block {
    partners: Vec<Partner>,
    pub(super) rows: Vec<(i128, i128)>,
    load: usize,
    large: bool,
    best: i128,
    sets: u32,
}

impl Block {
    /// A unit that can look after so many agreements, and has so many services with those who can give and get.
    pub(super) fn new(load: i64, services: usize) -> Self {
        Self {
            load: usize::try_from(load).unwrap_or(0),
            large: services > ITEMS,
            ..Self::default()
        }
    }

    /// Adds a partner; of its agreement at least and at most so many are decided.
    pub(super) fn meet(&mut self, own: i128, (low, high): (i64, i64)) {
        let (items, bundle, may, must) = (Vec::new(), Bundle::default(), high > 0, low > 0);
        self.partners.push(Partner {
            items,
            bundle,
            own,
            may,
            must,
        });
    }

    /// Adds a service with the last partner.
    pub(super) fn add(&mut self, item: Item) {
        if let Some(partner) = self.partners.last_mut() {
            partner.must |= item.forced;
            partner.bundle.add(&item, self.rows[item.row].1);
            if !self.large {
                partner.items.push(item);
            }
        }
    }

    /// What it gains at most.
    pub(super) fn most(&mut self) -> i128 {
        let (mut set, mut alone) = (Vec::new(), Vec::new());
        let mut hope: i128 = self.rows.iter().map(|(room, price)| room * price).sum();
        for (k, partner) in self.partners.iter().enumerate() {
            match partner.bundle.gain().filter(|_| partner.may) {
                Some(gain) if partner.must => (hope, _) = (hope + gain - partner.own, set.push(k)),
                Some(gain) => alone.push((partner.own - gain, k)),
                None if partner.must => return NEVER,
                None => {}
            }
        }
        let Some(room) = self.load.checked_sub(set.len()) else {
            return NEVER;
        };
        alone.sort_unstable();
        if !self.large {
            self.best = self.gain(&set, hope);
            self.extend(&mut set, hope, &alone, room);
            if self.sets <= SETS {
                return self.best;
            }
        }
        hope + gains(&alone, room)
    }

    /// Adds partners to a set; ends where the best of those left cannot lift it above the best set met.
    fn extend(&mut self, set: &mut Vec<usize>, hope: i128, alone: &[(i128, usize)], room: usize) {
        for (at, &(loss, k)) in alone.iter().enumerate().take_while(|_| room > 0) {
            let rest = gains(&alone[at + 1..], room - 1);
            if hope - loss + rest <= self.best || self.sets > SETS {
                return;
            }
            self.sets += 1;
            set.push(k);
            self.best = self.best.max(self.gain(set, hope - loss));
            self.extend(set, hope - loss, &alone[at + 1..], room - 1);
            set.pop();
        }
    }

    /// What a set gains at most, given what it does at the certificate's prices.
    fn gain(&self, set: &[usize], hope: i128) -> i128 {
        let all = set.iter().flat_map(|k| &self.partners[*k].items);
        let mut items: Vec<&Item> = all
            .filter(|item| item.unit > 0 && item.range.0 <= item.range.1)
            .collect();
        items.sort_by_key(|item| -item.unit);
        let (mut left, mut full) = (self.rows.clone(), vec![0; self.rows.len()]);
        for item in items {
            match (full[item.row], &mut left[item.row].0) {
                (0, left) if item.range.1 > *left => full[item.row] = item.unit,
                (0, left) => *left -= item.range.1,
                _ => {}
            }
        }
        let paid: i128 = full
            .iter()
            .zip(&self.rows)
            .map(|(price, row)| price * row.0)
            .sum();
        let bundles = set.iter().map(|k| {
            let mut bundle = Bundle::default();
            for item in &self.partners[*k].items {
                bundle.add(item, full[item.row]);
            }
            bundle.gain().map_or(NEVER, |gain| gain - self.partners[*k].own)
        });
        hope.min(paid + bundles.sum::<i128>())
    }
}

/// What the first `count` partners gain, those left out that lose.
fn gains(alone: &[(i128, usize)], count: usize) -> i128 {
    alone.iter().take(count).map(|(loss, _)| (-loss).max(0)).sum()
}
