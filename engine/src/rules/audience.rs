//! **Audience.** The people an offer is for and those a need is about must have somebody in common; a service's
//! language is part of it, one bit for each audience and language.
//!
//! Hard, in the edges; refuses with `not_for_them`.

/// Whether two audiences meet; 0 is everyone.
#[must_use]
pub fn meet(a: u64, b: u64) -> bool {
    a == 0 || b == 0 || a & b != 0
}

#[cfg(test)]
mod tests {
    use super::meet;

    #[test]
    fn everyone_meets_anybody_and_strangers_do_not_meet() {
        assert!(meet(0, 4) && meet(6, 4) && !meet(3, 4));
    }
}
