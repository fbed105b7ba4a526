//! Circles of three: who may make one, what it is worth, and that plans, bounds and the judge agree on them.

use gongjian_engine::certificate::{Branch, Certificate};
use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::edges::{self, Edges};
use gongjian_engine::flat::Flat;
use gongjian_engine::model::Instance;
use gongjian_engine::plan::{Document, Status};
use gongjian_engine::price::{Bound, bound_micro};
use gongjian_engine::rules::Context;
use gongjian_engine::{Method, Settings, parse, solve};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::brute::{agreement, best, random};
use crate::tiny::{Row, Street, street};

fn row(party: usize, service_type: usize) -> Row {
    Row {
        party,
        service_type,
        quantity: 2,
        least: 1,
        priority: 3,
        night: false,
        cost: 0,
    }
}

/// The first community gives to the first unit, that one to the second, and that one to the community.
fn ring() -> Street {
    Street {
        offers: vec![row(0, 0), row(2, 1), row(3, 2)],
        needs: vec![row(2, 0), row(3, 1), row(0, 2)],
        rooms: vec![1; 4],
        carry: vec![0; 4],
        policy: [1_000_000, 0, 0, 0, 0, 0],
        budget: 0,
        circles: true,
    }
}

fn read(document: &Value) -> Instance {
    parse(&serde_json::to_vec(document).unwrap()).unwrap()
}

fn circles(instance: &Instance) -> Vec<Vec<u32>> {
    let built = edges::build(instance);
    let circles = built.candidates.into_iter().filter(|c| !c.is_pair());
    circles.map(|c| c.members).collect()
}

fn settings(method: Method) -> Settings {
    Settings {
        method,
        effort: 1,
        ..Settings::default()
    }
}

#[test]
fn three_who_could_not_sign_in_pairs_sign_together() {
    let instance = ring().instance();
    for method in [Method::Exact, Method::Price] {
        let solution = solve(&instance, settings(method), &Quiet).unwrap();
        let [made] = &solution.plan.agreements[..] else {
            panic!("{:?}", solution.plan)
        };
        assert_eq!(made.members, ["c0", "u0", "u1"]);
        // Two of each service, less the upkeep of one agreement.
        assert_eq!(
            solution.plan.value_micro,
            2 * (1_300_000 + 2_100_001 + 700_003) - 1_000_000
        );
        let verdict = check(&instance, &solution.plan, Some(&solution.certificate));
        assert!(verdict.feasible, "{verdict:?}");
        assert!(
            verdict.bound_micro <= Some(solution.plan.value_micro + 10),
            "{verdict:?}"
        );
    }
    assert_eq!(
        solve(&instance, settings(Method::Exact), &Quiet)
            .unwrap()
            .plan
            .status,
        Status::Optimal
    );
}

#[test]
fn who_may_make_a_circle() {
    let document = ring().document();
    assert_eq!(circles(&read(&document)), [[0, 2, 3]]);
    let without = |change: &dyn Fn(&mut Value)| {
        let mut other = document.clone();
        change(&mut other);
        circles(&read(&other))
    };
    let none: [Vec<u32>; 0] = [];
    assert_eq!(
        without(&|d| d["policy"]["circles"] = json!(false)),
        none,
        "by setting"
    );
    assert_eq!(
        without(&|d| d["parties"][3]["street"] = json!("t")),
        none,
        "of two streets"
    );
    assert_eq!(
        without(&|d| d["parties"][3]["street"] = Value::Null),
        none,
        "of no street"
    );
    let ban = |members: Value| json!([{"agreement": {"by": "x", "members": members}}]);
    assert_eq!(
        without(&|d| d["bans"] = ban(json!(["c0", "u0", "u1"]))),
        none,
        "all three banned"
    );
    assert_eq!(
        without(&|d| d["bans"] = ban(json!(["u1", "u0"]))),
        none,
        "two of them banned"
    );
    assert_eq!(
        without(&|d| d["bans"] = ban(json!(["c1", "u0", "u1"]))),
        [[0, 2, 3]],
        "others banned"
    );
    let service = json!([{"service": {"by": "x", "offer": "o1", "need": "n1"}}]);
    assert_eq!(
        without(&|d| d["bans"] = service.clone()),
        none,
        "a service banned"
    );
    let large = |d: &mut Value| {
        (d["needs"][1]["quantity"], d["needs"][1]["smallest_useful"]) = (json!(3), json!(3));
    };
    assert_eq!(without(&large), none, "too little for u1 to be of use");
    // With a pair of its own in it there is no need of a third.
    let pair = |d: &mut Value| {
        let mut more = d["offers"][1].clone();
        (more["id"], more["type"]) = (json!("o9"), json!("t2"));
        d["offers"].as_array_mut().unwrap().push(more);
    };
    assert_eq!(without(&pair), none, "c0 and u0 are a pair");
}

