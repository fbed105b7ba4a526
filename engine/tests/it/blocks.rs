//! The bound by blocks of units: at any prices no plan is above it, and the judge finds the same number.

use gongjian_engine::certificate::{Certificate, FORMAT};
use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::edges::{self, Edges};
use gongjian_engine::error::SolveError;
use gongjian_engine::flat::Flat;
use gongjian_engine::model::Instance;
use gongjian_engine::price::{Bound, bound_micro};
use gongjian_engine::rules::Context;
use gongjian_engine::{Method, Settings, solve};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::brute::{best, random};
use crate::tiny::{Row, Street, plan_of, street};

/// Plans up to which every plan is tried.
const PLANS: i64 = 4_096;

fn row(party: usize, service_type: usize, quantity: i64) -> Row {
    Row {
        party,
        service_type,
        quantity,
        least: 1,
        priority: 3,
        night: false,
        cost: 0,
    }
}

/// A street whose first unit has each other side as a partner; with `third`, the second unit is one more community.
fn around_a_unit(
    base: Street,
    [gives, wants]: [usize; 2],
    [give, want]: [i64; 2],
    loads: Vec<i64>,
    third: bool,
) -> Value {
    let sides = if third { vec![0, 1, 3] } else { vec![0, 1] };
    let mut street = base;
    street.offers.truncate(1);
    street.needs.truncate(1);
    street.offers.push(row(2, gives, give));
    street.needs.push(row(2, wants, want));
    for (quantity, side) in (1..).zip(sides) {
        street.offers.push(row(side, wants, quantity % 2 + 1));
        street.needs.push(row(side, gives, quantity.min(2)));
    }
    street.rooms = loads;
    let mut document = street.document();
    if third {
        document["parties"][3]["kind"] = json!("community");
        document["parties"][3]["community"] = Value::Null;
        document["parties"][3]["households"] = json!(4);
    }
    document
}

/// Any tiny street or one around a unit, with loads of 1–3.
fn documents() -> impl Strategy<Value = Value> {
    let loads = || prop::collection::vec(1..=3_i64, 4);
    prop_oneof![
        1 => (street(), loads()).prop_map(|(street, rooms)| Street { rooms, ..street }.document()),
        2 => (street(), [0..3_usize, 0..3_usize], [1..4_i64, 1..4_i64], loads(), any::<bool>())
            .prop_map(|(base, types, amounts, loads, third)| around_a_unit(base, types, amounts, loads, third)),
    ]
}

fn read(document: &Value) -> Instance {
    gongjian_engine::parse(&serde_json::to_vec(document).unwrap()).expect("tiny streets are valid")
}

/// How many plans there are, broken ones too.
fn plans(edges: &Edges) -> i64 {
    edges.rows.iter().map(|e| e.cap - e.lot + 2).product()
}

/// The instance with what some of `picks` point at as pins.
fn pinned(mut document: Value, picks: &[(Index, bool, i64)]) -> Instance {
    let instance = read(&document);
    let edges = edges::build(&instance);
    if edges.rows.is_empty() {
        return instance;
    }
    let pin = |(which, whole, more): &(Index, bool, i64)| {
        let edge = &edges.rows[which.index(edges.rows.len())];
        let of = |p: u32| instance.document.parties[p as usize].id.clone();
        if *whole {
            return json!({"agreement": {"members": [of(edge.giver), of(edge.receiver)], "by": of(edge.giver)}});
        }
        let offer = &instance.document.offers[edge.offer as usize].id;
        let need = &instance.document.needs[edge.need as usize].id;
        let quantity = (edge.lot + more).min(edge.cap);
        json!({"service": {"offer": offer, "need": need, "quantity": quantity, "by": of(edge.giver)}})
    };
    document["pins"] = picks.iter().map(pin).collect();
    read(&document)
}

/// The bound at the prices of a seed, as the judge and as the engine find it.
fn bounds(instance: &Instance, edges: &Edges, seed: u64) -> (Option<i64>, i64, Vec<String>) {
    let prices = random(instance, seed);
    let plan = plan_of(instance, edges, &vec![0; edges.rows.len()], &[]);
    let certificate = Certificate {
        format: FORMAT.to_owned(),
        instance_sha256: plan.instance_sha256.clone(),
        plan_sha256: plan.sha256(),
        value: 0,
        bound: 0,
        gap_ppm: 0,
        prices: prices.clone(),
        branches: Vec::new(),
    };
    let verdict = check(instance, &plan, Some(&certificate));
    let context = Context { instance, edges };
    let own = Bound::new(context, &Flat::new(context)).of(&prices);
    let refused = verdict.violations.into_iter();
    let refused = refused.filter(|v| v.starts_with("prices")).collect();
    (verdict.bound_micro, bound_micro(own), refused)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn no_plan_is_above_the_bound_that_engine_and_judge_both_find(
        document in documents(),
        picks in prop::collection::vec((any::<Index>(), any::<bool>(), 0..3_i64), 0..3),
        seeds in prop::array::uniform4(any::<u64>()),
    ) {
        let instance = pinned(document, &picks);
        let edges = edges::build(&instance);
        prop_assume!(!edges.rows.is_empty() && plans(&edges) <= PLANS);
        let best = best(&instance);
        for seed in seeds {
            let (judged, own, refused) = bounds(&instance, &edges, seed);
            prop_assert_eq!(refused, Vec::<String>::new());
            prop_assert!(judged >= Some(best), "{judged:?} {best}");
            // Where the pins leave no plan at all there is nothing to bound.
            prop_assert!(judged == Some(own) || best == i64::MIN, "{judged:?} {own}");
        }
    }

    #[test]
    fn with_pins_the_exact_plan_is_the_best_of_all_or_there_is_none(
        document in documents(),
        picks in prop::collection::vec((any::<Index>(), any::<bool>(), 0..3_i64), 1..3),
    ) {
        let instance = pinned(document, &picks);
        let edges = edges::build(&instance);
        prop_assume!(!edges.rows.is_empty() && plans(&edges) <= PLANS);
        let best = best(&instance);
        let settings = Settings { method: Method::Exact, effort: 1, ..Settings::default() };
        match solve(&instance, settings, &Quiet) {
            Ok(solution) => {
                prop_assert_eq!(solution.plan.value_micro, best);
                prop_assert!(solution.certificate.bound >= best);
            }
            Err(SolveError::PinsConflict { .. }) => prop_assert_eq!(best, i64::MIN),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
