//! Every plan of a tiny street, by enumeration, against what the engine says is best.

use gongjian_engine::certificate::{Branch, Certificate, Decision, Prices};
use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::model::{AREAS, Instance};
use gongjian_engine::plan::Status;
use gongjian_engine::{Method, Settings, edges, reasons, solve};
use proptest::prelude::*;

use crate::tiny::{Street, plan_of, street};

/// Edges up to which every plan is tried.
const EDGES: usize = 6;

/// The best value of all plans that keep every rule.
pub(crate) fn best(instance: &Instance) -> i64 {
    let edges = edges::build(instance);
    let mut best = i64::MIN;
    let mut taken = vec![0_i64; edges.rows.len()];
    loop {
        for bases in [&[][..], &[2], &[3], &[2, 3]] {
            let verdict = check(instance, &plan_of(instance, &edges, &taken, bases), None);
            // The value is claimed as 0; that alone may be wrong.
            if verdict.violations.iter().all(|v| v.starts_with("value_micro")) {
                best = best.max(verdict.value_micro);
            }
        }
        let Some(e) = (0..taken.len()).find(|e| taken[*e] < edges.rows[*e].cap) else {
            return best;
        };
        taken[e] = (taken[e] + 1).max(edges.rows[e].lot);
        taken[..e].fill(0);
    }
}

/// How many streets are tried: `GONGJIAN_CASES`, or 256.
#[expect(clippy::disallowed_methods, reason = "a test has no settings file")]
fn cases() -> u32 {
    std::env::var("GONGJIAN_CASES").map_or(256, |cases| cases.parse().expect("GONGJIAN_CASES is a number"))
}

