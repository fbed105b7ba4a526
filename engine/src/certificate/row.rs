//! Prices by row, and the range each must keep.

use super::{PRICE_MAX, Prices};
use crate::model::{AREAS, Instance, PartyKind};

/// A row of a rule: the rule's name and the places it speaks of, such as `("capacity", offer, 0)` or
/// `("coverage", community, area)`.
pub type Row = (&'static str, u32, u32);

/// The rules whose rows have a price, numbered: `VALUE` counts a plan's value and has one row, the last two have one
/// row for each party in each of six areas, numbered as a rule for each area.
pub mod rule {
    use super::{AREAS, Instance, Row};

    /// What a plan is worth, µ.
    pub const VALUE: usize = 0;
    /// What is taken of an offer.
    pub const CAPACITY: usize = 1;
    /// What a need gets.
    pub const DEMAND: usize = 2;
    /// Agreements of a party.
    pub const LOAD: usize = 3;
    /// What a fund spends, fen.
    pub const BUDGET: usize = 4;
    /// What a party gets more than it gives, µ.
    pub const RECIPROCITY: usize = 5;
    /// What a community gets, µ, less than nothing.
    pub const FAIRNESS: usize = 6;
    /// Services of a unit that count for a base, less than nothing.
    pub const BASE_DEPTH: usize = 7;
    /// Services of a community in the first area, less than nothing.
    pub const COVERAGE: usize = 8;
    /// Services of a unit in the first area that count for a base, less than nothing.
    pub const BASE_AREA: usize = COVERAGE + AREAS;
    /// How many there are.
    pub const COUNT: usize = BASE_AREA + AREAS;

    /// What each row allows, rule by rule; the greatest number if anything.
    #[must_use]
    pub fn limits(instance: &Instance) -> Vec<Vec<i64>> {
        let offers = instance.offers.iter().map(|o| o.room).collect();
        let needs = instance.needs.iter().map(|n| n.room).collect();
        let parties = instance.parties.iter().map(|p| p.room).collect();
        let funds = instance.funds.iter().map(|f| f.room).collect();
        let mut limits = vec![vec![i64::MAX], offers, needs, parties, funds];
        limits.resize(COUNT, vec![i64::MAX; instance.parties.len()]);
        limits
    }

    /// A rule's row, by its place.
    #[must_use]
    pub fn row(rule: usize, place: u32) -> Row {
        let area = u32::try_from(rule.saturating_sub(COVERAGE) % AREAS).unwrap_or(0);
        let name = match rule {
            VALUE => "value",
            CAPACITY => "capacity",
            DEMAND => "demand",
            LOAD => "load",
            BUDGET => "budget",
            RECIPROCITY => "reciprocity",
            FAIRNESS => "fairness",
            BASE_DEPTH => "base_depth",
            COVERAGE..BASE_AREA => "coverage",
            _ => "base_area",
        };
        (name, place, area)
    }
}

/// What a row speaks of, in the instance's ids.
#[must_use]
pub fn name(instance: &Instance, (rule, a, b): Row) -> String {
    let document = &instance.document;
    let offer = || document.offers.get(a as usize).map_or("", |row| &row.id);
    let need = |i: u32| document.needs.get(i as usize).map_or("", |row| &row.id);
    let party = |i: u32| document.parties.get(i as usize).map_or("", |row| &row.id);
    let fund = || document.funds.get(a as usize).map_or("", |row| &row.id);
    match rule {
        "capacity" => format!("capacity offer {}", offer()),
        "demand" => format!("demand need {}", need(a)),
        "budget" => format!("budget fund {}", fund()),
        "two_way" => format!("two_way agreement {a}, {} gives nothing", party(b)),
        "pair" => format!("belongs agreement {a} is no pair and no circle"),
        "pins" => format!("pins pin {a} is not kept"),
        "load" | "base" | "base_breadth" | "base_depth" => format!("{rule} party {}", party(a)),
        "base_quota" => match instance.streets.get(a as usize) {
            Some(street) => format!("base_quota street {street}"),
            None => "base_quota of no street".to_owned(),
        },
        _ => format!("{rule} service {} → {}", offer(), need(b)),
    }
}

/// The least and the greatest price at a place.
type Range<'a> = dyn Fn(usize) -> (i64, i64) + 'a;

/// Which list a row's price stands in, and where.
fn place((rule, a, b): Row) -> Option<(usize, usize)> {
    let cell = a as usize * AREAS + b as usize;
    Some(match rule {
        "capacity" => (0, a as usize),
        "demand" => (1, a as usize),
        "load" => (2, a as usize),
        "budget" => (3, a as usize),
        "reciprocity" => (4, a as usize),
        "fairness" => (5, a as usize),
        "coverage" => (6, cell),
        "base_area" => (7, cell),
        "base_depth" => (8, a as usize),
        _ => return None,
    })
}

impl Prices {
    /// The price of a row; 0 where there is none.
    #[must_use]
    pub fn of(&self, row: Row) -> i64 {
        let lists = [
            &self.offers,
            &self.needs,
            &self.parties,
            &self.funds,
            &self.balance,
            &self.fairness,
            &self.coverage,
            &self.base_areas,
            &self.base_depth,
        ];
        let cell = place(row).and_then(|(list, at)| lists.get(list)?.get(at));
        cell.copied().unwrap_or(0)
    }

    /// What one unit of a row's use costs, millionths of a µ; a µ of value is a gain.
    #[must_use]
    pub fn millionths(&self, row: Row) -> i128 {
        let price = i128::from(self.of(row));
        match row.0 {
            "value" => -1_000_000,
            "budget" | "reciprocity" | "fairness" => price,
            _ => price * 1_000_000,
        }
    }

    /// The same for each row of the numbered rules, rule by rule.
    #[must_use]
    pub fn by_rule(&self, instance: &Instance) -> Vec<Vec<i128>> {
        let list = |(rule, rows): (usize, Vec<i64>)| {
            let price = |(place, _)| self.millionths(rule::row(rule, place));
            (0_u32..).zip(rows).map(price).collect()
        };
        rule::limits(instance).into_iter().enumerate().map(list).collect()
    }

    /// Sets the price of a row, if there is such a row.
    pub fn set(&mut self, row: Row, price: i64) {
        let mut lists = [
            &mut self.offers,
            &mut self.needs,
            &mut self.parties,
            &mut self.funds,
            &mut self.balance,
            &mut self.fairness,
            &mut self.coverage,
            &mut self.base_areas,
            &mut self.base_depth,
        ];
        let cell = place(row).and_then(|(list, at)| lists.get_mut(list)?.get_mut(at));
        if let Some(cell) = cell {
            *cell = price;
        }
    }

    /// Lists of a wrong length and prices outside their range.
    #[must_use]
    pub fn faults(&self, instance: &Instance) -> Vec<String> {
        let (parties, policy) = (instance.parties.len(), instance.policy());
        let least = policy.fairness.last().map_or(0, |step| step.bonus_ppm);
        let (rate, kappa) = (policy.reciprocity_ppm, policy.coverage_micro);
        let is = |party: usize| instance.parties.get(party).map(|p| p.kind);
        let community = |party: usize| is(party) == Some(PartyKind::Community);
        let any = |_: usize| (0, PRICE_MAX);
        let balance = |_: usize| (-rate, rate);
        let fairness = |i: usize| if community(i) { (least, PRICE_MAX) } else { (0, 0) };
        let coverage = |i: usize| (0, if community(i / AREAS) { kappa } else { 0 });
        let lists: [(&str, &[i64], usize, &Range); 9] = [
            ("offers", &self.offers, instance.offers.len(), &any),
            ("needs", &self.needs, instance.needs.len(), &any),
            ("parties", &self.parties, parties, &any),
            ("funds", &self.funds, instance.funds.len(), &any),
            ("balance", &self.balance, parties, &balance),
            ("fairness", &self.fairness, parties, &fairness),
            ("coverage", &self.coverage, parties * AREAS, &coverage),
            ("base_areas", &self.base_areas, parties * AREAS, &any),
            ("base_depth", &self.base_depth, parties, &any),
        ];
        let mut faults = Vec::new();
        if self.circles.iter().any(|t| !(-PRICE_MAX..=PRICE_MAX).contains(t)) {
            faults.push(format!("prices circles: more than {PRICE_MAX}"));
        }
        for (name, list, length, range) in lists {
            if list.len() != length {
                faults.push(format!(
                    "prices {name}: {} entries, {length} expected",
                    list.len()
                ));
            }
            for (i, price) in list.iter().enumerate() {
                let (low, high) = range(i);
                if !(low..=high).contains(price) {
                    faults.push(format!("prices {name} {i}: {price} is outside {low}–{high}"));
                }
            }
        }
        faults
    }
}
