//! What only capacity and demand couple: solved exactly by flows, against HiGHS and on any number of threads.

use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::model::Instance;
use gongjian_engine::plan::Status;
use gongjian_engine::rules::Context;
use gongjian_engine::{Method, Settings, edges, lp, solve};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A row: party, type, quantity, priority, audience.
type Row = (usize, usize, i64, i64, u64);

fn row(parties: usize) -> impl Strategy<Value = Row> {
    (0..parties, 0..3_usize, 1..9_i64, 1..6_i64, 1..8_u64)
}

/// An instance of so many communities and units; party p is a unit if it is odd.
fn instance(parties: usize, offers: &[Row], needs: &[Row]) -> Instance {
    let party = |p: usize| format!("p{p}");
    let parties: Vec<Value> = (0..parties)
        .map(|p| {
            let kind = if p % 2 == 1 { "unit" } else { "community" };
            json!({"id": party(p), "kind": kind, "street": "s", "max_agreements": 100})
        })
        .collect();
    let rows = |rows: &[Row], offer: bool| -> Vec<Value> {
        let row = |(i, (p, t, quantity, priority, audience)): (usize, &Row)| {
            let mut row = json!({
                "id": format!("{offer}{i}"), "party": party(*p), "type": format!("t{t}"), "quantity": quantity,
                "audience": audience,
            });
            if offer {
                row["reach"] = json!("district");
            } else {
                row["priority"] = json!(priority);
            }
            row
        };
        rows.iter().enumerate().map(row).collect()
    };
    let document = json!({
        "format": "gongjian-instance/1",
        "types": [
            {"id": "t0", "area": 1, "worth_micro": 1_300_000}, {"id": "t1", "area": 2, "worth_micro": 2_100_001},
            {"id": "t2", "area": 6, "worth_micro": 700_003}
        ],
        "parties": parties, "offers": rows(offers, true), "needs": rows(needs, false),
        "policy": {
            "fixed_micro": 0, "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000], "overlap_min": 60,
            "circles": false,
        },
    });
    gongjian_engine::parse(&serde_json::to_vec(&document).unwrap()).expect("valid")
}

fn pure(instance: &Instance) -> bool {
    let edges = edges::build(instance);
    lp::is_pure(Context {
        instance,
        edges: &edges,
    })
}

fn with(method: Method, threads: u32) -> Settings {
    Settings {
        method,
        threads,
        effort: 10,
        ..Settings::default()
    }
}

