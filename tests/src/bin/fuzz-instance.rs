//! `fuzz-instance SECONDS [SEED]`: throws instances at the engine for so long, from this seed on, and says what became of
//! them. A panic ends it and names the seed; `fuzz-instance 0 SEED` runs that input alone.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gongjian_tests::fuzz::{Maker, Outcome, run};

/// The input under way.
static SEED: AtomicU64 = AtomicU64::new(0);
/// An input that takes longer is named.
const LONG: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>());
    let Some(Ok(seconds)) = arguments.next() else {
        return ExitCode::from(2);
    };
    let first = arguments.next().and_then(Result::ok).unwrap_or(0);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        println!("seed {}: panic", SEED.load(Ordering::Relaxed));
        hook(info);
    }));
    let (maker, start) = (Maker::default(), Instant::now());
    let (mut refused, mut solved, mut conflicts, mut large, mut wrong) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    for seed in first.. {
        SEED.store(seed, Ordering::Relaxed);
        let begun = Instant::now();
        match run(&maker.input(seed), seed) {
            Outcome::Refused => refused += 1,
            Outcome::Parsed => large += 1,
            Outcome::Solved => solved += 1,
            Outcome::Conflict => conflicts += 1,
            Outcome::Wrong(what) => {
                wrong += 1;
                println!("seed {seed}: {what}");
            }
        }
        if begun.elapsed() > LONG {
            println!("seed {seed}: {} s", begun.elapsed().as_secs());
        }
        if start.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
    }
    let parsed = large + solved + conflicts + wrong;
    let inputs = parsed + refused;
    println!(
        "{inputs} inputs: {refused} refused, {parsed} parsed; of these {solved} solved, {conflicts} with pins in \
         conflict, {large} too large, {wrong} wrong"
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