#[test]
fn a_circle_whose_needs_pairs_serve_is_not_needed() {
    // c1 forms pairs that serve each of the three needs.
    let mut all = ring();
    all.offers.extend([row(1, 0), row(1, 1)]);
    all.needs.extend([row(1, 1), row(1, 2)]);
    // u0 ↔ c1 (t0 against t1), u1 ↔ c1 (t1 against t2): only c0's own need of t2 has no pair.
    assert_eq!(circles(&all.instance()), [[0, 2, 3]]);
    // With another unit's offer of t2 against what c0 gives, it has.
    let mut document = all.document();
    let unit = json!({"id": "u2", "kind": "unit", "street": "s", "community": "c0", "households": 0, "max_agreements": 1});
    document["parties"].as_array_mut().unwrap().push(unit);
    let (mut gives, mut wants) = (document["offers"][2].clone(), document["needs"][0].clone());
    (gives["id"], gives["party"]) = (json!("o8"), json!("u2"));
    (wants["id"], wants["party"]) = (json!("n8"), json!("u2"));
    document["offers"].as_array_mut().unwrap().push(gives);
    document["needs"].as_array_mut().unwrap().push(wants);
    assert!(circles(&read(&document)).is_empty());
}

#[test]
fn the_judge_names_what_is_wrong_with_a_circle() {
    let instance = ring().instance();
    let plan = solve(&instance, settings(Method::Exact), &Quiet).unwrap().plan;
    let said = |change: &dyn Fn(&mut Document)| {
        let mut other = plan.clone();
        change(&mut other);
        check(&instance, &other, None).violations.join(" · ")
    };
    let lame = said(&|plan| drop(plan.agreements[0].services.pop()));
    assert!(lame.contains("two_way agreement 0, "), "{lame}");
    let other = said(&|plan| plan.agreements[0].members[0] = "c1".to_owned());
    assert!(
        other.contains("belongs agreement 0 is no pair and no circle"),
        "{other}"
    );
    let off = check(
        &Street {
            circles: false,
            ..ring()
        }
        .instance(),
        &plan,
        None,
    )
    .violations
    .join(" · ");
    assert!(
        off.contains("belongs agreement 0 is no pair and no circle"),
        "{off}"
    );
    let two = said(&|plan| drop(plan.agreements[0].members.remove(0)));
    assert!(two.contains("belongs"), "{two}");
}

#[test]
fn a_price_out_of_range_is_told() {
    let instance = ring().instance();
    let solution = solve(&instance, settings(Method::Exact), &Quiet).unwrap();
    for price in [i64::MIN, i64::MAX] {
        let mut other = solution.certificate.clone();
        other.prices.circles = vec![price];
        let said = check(&instance, &solution.plan, Some(&other))
            .violations
            .join(" · ");
        assert!(said.contains("prices circles"), "{said}");
    }
}

#[test]
fn a_pinned_circle_is_made_though_it_loses() {
    let mut document = ring().document();
    document["policy"]["fixed_micro"] = json!(50_000_000);
    let pin = json!([{"agreement": {"by": "x", "members": ["u1", "c0", "u0"]}}]);
    assert!(
        solve(&read(&document), settings(Method::Exact), &Quiet)
            .unwrap()
            .plan
            .agreements
            .is_empty()
    );
    document["pins"] = pin;
    let instance = read(&document);
    for method in [Method::Exact, Method::Price] {
        let solution = solve(&instance, settings(method), &Quiet).unwrap();
        assert_eq!(solution.plan.agreements.len(), 1);
        let verdict = check(&instance, &solution.plan, Some(&solution.certificate));
        assert!(verdict.feasible, "{verdict:?}");
        let empty = Document {
            agreements: Vec::new(),
            value_micro: 0,
            ..solution.plan
        };
        let said = check(&instance, &empty, None).violations.join(" · ");
        assert!(said.contains("pins pin 0 is not kept"), "{said}");
    }
}

/// Streets in which circles are likely.
fn likely() -> impl Strategy<Value = Street> {
    street().prop_map(|mut street| {
        let ring = ring();
        street.offers.truncate(1);
        street.needs.truncate(1);
        street.offers.splice(0..0, ring.offers);
        street.needs.splice(0..0, ring.needs);
        street.rooms.iter_mut().for_each(|room| *room = (*room).max(1));
        street
    })
}

/// Members of a circle, and its offers and needs.
type Circle = (Vec<u32>, Vec<(u32, u32)>);

