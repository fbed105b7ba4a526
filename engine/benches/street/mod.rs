//! A street of middle size, made by counting: every run measures the same.

use gongjian_engine::model::Instance;
use serde_json::{Value, json};

const COMMUNITIES: usize = 8;
const UNITS: usize = 90;
const TYPES: usize = 24;
const ROWS: usize = 3;

/// The next of a fixed sequence, below `most`.
struct Count(u64);

impl Count {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most
    }
}

fn party(p: usize, count: &mut Count) -> Value {
    let community = p < COMMUNITIES;
    json!({
        "id": format!("p{p}"),
        "kind": if community { "community" } else { "unit" },
        "street": "s",
        "community": if community { Value::Null } else { json!(format!("p{}", count.below(COMMUNITIES))) },
        "households": if community { 800 + 200 * count.below(8) } else { 0 },
        "max_agreements": if community { 12 } else { 2 + count.below(3) },
        "tolerance_micro": 20_000_000,
    })
}

/// The street.
pub(crate) fn street() -> Instance {
    let mut count = Count(1);
    let parties: Vec<Value> = (0..COMMUNITIES + UNITS).map(|p| party(p, &mut count)).collect();
    let (mut offers, mut needs) = (Vec::new(), Vec::new());
    for p in 0..parties.len() {
        let rows = if p < COMMUNITIES { 8 * ROWS } else { ROWS };
        for row in 0..rows {
            let (quantity, lot) = (20 + count.below(180), 1 + count.below(8));
            offers.push(json!({
                "id": format!("o{p}-{row}"), "party": format!("p{p}"), "type": format!("t{}", count.below(TYPES)),
                "quantity": quantity, "smallest_lot": lot, "reach": "street",
            }));
            needs.push(json!({
                "id": format!("n{p}-{row}"), "party": format!("p{p}"), "type": format!("t{}", count.below(TYPES)),
                "quantity": 10 + count.below(120), "priority": 1 + count.below(5),
            }));
        }
    }
    let types: Vec<Value> = (0..TYPES)
        .map(|t| json!({"id": format!("t{t}"), "area": 1 + t % 6, "worth_micro": 60_000 + 5_000 * t}))
        .collect();
    let document = json!({
        "format": "gongjian-instance/1",
        "types": types, "parties": parties, "offers": offers, "needs": needs,
        "policy": {
            "fixed_micro": 2_000_000,
            "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000],
            "overlap_min": 60,
            "fairness": [
                {"length_micro_per_household": 10_000, "bonus_ppm": 200_000},
                {"length_micro_per_household": null, "bonus_ppm": 0},
            ],
            "reciprocity_ppm": 100_000,
            "coverage_micro": 1_000_000,
            "base_bonus_micro": 5_000_000, "base_quota": 6, "base_breadth": 2, "base_depth": 3,
        },
    });
    gongjian_engine::parse(&serde_json::to_vec(&document).unwrap_or_default())
        .unwrap_or_else(|faults| unreachable!("{faults:?}"))
}
