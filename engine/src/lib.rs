//! # gongjian-engine
//!
//! Which two-way agreements between communities and resident units are best together, how good that set provably is,
//! and why each need that stays open does.
//!
//! ## A street of two
//!
//! A school can open its sports ground and needs traffic stewards; the community needs the ground and has stewards.
//! Everything is told as JSON (`gongjian-instance/1`), in whole numbers: quantities in the type's own measure, value in
//! millionths of a point.
//!
//! ```
//! let street = serde_json::json!({
//!     "format": "gongjian-instance/1",
//!     "types": [
//!         {"id": "A2-04", "area": 2, "worth_micro": 100_000},
//!         {"id": "A6-06", "area": 6, "worth_micro": 80_000}
//!     ],
//!     "parties": [
//!         {"id": "community", "kind": "community", "street": "s", "households": 1480, "max_agreements": 20},
//!         {"id": "school", "kind": "unit", "street": "s", "community": "community", "max_agreements": 3}
//!     ],
//!     "offers": [
//!         {"id": "ground", "party": "school", "type": "A2-04", "quantity": 120, "smallest_lot": 8, "reach": "street"},
//!         {"id": "stewards", "party": "community", "type": "A6-06", "quantity": 200, "reach": "street"}
//!     ],
//!     "needs": [
//!         {"id": "sport", "party": "community", "type": "A2-04", "quantity": 96, "priority": 3},
//!         {"id": "crossing", "party": "school", "type": "A6-06", "quantity": 150, "priority": 3}
//!     ],
//!     "policy": {
//!         "fixed_micro": 2_000_000,
//!         "priority_ppm": [700_000, 850_000, 1_000_000, 1_200_000, 1_500_000],
//!         "overlap_min": 60
//!     }
//! });
//! let instance = gongjian_engine::parse(&serde_json::to_vec(&street)?).map_err(|faults| format!("{faults:?}"))?;
//!
//! // ## Solving
//! let solution = gongjian_engine::solve(&instance, Default::default(), &gongjian_engine::control::Quiet)?;
//! let agreement = &solution.plan.agreements[0];
//! assert_eq!(agreement.members, ["community", "school"]);
//! assert_eq!(agreement.services[0].quantity, 96); // the whole need for the ground
//! assert_eq!(agreement.services[1].quantity, 150); // and all the stewards the school wants
//!
//! // ## Proof: 96 · 0.1 + 150 · 0.08 − 2 points, and no plan is worth more
//! assert_eq!(solution.plan.value_micro, 19_600_000);
//! let verdict = gongjian_engine::check::check(&instance, &solution.plan, Some(&solution.certificate));
//! assert!(verdict.feasible);
//! assert!(verdict.bound_micro >= Some(verdict.value_micro));
//!
//! // ## Reasons: nothing is left open here
//! let reasons = gongjian_engine::reasons::explain(&instance, &solution.plan);
//! assert!(reasons.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## How it works
//!
//! [`validate`](mod@validate) turns the document into an [`model::Instance`] or tells every fault at once. [`edges`]
//! finds who could serve whom and which pairs, and circles of three, could sign. [`rules`] has a file for each rule, with its rows in the full
//! model and its term in the price bound. [`price`] climbs to prices that bound every plan, unit by unit; [`search`]
//! makes a plan they guide, moves its units and solves it anew around one community after the other. Where the full
//! model is small enough, [`exact`] lets HiGHS solve it and [`branch`] proves a closer bound with a small tree of
//! prices. [`lp`] solves what is coupled by capacity and demand alone. [`check`] judges the result without sharing any
//! code with what made it, and [`reasons`] says why needs stay open and what would change that. [`local`] solves a part
//! of a plan again, [`resolve`](mod@resolve) a changed instance from the plan before, [`what_if`] tells what a change or
//! a rule does. [`mps`] writes the full model for another solver.
//!
//! The library is a function: no file, clock, random source, environment or global; the same instance and settings give
//! the same bytes.

#![warn(missing_docs)]

pub mod branch;
pub mod certificate;
pub mod check;
pub mod control;
pub mod edges;
pub mod error;
pub mod exact;
pub mod flat;
pub mod linear;
pub mod local;
pub mod lp;
pub mod model;
pub mod mps;
pub mod plan;
pub mod price;
pub mod reasons;
pub mod resolve;
pub mod rules;
pub mod search;
mod solve;
pub mod validate;
pub mod what_if;

pub use solve::{Method, Settings, Solution, solve};
pub use validate::{Fault, parse};