/// Circles by trying every three parties and every offer with every need.
fn by_hand(instance: &Instance, built: &Edges) -> Vec<Circle> {
    let document = &instance.document;
    let fits = |from: u32, to: u32| -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        for (o, offer) in (0_u32..).zip(&instance.offers).filter(|(_, o)| o.party == from) {
            for (n, need) in (0_u32..).zip(&instance.needs).filter(|(_, n)| n.party == to) {
                let (give, want) = (&document.offers[o as usize], &document.needs[n as usize]);
                let hours =
                    offer.windows.is_empty() || need.windows.is_empty() || offer.windows == need.windows;
                let lot = offer.lot.max(need.useful) <= offer.room.min(need.room);
                let modes = offer.project || offer.base;
                if give.service_type == want.service_type && hours && lot && modes {
                    found.push((o, n));
                }
            }
        }
        found
    };
    let served = |n: u32| {
        let pairs = built.candidates.iter().filter(|c| c.is_pair());
        pairs
            .into_iter()
            .any(|c| built.rows[c.range()].iter().any(|e| e.need == n))
    };
    let mut circles = Vec::new();
    for c in [0, 1] {
        for (u, v) in [(2, 3), (3, 2)] {
            let pair = |unit: u32| !fits(c, unit).is_empty() && !fits(unit, c).is_empty();
            let ways = [fits(c, u), fits(u, v), fits(v, c)];
            if !pair(u) && !pair(v) && ways.iter().all(|way| !way.is_empty()) {
                let mut services = ways.concat();
                if services.iter().any(|(_, n)| !served(*n)) {
                    services.sort_unstable();
                    circles.push((vec![c, 2, 3], services));
                }
            }
        }
    }
    circles.sort();
    circles
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn circles_are_those_found_by_trying_all(street in prop_oneof![street(), likely()]) {
        let instance = street.instance();
        let built = edges::build(&instance);
        let found = built.candidates.iter().filter(|c| !c.is_pair()).map(|c| {
            let mut services: Vec<(u32, u32)> = built.rows[c.range()].iter().map(|e| (e.offer, e.need)).collect();
            services.sort_unstable();
            (c.members.clone(), services)
        });
        let mut found: Vec<_> = found.collect();
        found.sort();
        prop_assert_eq!(found, by_hand(&instance, &built));
    }

    #[test]
    fn with_circles_the_exact_plan_is_the_best_of_all(street in likely().prop_filter("few edges", |s| edges::build(&s.instance()).rows.len() <= 7)) {
        let instance = street.instance();
        let best = best(&instance);
        let solution = solve(&instance, settings(Method::Exact), &Quiet).unwrap();
        prop_assert_eq!(solution.plan.value_micro, best);
        prop_assert!(solution.certificate.bound >= best);
        let verdict = check(&instance, &solution.plan, Some(&solution.certificate));
        prop_assert!(verdict.feasible, "{:?}", verdict);
        let priced = solve(&instance, settings(Method::Price), &Quiet).unwrap();
        prop_assert!(priced.plan.value_micro <= best && priced.certificate.bound >= best);
        let verdict = check(&instance, &priced.plan, Some(&priced.certificate));
        prop_assert!(verdict.feasible, "{:?}", verdict);
    }

    #[test]
    fn at_any_prices_the_judge_finds_the_same_bound_and_it_holds(street in likely(), seed in any::<u64>(), taken in any::<bool>()) {
        let instance = street.instance();
        let solution = solve(&instance, settings(Method::Exact), &Quiet).unwrap();
        let (built, prices) = (edges::build(&instance), random(&instance, seed));
        let context = Context { instance: &instance, edges: &built };
        let flat = Flat::new(context);
        let own = Bound::new(context, &flat).of(&prices);
        let certificate = Certificate { prices: prices.clone(), branches: Vec::new(), ..solution.certificate.clone() };
        let judged = check(&instance, &solution.plan, Some(&certificate)).bound_micro;
        prop_assert_eq!(judged, Some(bound_micro(own)));
        prop_assert!(judged >= Some(solution.plan.value_micro));
        // A tree that asks of each circle whether it is made: one side is left out, so the plan must be on the other.
        for circle in built.candidates.iter().filter(|c| !c.is_pair()) {
            let ids: Vec<&str> = circle.members.iter().map(|m| instance.document.parties[*m as usize].id.as_str()).collect();
            let made = solution.plan.agreements.iter().any(|a| a.members == ids);
            let other = random(&instance, seed.wrapping_add(1));
            let leaf = Branch::Leaf(Box::new(prices.to(&other)));
            let (yes, no) = if taken { (1, u32::MAX) } else { (u32::MAX, 1) };
            let branches = vec![Branch::Split { on: agreement(circle), yes, no }, leaf];
            let tree = Certificate { prices: prices.clone(), branches, ..solution.certificate.clone() };
            let bound = check(&instance, &solution.plan, Some(&tree)).bound_micro;
            prop_assert!(bound >= Some(solution.plan.value_micro), "{:?} made {}", circle.members, made);
        }
    }
}
