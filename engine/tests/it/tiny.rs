//! Tiny streets, random but shrinkable.

use gongjian_engine::edges::Edges;
use gongjian_engine::model::{Instance, Mode};
use gongjian_engine::plan::{Agreement, Document, Service, Status};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A row of a tiny list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub party: usize,
    pub service_type: usize,
    pub quantity: i64,
    pub least: i64,
    pub priority: i64,
    pub night: bool,
    pub cost: i64,
}

/// A tiny street: parties 0 and 1 are communities, the others units.
#[derive(Debug, Clone)]
pub(crate) struct Street {
    pub offers: Vec<Row>,
    pub needs: Vec<Row>,
    pub rooms: Vec<i64>,
    pub carry: Vec<i64>,
    pub policy: [i64; 6],
    pub budget: i64,
    pub circles: bool,
}

fn row(parties: usize) -> impl Strategy<Value = Row> {
    (
        0..parties,
        0..3_usize,
        1..4_i64,
        1..4_i64,
        1..6_i64,
        any::<bool>(),
        0..3_i64,
    )
        .prop_map(
            |(party, service_type, quantity, least, priority, night, cost)| Row {
                party,
                service_type,
                quantity,
                least: least.min(quantity),
                priority,
                night,
                cost,
            },
        )
}

/// Streets of 4 parties with few rows.
pub(crate) fn street() -> impl Strategy<Value = Street> {
    (
        prop::collection::vec(row(4), 2..6),
        prop::collection::vec(row(4), 2..6),
        prop::collection::vec(0..3_i64, 4),
        prop::collection::vec(-8_000_000..8_000_000_i64, 4),
        [
            0..4_000_000_i64,
            0..500_000_i64,
            0..600_000_i64,
            0..2_000_000_i64,
            0..5_000_000_i64,
            0..3_i64,
        ],
        0..9_i64,
    )
        .prop_map(|(offers, needs, rooms, carry, policy, budget)| Street {
            offers,
            needs,
            rooms,
            carry,
            policy,
            budget,
            circles: true,
        })
}

impl Street {
    /// The street as an instance document.
    pub(crate) fn document(&self) -> Value {
        let [fixed, fairness, reciprocity, coverage, bonus, quota] = self.policy;
        let windows = |night: bool| {
            if night {
                json!([{"from_min": 10_000, "to_min": 400}])
            } else {
                json!([])
            }
        };
        let id = |p: usize| ["c0", "c1", "u0", "u1"][p];
        let households = [6, 3, 0, 0];
        let parties: Vec<Value> = (0..4)
            .map(|p| {
                let unit = p > 1;
                json!({
                    "id": id(p), "kind": if unit { "unit" } else { "community" }, "street": "s",
                    "community": if unit { json!("c0") } else { Value::Null }, "households": households[p],
                    "max_agreements": self.rooms[p], "tolerance_micro": 2_000_000, "carry_micro": self.carry[p],
                })
            })
            .collect();
        let offers: Vec<Value> = self
            .offers
            .iter()
            .enumerate()
            .map(|(i, o)| {
                json!({
                    "id": format!("o{i}"), "party": id(o.party), "type": format!("t{}", o.service_type),
                    "quantity": o.quantity, "smallest_lot": o.least, "reach": "street", "windows": windows(o.night),
                    "cost_fen": o.cost, "fund": if o.cost > 0 { json!("f") } else { Value::Null },
                    "modes": if o.priority > 3 { json!(["project", "base"]) } else { json!(["project"]) },
                })
            })
            .collect();
        let needs: Vec<Value> = self
            .needs
            .iter()
            .enumerate()
            .map(|(i, n)| {
                json!({
                    "id": format!("n{i}"), "party": id(n.party), "type": format!("t{}", n.service_type),
                    "quantity": n.quantity, "smallest_useful": n.least, "priority": n.priority,
                    "windows": windows(n.night),
                })
            })
            .collect();
        json!({
            "format": "gongjian-instance/1",
            "types": [
                {"id": "t0", "area": 1, "worth_micro": 1_300_000}, {"id": "t1", "area": 2, "worth_micro": 2_100_001},
                {"id": "t2", "area": 6, "worth_micro": 700_003}
            ],
            "parties": parties, "offers": offers, "needs": needs,
            "funds": [{"id": "f", "level": "street", "street": "s", "budget_fen": self.budget}],
            "policy": {
                "fixed_micro": fixed, "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000],
                "overlap_min": 60, "circles": self.circles, "reciprocity_ppm": reciprocity, "coverage_micro": coverage,
                "fairness": [
                    {"length_micro_per_household": 500_000, "bonus_ppm": fairness},
                    {"length_micro_per_household": null, "bonus_ppm": fairness / 3}
                ],
                "base_bonus_micro": bonus, "base_quota": quota, "base_breadth": 1, "base_depth": 2,
            },
        })
    }

    /// The street as an instance.
    pub(crate) fn instance(&self) -> Instance {
        gongjian_engine::parse(&serde_json::to_vec(&self.document()).unwrap())
            .expect("tiny streets are valid")
    }
}

/// The plan that takes these amounts of each edge, with these bases.
pub(crate) fn plan_of(instance: &Instance, edges: &Edges, taken: &[i64], bases: &[usize]) -> Document {
    let document = &instance.document;
    let mut agreements = Vec::new();
    for candidate in &edges.candidates {
        let mut services: Vec<Service> = candidate
            .range()
            .filter(|e| taken[*e] > 0)
            .map(|e| Service {
                offer: document.offers[edges.rows[e].offer as usize].id.clone(),
                need: document.needs[edges.rows[e].need as usize].id.clone(),
                quantity: taken[e],
            })
            .collect();
        services.sort();
        if !services.is_empty() {
            let mut members: Vec<String> = candidate
                .members
                .iter()
                .map(|m| document.parties[*m as usize].id.clone())
                .collect();
            members.sort();
            agreements.push(Agreement {
                members,
                mode: Mode::Project,
                services,
            });
        }
    }
    Document {
        format: gongjian_engine::plan::FORMAT.to_owned(),
        instance_sha256: gongjian_engine::plan::hex(&instance.sha256),
        value_micro: 0,
        status: Status::Feasible,
        stopped_by: None,
        agreements,
        bases: bases.iter().map(|u| document.parties[*u].id.clone()).collect(),
        parent: None,
    }
}
