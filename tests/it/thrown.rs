//! Inputs that `fuzz-instance` once found a fault with.

use gongjian_tests::fuzz::{Maker, Outcome, run};

#[test]
fn what_was_found_by_chance_stays_mended() {
    let maker = Maker::default();
    let seed = 1_004_832;
    assert_eq!(run(&maker.input(seed), seed), Outcome::Solved);
}
