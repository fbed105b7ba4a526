//! Instances to throw at the engine: small pieces of generated streets, most of them changed, some spoilt.

pub mod chance;
mod change;
mod small;

use gongjian_api::sample::generate::{Size, generate};
use gongjian_engine::control::Quiet;
use gongjian_engine::error::SolveError;
use gongjian_engine::{Method, Settings, check::check, edges, parse, reasons, solve};
use serde_json::Value;

use chance::Chance;

/// Most possible services of an instance that is solved.
const EDGES: usize = 200;

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused with faults.
    Refused,
    /// It was read and is too large to be solved here.
    Parsed,
    /// It was solved and the judge agreed.
    Solved,
    /// Its pins contradict one another.
    Conflict,
    /// The engine fell out with itself.
    Wrong(String),
}

/// Makes inputs from seeds.
#[derive(Debug)]
pub struct Maker {
    streets: Vec<Value>,
}

impl Default for Maker {
    fn default() -> Self {
        let streets = (0..6).map(|seed| generate(Size::Street, seed, 0)).collect();
        Self { streets }
    }
}

impl Maker {
    /// The input of a seed.
    pub fn input(&self, seed: u64) -> Vec<u8> {
        let mut chance = Chance::new(seed);
        let street = chance.pick(&self.streets).clone();
        let mut document = if chance.one_in(50) {
            street
        } else {
            small::small(&street, &mut chance)
        };
        for _ in 0..chance.below(4) {
            change::change(&mut document, &mut chance);
        }
        let mut bytes = serde_json::to_vec(&document).unwrap();
        if chance.one_in(6) {
            change::spoil(&mut bytes, &mut chance);
        }
        bytes
    }
}

/// Reads an input and, where it is small, solves and judges it.
pub fn run(bytes: &[u8], seed: u64) -> Outcome {
    let Ok(instance) = parse(bytes) else {
        return Outcome::Refused;
    };
    if edges::build(&instance).rows.len() > EDGES {
        return Outcome::Parsed;
    }
    let method = [Method::Auto, Method::Price, Method::Exact][usize::try_from(seed % 3).unwrap()];
    let settings = Settings {
        method,
        effort: 1,
        seconds: None,
        threads: 1,
    };
    let solution = match solve(&instance, settings, &Quiet) {
        Ok(solution) => solution,
        Err(SolveError::PinsConflict { .. }) => return Outcome::Conflict,
        Err(error) => return Outcome::Wrong(error.to_string()),
    };
    let verdict = check(&instance, &solution.plan, Some(&solution.certificate));
    let open = reasons::explain(&instance, &solution.plan).len();
    if !verdict.feasible || open > instance.needs.len() {
        return Outcome::Wrong(format!("{method:?}: {verdict:?}"));
    }
    Outcome::Solved
}
