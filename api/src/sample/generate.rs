//! Instances of any size with the statistics of streets, districts and cities, from a seed. The same seed gives the
//! same bytes.

use serde_json::{Value, json};

use super::chance::Chance;
use super::units::{KINDS, UnitShape};
use super::wishes::Wishes;
use crate::lists::domain::TypeTable;
use crate::matching::domain::RunSettings;
use crate::matching::snapshot;

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// One street.
    Street,
    /// Twenty streets.
    District,
    /// Five districts.
    City,
    /// Offers and needs without agreements: every party is a pair of its own kind, lots of one, no upkeep.
    Lp,
}

/// Streets of a district.
const STREETS: usize = 20;
/// Districts of a city.
const DISTRICTS: usize = 5;
/// Of a hundred needs, those that bend to any hours, and to any days.
const NEED_ANY_TIME: usize = 95;
/// What funds have, of a hundred fen that all they bear would cost.
const BUDGET: usize = 40;
/// Worth that costs a fen, µ: an offer of 10 points costs 500 yuan.
const FEN_OF_WORTH: usize = 200;
/// Edges of each offer of a generated LP, about, while it has at most [`LP_OFFERS`]; beyond, more edges for each.
const LP_EDGES_FOR_AN_OFFER: usize = 10;
/// Most offers of a generated LP.
const LP_OFFERS: usize = 200_000;
/// Most units an offer or a need of a generated LP has.
const LP_QUANTITY: usize = 80;
/// Audiences of a generated LP: an offer is for one of them, a need about two.
const LP_AUDIENCES: usize = 16;
/// Days over which offers and needs of a generated LP begin.
const LP_DAYS: usize = 360;

struct Maker {
    chance: Chance,
    types: TypeTable,
    parties: Vec<Value>,
    offers: Vec<Value>,
    needs: Vec<Value>,
    funds: Vec<Fund>,
    gives: Wishes,
    wants: Wishes,
}

/// A fund and what the offers it bears cost in all, fen.
struct Fund {
    street: Option<usize>,
    cost: usize,
}

/// An instance of this size; `edges` sets the size of an LP.
#[must_use]
pub fn generate(size: Size, seed: u64, edges: usize) -> Value {
    let mut maker = Maker {
        chance: Chance::new(seed),
        types: TypeTable::built_in(),
        parties: Vec::new(),
        offers: Vec::new(),
        needs: Vec::new(),
        funds: Vec::new(),
        gives: Wishes::new(false),
        wants: Wishes::new(true),
    };
    match size {
        Size::Street => maker.street(0),
        Size::District => (0..STREETS).for_each(|s| maker.street(s)),
        Size::City => (0..STREETS * DISTRICTS).for_each(|s| maker.street(s)),
        Size::Lp => maker.lp(edges),
    }
    maker.document(size)
}

impl Maker {
    fn document(self, size: Size) -> Value {
        let mut policy = snapshot::policy(&RunSettings::default());
        if size == Size::Lp {
            for name in [
                "fixed_micro",
                "reciprocity_ppm",
                "coverage_micro",
                "base_bonus_micro",
            ] {
                policy[name] = json!(0);
            }
            policy["fairness"] = json!([]);
            policy["circles"] = json!(false);
        }
        let types: Vec<Value> = self.types.all().map(snapshot::type_json).collect();
        let funds: Vec<Value> = self
            .funds
            .iter()
            .map(|fund| {
                let level = if fund.street.is_some() {
                    "street"
                } else {
                    "district"
                };
                json!({
                    "id": fund_id(fund.street), "level": level, "street": fund.street.map(street_id),
                    "budget_fen": fund.cost * BUDGET / 100,
                })
            })
            .collect();
        json!({
            "format": "gongjian-instance/1", "types": types, "parties": self.parties, "offers": self.offers,
            "needs": self.needs, "funds": funds, "policy": policy, "commitments": [], "pins": [], "bans": [],
            "previous": null,
        })
    }