/// Repeatable rows for a larger instance.
fn many(count: usize, parties: usize, salt: u64) -> Vec<Row> {
    let mut state = salt;
    let mut next = |most: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let mut row = || {
        let party = usize::try_from(next(parties as u64)).unwrap();
        let (kind, quantity) = (
            usize::try_from(next(3)).unwrap(),
            i64::try_from(next(80)).unwrap() + 1,
        );
        (
            party,
            kind,
            quantity,
            i64::try_from(next(5)).unwrap() + 1,
            1 << next(48) | 1 << next(48),
        )
    };
    (0..count).map(|_| row()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn one_pair_is_solved_to_the_optimum(
        offers in prop::collection::vec(row(2), 1..12),
        needs in prop::collection::vec(row(2), 1..12),
    ) {
        let instance = instance(2, &offers, &needs);
        prop_assert!(pure(&instance));
        let flows = solve(&instance, with(Method::Price, 1), &Quiet).unwrap();
        let exact = solve(&instance, with(Method::Exact, 1), &Quiet).unwrap();
        prop_assert_eq!(flows.plan.value_micro, exact.plan.value_micro);
        let edges = edges::build(&instance);
        let matched = lp::solve(Context { instance: &instance, edges: &edges }, 1, &Quiet);
        prop_assert_eq!(matched.bound, i128::from(flows.plan.value_micro) * 1_000_000);
    }

    #[test]
    fn many_pairs_are_two_way_and_near_the_optimum(
        offers in prop::collection::vec(row(6), 4..14),
        needs in prop::collection::vec(row(6), 4..14),
    ) {
        let instance = instance(6, &offers, &needs);
        prop_assert!(pure(&instance));
        let edges = edges::build(&instance);
        let matched = lp::solve(Context { instance: &instance, edges: &edges }, 2, &Quiet);
        for candidate in &edges.candidates {
            let gives = |p: u32| candidate.range().any(|e| edges.rows[e].giver == p && matched.taken[e] > 0);
            let made = candidate.range().any(|e| matched.taken[e] > 0);
            prop_assert!(!made || candidate.members.iter().all(|m| gives(*m)));
        }
        let exact = solve(&instance, with(Method::Exact, 1), &Quiet).unwrap();
        prop_assert!(matched.bound >= i128::from(exact.plan.value_micro) * 1_000_000);
        // Where the matching leaves a gap the ordinary way goes on, and ends as well.
        let auto = solve(&instance, with(Method::Auto, 1), &Quiet).unwrap();
        prop_assert_eq!(auto.plan.value_micro, exact.plan.value_micro);
        let priced = solve(&instance, with(Method::Price, 1), &Quiet).unwrap();
        let taken = &matched.taken;
        let value: i64 = edges.rows.iter().zip(taken).map(|(e, x)| e.value * x).sum();
        prop_assert!(value <= priced.plan.value_micro && priced.plan.value_micro <= exact.plan.value_micro);
    }
}

#[test]
fn threads_do_not_change_a_byte() {
    let instance = instance(2, &many(3_000, 2, 1), &many(4_000, 2, 2));
    let one = solve(&instance, with(Method::Auto, 1), &Quiet).unwrap();
    assert_eq!(one.plan.status, Status::Optimal);
    assert_eq!(one.certificate.gap_ppm, 0);
    assert!(check(&instance, &one.plan, Some(&one.certificate)).feasible);
    for threads in [2, 3, 8] {
        let other = solve(&instance, with(Method::Auto, threads), &Quiet).unwrap();
        assert_eq!(one.plan.to_bytes(), other.plan.to_bytes());
        assert_eq!(one.certificate, other.certificate);
    }
}

#[test]
fn what_couples_more_is_not_pure() {
    let (offers, needs) = (many(40, 2, 3), many(40, 2, 4));
    let good = instance(2, &offers, &needs);
    assert!(pure(&good) && !edges::build(&good).rows.is_empty());
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = serde_json::to_value(&good.document).unwrap();
        change(&mut document);
        let instance = gongjian_engine::parse(&serde_json::to_vec(&document).unwrap()).expect("valid");
        !pure(&instance)
    };
    assert!(changed(&|d| d["policy"]["fixed_micro"] = json!(1)));
    assert!(changed(&|d| d["policy"]["reciprocity_ppm"] = json!(1)));
    assert!(changed(&|d| d["policy"]["coverage_micro"] = json!(1)));
    assert!(changed(
        &|d| d["policy"]["fairness"] = json!([{"length_micro_per_household": null, "bonus_ppm": 1}])
    ));
    assert!(changed(&|d| {
        d["policy"]["base_bonus_micro"] = json!(1);
        d["policy"]["base_quota"] = json!(1);
    }));
    assert!(changed(&|d| d["parties"][0]["max_agreements"] = json!(0)));
    assert!(changed(
        &|d| d["pins"] = json!([{"agreement": {"members": ["p0", "p1"], "by": "x"}}])
    ));
    assert!(changed(&|d| {
        for offer in d["offers"].as_array_mut().unwrap() {
            offer["smallest_lot"] = offer["quantity"].clone();
        }
    }));
    assert!(changed(&|d| {
        d["funds"] = json!([{"id": "f", "level": "city", "budget_fen": 1}]);
        for offer in d["offers"].as_array_mut().unwrap() {
            offer["fund"] = json!("f");
            offer["cost_fen"] = json!(1);
        }
    }));
    // Funds that nothing costs, bases without a quota and windows are none of its business.
    assert!(!changed(&|d| {
        d["policy"]["base_bonus_micro"] = json!(1);
        d["funds"] = json!([{"id": "f", "level": "city", "budget_fen": 1}]);
    }));
}
