//! The edges against a build that tries every offer with every need.

use std::collections::BTreeMap;

use gongjian_engine::edges::{self, Edge, fit};
use gongjian_engine::model::Instance;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Communities 0–3 and units 4–9 in two streets, and a district's office.
const PARTIES: usize = 11;

fn id(p: usize) -> String {
    format!("p{p}")
}

fn parties() -> Vec<Value> {
    let row = |p: usize| {
        let (kind, home) = match p {
            0..4 => ("community", Value::Null),
            // Some units lie in a community of the other street, some in none.
            4..10 => (
                "unit",
                if p.is_multiple_of(3) {
                    Value::Null
                } else {
                    json!(id(p % 4))
                },
            ),
            _ => ("district", Value::Null),
        };
        let street = if p < 10 {
            json!(format!("s{}", p % 2))
        } else {
            Value::Null
        };
        json!({"id": id(p), "kind": kind, "street": street, "community": home, "max_agreements": 3})
    };
    (0..PARTIES).map(row).collect()
}

fn windows() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!([])),
        2 => Just(json!([{"from_min": 480, "to_min": 1020}])),
        2 => Just(json!([{"from_min": 960, "to_min": 1100}, {"from_min": 2000, "to_min": 2300}])),
        1 => Just(json!([{"from_min": 9_900, "to_min": 520}])),
    ]
}

fn days() -> impl Strategy<Value = Value> {
    (1..12_u32, 0..3_u32, any::<bool>()).prop_map(|(month, length, some)| {
        let to = (month + length).min(12);
        if some {
            json!({"from": format!("2026-{month:02}-01"), "to": format!("2026-{to:02}-20")})
        } else {
            Value::Null
        }
    })
}

fn audience() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0), 1 => Just(1), 1 => Just(6), 1 => Just(1_u64 << 63)]
}

fn reach() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("district")),
        Just(json!("street")),
        prop::collection::vec(0..4_usize, 1..4)
            .prop_map(|set| json!({"communities": set.into_iter().map(id).collect::<Vec<_>>()})),
    ]
}

fn modes() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(["base", "project"])),
        Just(json!(["base"])),
        Just(json!(["project"]))
    ]
}

/// Party, type, quantity, least of a row.
fn amounts() -> impl Strategy<Value = (usize, usize, i64, i64)> {
    (0..PARTIES, 0..4_usize, 1..9_i64, 1..9_i64).prop_map(|(p, t, q, l)| (p, t, q, l.min(q)))
}

fn offer() -> impl Strategy<Value = Value> {
    (amounts(), windows(), days(), audience(), reach(), modes()).prop_map(
        |((p, t, quantity, lot), windows, days, audience, reach, modes)| {
            json!({
                "party": id(p), "type": format!("t{t}"), "quantity": quantity, "smallest_lot": lot, "reach": reach,
                "windows": windows, "days": days, "audience": audience, "modes": modes,
            })
        },
    )
}

fn need() -> impl Strategy<Value = Value> {
    let mode = prop_oneof![Just(Value::Null), Just(json!("base")), Just(json!("project"))];
    (amounts(), 1..6_i64, windows(), days(), audience(), mode).prop_map(
        |((p, t, quantity, least), priority, windows, days, audience, mode)| {
            json!({
                "party": id(p), "type": format!("t{t}"), "quantity": quantity, "smallest_useful": least,
                "priority": priority, "windows": windows, "days": days, "audience": audience, "mode": mode,
            })
        },
    )
}

/// What somebody said no to: two parties, or an offer and a need; and an agreement of a previous plan.
type Said = (Vec<(usize, usize)>, Vec<(usize, usize)>, Vec<(usize, usize)>);

fn instance() -> impl Strategy<Value = Instance> {
    let pairs = |most: usize| prop::collection::vec((0..most, 0..most), 0..4);
    let rows = (
        prop::collection::vec(offer(), 1..40),
        prop::collection::vec(need(), 1..40),
    );
    (rows, (pairs(PARTIES), pairs(40), pairs(40)))
        .prop_map(|((offers, needs), said)| build(offers, needs, &said))
}

