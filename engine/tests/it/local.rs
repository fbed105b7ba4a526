//! A part of a plan solved by itself never makes the whole worse, keeps every rule, and is exact if the part is all.

use gongjian_engine::check::check;
use gongjian_engine::control::Quiet;
use gongjian_engine::exact::Limits;
use gongjian_engine::local::Local;
use gongjian_engine::rules::{Context, base};
use gongjian_engine::{Method, Settings, edges, plan, solve};
use proptest::prelude::*;

use crate::tiny::{plan_of, street};

const LIMITS: Limits = Limits {
    nodes: 1_000,
    seconds: None,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_part_never_lowers_the_value_and_keeps_the_rules(street in street(), picks in prop::collection::vec(any::<u8>(), 1..6)) {
        let instance = street.instance();
        let edges = edges::build(&instance);
        let context = Context { instance: &instance, edges: &edges };
        let local = Local::new(context);
        let mut taken = vec![0; edges.rows.len()];
        let mut value = plan::value_micro(&instance, &edges, &taken, &base::choose(context, &taken));
        for pick in picks {
            let count = u32::try_from(edges.candidates.len()).unwrap();
            let free: Vec<u32> = (0..count).filter(|k| pick >> (k % 8) & 1 == 1).collect();
            let bases = base::choose(context, &taken);
            let Some(changed) = local.improve(&taken, Some(&bases), &free, LIMITS) else { continue };
            for (e, amount) in changed {
                prop_assert!(free.contains(&edges.rows[e as usize].candidate));
                taken[e as usize] = amount;
            }
            let bases = base::choose(context, &taken);
            let after = plan::value_micro(&instance, &edges, &taken, &bases);
            prop_assert!(after >= value, "{value} → {after}");
            value = after;
            let places: Vec<usize> = (0..bases.len()).filter(|u| bases[*u]).collect();
            let verdict = check(&instance, &plan_of(&instance, &edges, &taken, &places), None);
            let wrong: Vec<_> = verdict.violations.iter().filter(|v| !v.starts_with("value_micro")).collect();
            prop_assert!(wrong.is_empty(), "{wrong:?}");
            prop_assert_eq!(verdict.value_micro, value);
        }
    }

    #[test]
    fn with_everything_freed_it_is_as_good_as_the_full_model(street in street()) {
        let instance = street.instance();
        let edges = edges::build(&instance);
        let context = Context { instance: &instance, edges: &edges };
        let exact = solve(&instance, Settings { method: Method::Exact, effort: 50, seconds: None, threads: 1 }, &Quiet).unwrap();
        let local = Local::new(context);
        let half: Vec<u32> = (0..u32::try_from(edges.candidates.len() / 2).unwrap()).collect();
        let mut first = vec![0; edges.rows.len()];
        for (e, amount) in local.improve(&first.clone(), None, &half, LIMITS).unwrap_or_default() {
            first[e as usize] = amount;
        }
        for mut taken in [vec![0; edges.rows.len()], first] {
            let all: Vec<u32> = (0..u32::try_from(edges.candidates.len()).unwrap()).collect();
            let bases = base::choose(context, &taken);
            for (e, amount) in local.improve(&taken, Some(&bases), &all, LIMITS).unwrap_or_default() {
                taken[e as usize] = amount;
            }
            let value = plan::value_micro(&instance, &edges, &taken, &base::choose(context, &taken));
            // Content with 1e-4 of the part's value, which may differ from the whole's by what everybody costs at rest.
            prop_assert!(value >= exact.plan.value_micro - 20_000, "{value} {}", exact.plan.value_micro);
        }
    }
}