    fn street(&mut self, street: usize) {
        let communities = 6 + self.chance.below(7).min(self.chance.below(7));
        let units = self.chance.between(80, 130);
        let names: Vec<String> = (1..=communities).map(|c| format!("s{street}-c{c}")).collect();
        for name in &names {
            let room = self.chance.between(15, 25);
            let households = self.chance.between(900, 3_400);
            self.party(name, "community", street, None, households, room);
            for i in 0..self.chance.between(8, 12) {
                let code = self.gives.pick(&mut self.chance);
                self.offer(name, street, i, None, &code);
            }
            for i in 0..self.chance.between(15, 30) {
                let code = self.wants.pick(&mut self.chance);
                self.need(name, i, &code);
            }
        }
        for u in 1..=units {
            let shape = self.shape();
            let name = format!("s{street}-u{u}");
            let home = names
                .get(self.chance.below(names.len()))
                .cloned()
                .unwrap_or_default();
            let room = self.chance.between(2, 4);
            self.party(&name, "unit", street, Some(&home), 0, room);
            let (gives, wants) = (of(shape.gives), of(shape.needs));
            let (low, high) = shape.rows;
            for i in 0..self.chance.between(low, high) {
                let code = self.chance.pick(&gives).cloned().unwrap_or_default();
                self.offer(&name, street, i, Some(&home), &code);
            }
            for i in 0..self.chance.between(low.max(2).min(high), high) {
                let code = self.chance.pick(&wants).cloned().unwrap_or_default();
                self.need(&name, i, &code);
            }
        }
    }

    /// One community and one unit with all rows, half in each direction, so that nothing but capacity and demand
    /// couples them: lots of one, three needs for two offers. Who fits whom is a matter of audience and of days, which
    /// last as long as gives the edges wanted.
    fn lp(&mut self, edges: usize) {
        for side in ["community", "unit"] {
            self.party(&format!("lp-{side}"), side, 0, None, 1_000, 1_000);
        }
        let types = self.types.all().filter(|t| !t.cash_like);
        let codes: Vec<String> = types.map(|t| t.code.clone()).collect();
        let offers = (edges / LP_EDGES_FOR_AN_OFFER).clamp(2, LP_OFFERS);
        let needs = offers / 2 * 3;
        // Pairs of one type and direction with a common audience; two spans of d days meet if they begin less than d
        // days apart.
        let pairs = offers * needs / (2 * codes.len().max(1)) * 2 / LP_AUDIENCES;
        let days = (edges * LP_DAYS / pairs.max(1)).div_ceil(2).clamp(1, LP_DAYS);
        for i in 0..offers.max(needs) {
            let (giver, taker) = if i % 2 == 0 {
                ("lp-unit", "lp-community")
            } else {
                ("lp-community", "lp-unit")
            };
            if i < offers {
                let audience = 1_u64 << self.chance.below(LP_AUDIENCES);
                let mut offer = self.lp_row(giver, 'o', i, &codes, audience, days);
                offer["smallest_lot"] = json!(1);
                offer["reach"] = json!("district");
                self.offers.push(offer);
            }
            if i < needs {
                let first = self.chance.below(LP_AUDIENCES);
                let second = (first + self.chance.between(1, LP_AUDIENCES - 1)) % LP_AUDIENCES;
                let mut need = self.lp_row(taker, 'n', i, &codes, 1 << first | 1 << second, days);
                need["smallest_useful"] = json!(1);
                need["priority"] = json!(self.chance.between(1, 5));
                self.needs.push(need);
            }
        }
    }