fn build(mut offers: Vec<Value>, mut needs: Vec<Value>, (apart, banned, kept): &Said) -> Instance {
    for (i, row) in offers.iter_mut().enumerate() {
        row["id"] = json!(format!("o{i}"));
    }
    for (i, row) in needs.iter_mut().enumerate() {
        row["id"] = json!(format!("n{i}"));
    }
    let place = |(o, n): &(usize, usize)| (format!("o{}", o % offers.len()), format!("n{}", n % needs.len()));
    let mut bans: Vec<Value> = banned
        .iter()
        .map(place)
        .map(|(offer, need)| json!({"service": {"offer": offer, "need": need, "by": "x"}}))
        .collect();
    bans.extend(apart.iter().filter(|(a, b)| a != b).map(|(a, b)| {
        let three = json!({"agreement": {"members": [id(*a), id(*b), id(PARTIES - 1)], "by": "x"}});
        let two = json!({"agreement": {"members": [id(*a), id(*b)], "by": "x"}});
        // A ban on three together rules out no two of them.
        if (a + b).is_multiple_of(3) && *a < 10 && *b < 10 {
            three
        } else {
            two
        }
    }));
    let services: Vec<Value> = kept
        .iter()
        .map(place)
        .map(|(offer, need)| json!({"offer": offer, "need": need, "quantity": 1}))
        .collect();
    let document = json!({
        "format": "gongjian-instance/1",
        "types": [
            {"id": "t0", "area": 1, "worth_micro": 1_300_000}, {"id": "t1", "area": 2, "worth_micro": 2_100_001},
            {"id": "t2", "area": 6, "worth_micro": 700_003},
            {"id": "t3", "area": 6, "worth_micro": 1, "cash_like": true},
        ],
        "parties": parties(), "offers": offers, "needs": needs,
        "policy": {
            "fixed_micro": 1, "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000], "overlap_min": 60,
            "circles": false,
        },
        "bans": bans,
        "previous": {
            "format": "gongjian-plan/1", "instance_sha256": "", "value_micro": 0, "status": "feasible",
            "stopped_by": null, "bases": [], "parent": null,
            "agreements": [{"members": [id(0), id(4)], "mode": "project", "services": services}],
        },
    });
    gongjian_engine::parse(&serde_json::to_vec(&document).unwrap()).expect("valid")
}

/// The edges found by trying all pairs: the definition.
fn all_pairs(instance: &Instance) -> Vec<Edge> {
    let bans = fit::Bans::new(instance);
    let mut found: BTreeMap<(u32, u32), Vec<Edge>> = BTreeMap::new();
    for (n, need) in (0_u32..).zip(&instance.needs) {
        for (o, offer) in (0_u32..).zip(&instance.offers) {
            if offer.service_type != need.service_type || !fit::fits(instance, &bans, o, n) {
                continue;
            }
            let from_unit = instance.parties[offer.party as usize].is_unit();
            let pair = if from_unit {
                (need.party, offer.party)
            } else {
                (offer.party, need.party)
            };
            found.entry(pair).or_default().push(Edge {
                offer: o,
                need: n,
                giver: offer.party,
                receiver: need.party,
                candidate: 0,
                lot: offer.lot.max(need.useful),
                cap: offer.room.min(need.room),
                value: edges::unit_value(instance, offer.service_type, need.priority),
                area: instance.types[offer.service_type as usize].area,
                base: from_unit && offer.base && need.mode != Some(gongjian_engine::model::Mode::Project),
                kept: instance.previous_services.contains(&(o, n)),
                pinned: false,
            });
        }
    }
    let mut rows = Vec::new();
    let mut candidate = 0;
    for ((side, unit), mut run) in found {
        if [side, unit].iter().all(|p| run.iter().any(|e| e.giver == *p)) {
            run.sort_by_key(|e| (e.offer, e.need));
            run.iter_mut().for_each(|e| e.candidate = candidate);
            rows.append(&mut run);
            candidate += 1;
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_trying_all_pairs_finds(instance in instance()) {
        let edges = edges::build(&instance);
        prop_assert_eq!(&edges.rows, &all_pairs(&instance));
        for (k, candidate) in edges.candidates.iter().enumerate() {
            prop_assert!(candidate.range().all(|e| edges.rows[e].candidate as usize == k));
            prop_assert_eq!(candidate.kept, candidate.members == [0, 4]);
        }
        prop_assert_eq!(edges.candidates.iter().map(|c| c.range().len()).sum::<usize>(), edges.rows.len());
    }
}
