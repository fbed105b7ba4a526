//! Prices by row, and the range each must keep.

use super::{PRICE_MAX, Prices};
use crate::model::{AREAS, Instance, PartyKind};

/// A row of a rule: the rule's name and the places it speaks of, such as `("capacity", offer, 0)` or
/// `("coverage", community, area)`.
pub type Row = (&'static str, u32, u32);

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
        "pair" => format!("belongs agreement {a} is no pair"),
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

impl Prices {
    /// The price of a row; 0 where there is none.
    #[must_use]
    pub fn of(&self, (rule, a, b): Row) -> i64 {
        let cell = a as usize * AREAS + b as usize;
        let (list, place) = match rule {
            "capacity" => (&self.offers, a as usize),
            "demand" => (&self.needs, a as usize),
            "load" => (&self.parties, a as usize),
            "budget" => (&self.funds, a as usize),
            "reciprocity" => (&self.balance, a as usize),
            "fairness" => (&self.fairness, a as usize),
            "coverage" => (&self.coverage, cell),
            "base_area" => (&self.base_areas, cell),
            "base_depth" => (&self.base_depth, a as usize),
            _ => return 0,
        };
        list.get(place).copied().unwrap_or(0)
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