    /// What offers and needs of an LP have in common.
    fn lp_row(
        &mut self,
        party: &str,
        kind: char,
        i: usize,
        codes: &[String],
        audience: u64,
        days: usize,
    ) -> Value {
        let first = self.chance.below(LP_DAYS);
        let day = |after: usize| {
            let span = jiff::Span::new().days(i64::try_from(after).unwrap_or(0));
            let day = jiff::civil::date(2026, 1, 1).checked_add(span);
            day.map(|day| day.to_string()).unwrap_or_default()
        };
        json!({
            "id": format!("{kind}{i}"), "party": party, "type": self.chance.pick(codes), "audience": audience,
            "quantity": self.chance.between(1, LP_QUANTITY),
            "days": {"from": day(first), "to": day(first + days - 1)},
        })
    }

    fn shape(&mut self) -> &'static UnitShape {
        let mut left = self.chance.below(100);
        for shape in &KINDS {
            if left < shape.share {
                return shape;
            }
            left -= shape.share;
        }
        &KINDS[0]
    }

    fn party(
        &mut self,
        id: &str,
        kind: &str,
        street: usize,
        home: Option<&str>,
        households: usize,
        room: usize,
    ) {
        let carry = i64::try_from(self.chance.below(10_000_001)).unwrap_or(0) - 5_000_000;
        self.parties.push(json!({
            "id": id, "kind": kind, "street": street_id(street), "community": home, "households": households,
            "max_agreements": room, "tolerance_micro": 20_000_000, "carry_micro": carry,
        }));
    }

    /// A quantity within the type's usual range, skewed to the low end, rounded as people round.
    fn quantity(&mut self, code: &str) -> usize {
        let (low, high) = self.types.get(code).and_then(|t| t.typical).unwrap_or((1, 10));
        let (low, high) = (low as usize, high as usize);
        let first = self.chance.between(low, high.max(low));
        let second = self.chance.between(low, high.max(low));
        let raw = first.min(second);
        let step = match raw {
            0..=20 => 1,
            21..=100 => 5,
            101..=1_000 => 10,
            _ => 100,
        };
        (raw / step * step).max(low).max(1)
    }

    /// What one unit of a service costs, fen, and who bears it: 15 % of what units offer, a street or the district.
    fn cost(&mut self, street: usize, code: &str, quantity: usize) -> (usize, Option<Option<usize>>) {
        if self.chance.below(100) >= 15 {
            return (0, None);
        }
        let worth = self.types.get(code).map_or(0, |t| t.worth_micro);
        let fen = (usize::try_from(worth).unwrap_or(0) / FEN_OF_WORTH).max(1);
        let bearer = (self.chance.below(100) < 70).then_some(street);
        let known = self.funds.iter().position(|fund| fund.street == bearer);
        let place = known.unwrap_or_else(|| {
            self.funds.push(Fund {
                street: bearer,
                cost: 0,
            });
            self.funds.len() - 1
        });
        if let Some(fund) = self.funds.get_mut(place) {
            fund.cost += fen * quantity;
        }
        (fen, Some(bearer))
    }

    fn offer(&mut self, party: &str, street: usize, i: usize, home: Option<&str>, code: &str) {
        let quantity = self.quantity(code);
        let share = self.chance.between(5, 25);
        let lot = if self.chance.below(100) < 70 {
            1
        } else {
            (quantity * share / 100).max(1)
        };
        let reach = match (self.chance.below(100), home) {
            (0..35, Some(home)) => json!({ "communities": [home] }),
            (85.., _) => json!("district"),
            _ => json!("street"),
        };
        let modes = match self.chance.below(100) {
            0..60 => json!(["project", "base"]),
            60..95 => json!(["project"]),
            _ => json!(["base"]),
        };
        let (windows, days, audience) = (self.windows(code), self.days(), self.audience());
        let (cost, bearer) = match home {
            Some(_) => self.cost(street, code, quantity),
            None => (0, None),
        };
        self.offers.push(json!({
            "id": format!("{party}-o{i}"), "party": party, "type": code, "quantity": quantity, "smallest_lot": lot,
            "reach": reach, "windows": windows, "days": days, "audience": audience, "cost_fen": cost,
            "fund": bearer.map(fund_id),
            "modes": modes,
        }));
    }

    fn need(&mut self, party: &str, i: usize, code: &str) {
        let quantity = self.quantity(code);
        let share = self.chance.between(10, 50);
        let least = if self.chance.below(100) < 60 {
            1
        } else {
            (quantity * share / 100).max(1)
        };
        let priority = match self.chance.below(100) {
            0..10 => 1,
            10..30 => 2,
            30..65 => 3,
            65..90 => 4,
            _ => 5,
        };
        // Needs bend more easily than offers: most take any time.
        let windows = if self.chance.below(100) < NEED_ANY_TIME {
            json!([])
        } else {
            self.windows(code)
        };
        let days = if self.chance.below(100) < NEED_ANY_TIME {
            json!({"from": "2026-01-01", "to": "2026-12-31"})
        } else {
            self.days()
        };
        let audience = self.audience();
        self.needs.push(json!({
            "id": format!("{party}-n{i}"), "party": party, "type": code, "quantity": quantity,
            "smallest_useful": least, "priority": priority, "windows": windows, "days": days, "audience": audience,
            "mode": null,
        }));
    }

    /// Office hours 30 %, weekends 15 %, one afternoon 15 %, evenings 12 %, nights 8 %, any time 20 %.
    fn windows(&mut self, code: &str) -> Value {
        let day =
            |d: usize, from: usize, to: usize| json!({"from_min": d * 1440 + from, "to_min": d * 1440 + to});
        if code == "A2-03" {
            return (0..7).map(|d| day(d, 1080, 1440)).collect();
        }
        match self.chance.below(100) {
            0..30 => (0..5).map(|d| day(d, 510, 1020)).collect(),
            30..45 => (5..7).map(|d| day(d, 540, 1020)).collect(),
            45..60 => json!([day(self.chance.below(5), 840, 1020)]),
            60..72 => [1, 3].iter().map(|d| day(*d, 1080, 1230)).collect(),
            72..80 => (0..7).map(|d| day(d, 1080, 1440)).collect(),
            _ => json!([]),
        }
    }

    /// The whole year 55 %, else one of four seasons.
    fn days(&mut self) -> Value {
        let seasons = [
            ("2026-03-01", "2026-05-31"),
            ("2026-06-01", "2026-08-31"),
            ("2026-09-01", "2026-11-30"),
            ("2026-01-01", "2026-02-28"),
        ];
        let (from, to) = if self.chance.below(100) < 55 {
            ("2026-01-01", "2026-12-31")
        } else {
            seasons
                .get(self.chance.below(seasons.len()))
                .copied()
                .unwrap_or(("2026-01-01", "2026-12-31"))
        };
        json!({ "from": from, "to": to })
    }

    fn audience(&mut self) -> u64 {
        if self.chance.below(100) < 75 {
            0
        } else {
            0b11 << (2 * self.chance.below(8))
        }
    }
}

fn street_id(street: usize) -> String {
    format!("s{street}")
}

fn fund_id(street: Option<usize>) -> String {
    street.map_or_else(|| "fund".to_owned(), |street| format!("s{street}-fund"))
}

fn of(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|c| (*c).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_its_instance_is_valid() {
        let street = generate(Size::Street, 7, 0);
        assert_eq!(street, generate(Size::Street, 7, 0));
        assert_ne!(street, generate(Size::Street, 8, 0));
        let bytes = serde_json::to_vec(&street).unwrap();
        let instance = gongjian_engine::parse(&bytes).unwrap();
        assert!(
            (86..=142).contains(&instance.parties.len()),
            "{}",
            instance.parties.len()
        );
        assert!(instance.offers.len() > 200, "{}", instance.offers.len());
        let edges = gongjian_engine::edges::build(&instance);
        assert!(edges.rows.len() > 100, "{}", edges.rows.len());
    }
}
