//! A counter mixed into numbers that look like chance (SplitMix64, Steele et al. 2014): the same counter always gives
//! the same moves.

/// A stream of numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counter(u64);

impl Counter {
    /// The stream of a number.
    pub(super) fn new(start: u64) -> Self {
        Self(start)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 … `count` − 1; 0 if there is nothing.
    #[expect(clippy::cast_possible_truncation, reason = "smaller than a length")]
    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// 0 … 1, one excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