fn small(street: &Street) -> bool {
    edges::build(&street.instance()).rows.len() <= EDGES
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_global_rejects: 10_000_000, ..ProptestConfig::default() })]

    #[test]
    fn the_exact_plan_is_the_best_of_all_and_no_bound_is_below_it(street in street().prop_filter("few edges", small)) {
        let instance = street.instance();
        let best = best(&instance);
        let settings = Settings { method: Method::Exact, effort: 1, ..Settings::default() };
        let solution = solve(&instance, settings, &Quiet).unwrap();
        prop_assert_eq!(solution.plan.value_micro, best);
        prop_assert_eq!(solution.plan.status, Status::Optimal);
        prop_assert!(solution.certificate.bound >= best);
        // The tree closes on streets this small, up to the rounding of prices; where two blocks share a circle it need not.
        let pairs = edges::build(&instance).candidates.iter().all(edges::Candidate::is_pair);
        prop_assert!(!pairs || solution.certificate.bound <= best + 100, "{} {}", solution.certificate.bound, best);
        let priced = solve(&instance, Settings { method: Method::Price, ..settings }, &Quiet).unwrap();
        prop_assert!(priced.plan.value_micro <= best);
        prop_assert!(priced.certificate.bound >= best);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn any_prices_give_a_bound(street in street(), seed in any::<u64>()) {
        let instance = street.instance();
        let solution = solve(&instance, Settings { method: Method::Exact, effort: 1, ..Settings::default() }, &Quiet).unwrap();
        let prices = random(&instance, seed);
        let certificate = Certificate { prices, ..solution.certificate.clone() };
        let verdict = check(&instance, &solution.plan, Some(&certificate));
        prop_assert!(verdict.bound_micro >= Some(solution.plan.value_micro), "{:?}", verdict);
    }

    #[test]
    fn any_tree_of_any_prices_gives_a_bound(street in street(), seed in any::<u64>(), shape in prop::collection::vec(any::<prop::sample::Index>(), 1..12)) {
        let instance = street.instance();
        let solution = solve(&instance, Settings { method: Method::Exact, effort: 1, ..Settings::default() }, &Quiet).unwrap();
        let edges = edges::build(&instance);
        let mut decisions: Vec<Decision> = vec![Decision::Base(2), Decision::Base(3)];
        decisions.extend(edges.candidates.iter().map(agreement));
        decisions.extend(edges.rows.iter().flat_map(|e| (e.lot..=e.cap).map(|q| Decision::Service(e.offer, e.need, q))));
        let prices = random(&instance, seed);
        // Each node has a parent before it; sides without a node end with the certificate's own prices.
        let mut branches: Vec<Branch> = Vec::new();
        for (i, pick) in (0_u32..).zip(&shape) {
            let free = |branch: &mut Branch| match branch {
                Branch::Split { yes, .. } if *yes == u32::MAX => { *yes = i; true }
                Branch::Split { no, .. } if *no == u32::MAX => { *no = i; true }
                _ => false,
            };
            if i > 0 && !branches.iter_mut().any(free) {
                break;
            }
            branches.push(if pick.index(4) == 0 {
                Branch::Leaf(Box::new(prices.to(&random(&instance, seed ^ u64::from(i)))))
            } else {
                Branch::Split { on: decisions[pick.index(decisions.len())], yes: u32::MAX, no: u32::MAX }
            });
        }
        let certificate = Certificate { prices, branches, ..solution.certificate.clone() };
        let verdict = check(&instance, &solution.plan, Some(&certificate));
        prop_assert!(verdict.bound_micro >= Some(solution.plan.value_micro), "{:?}", verdict);
        prop_assert!(!verdict.violations.iter().any(|v| v.starts_with("certificate branches") || v.starts_with("prices")), "{:?}", verdict);
    }

    // Without circles: a pair that an offer makes possible takes the place of a circle.
    #[test]
    fn one_more_of_an_offer_never_lowers_the_best(street in street(), which in any::<prop::sample::Index>()) {
        let street = Street { circles: false, ..street };
        let settings = Settings { method: Method::Exact, effort: 1, ..Settings::default() };
        let before = solve(&street.instance(), settings, &Quiet).unwrap().plan.value_micro;
        let mut more = street.clone();
        let i = which.index(more.offers.len());
        more.offers[i].quantity += 1;
        let after = solve(&more.instance(), settings, &Quiet).unwrap().plan.value_micro;
        prop_assert!(after >= before, "{before} → {after}");
    }

    #[test]
    fn every_open_need_has_a_reason(street in street()) {
        let instance = street.instance();
        let settings = Settings { method: Method::Exact, effort: 1, ..Settings::default() };
        let solution = solve(&instance, settings, &Quiet).unwrap();
        let met = |id: &str| -> i64 {
            let services = solution.plan.agreements.iter().flat_map(|a| &a.services);
            services.filter(|s| s.need == id).map(|s| s.quantity).sum()
        };
        let open: Vec<&str> = instance.document.needs.iter().filter(|n| met(&n.id) < n.quantity).map(|n| n.id.as_str()).collect();
        let told = reasons::explain(&instance, &solution.plan);
        let told: Vec<&str> = told.iter().map(|r| r.need.as_str()).collect();
        prop_assert_eq!(open, told);
    }
}

/// The decision about a candidate.
pub(crate) fn agreement(candidate: &edges::Candidate) -> Decision {
    match candidate.members[..] {
        [a, b] => Decision::Agreement(a, b),
        [a, b, c] => Decision::Circle(a, b, c),
        _ => panic!("members: {:?}", candidate.members),
    }
}

/// Prices within their ranges and otherwise arbitrary.
pub(crate) fn random(instance: &Instance, seed: u64) -> Prices {
    let mut state = seed;
    let mut next = move |most: i64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % (most + 1)
    };
    let policy = instance.policy();
    let least = policy.fairness.last().map_or(0, |s| s.bonus_ppm);
    let mut prices = Prices::zero(instance, least);
    for (p, party) in instance.parties.iter().enumerate() {
        prices.parties[p] = next(3_000_000);
        prices.balance[p] = next(2 * policy.reciprocity_ppm) - policy.reciprocity_ppm;
        prices.base_depth[p] = next(2_000_000);
        for cell in p * AREAS..(p + 1) * AREAS {
            prices.base_areas[cell] = next(2_000_000);
            if !party.is_unit() {
                prices.coverage[cell] = next(policy.coverage_micro);
            }
        }
        if !party.is_unit() {
            prices.fairness[p] = least + next(500_000);
        }
    }
    prices
        .offers
        .iter_mut()
        .chain(&mut prices.needs)
        .for_each(|price| *price = next(1_500_000));
    prices
        .funds
        .iter_mut()
        .for_each(|price| *price = next(900_000_000_000));
    prices
}
