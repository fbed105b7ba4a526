//! What the kinds of unit usually give and need.

/// A kind of unit in a generated street.
pub(super) struct UnitShape {
    /// Of a hundred units.
    pub(super) share: usize,
    /// Fewest and most offers, and needs.
    pub(super) rows: (usize, usize),
    /// Service types it gives.
    pub(super) gives: &'static [&'static str],
    /// Service types it needs.
    pub(super) needs: &'static [&'static str],
}

/// The kinds; shares add to 100.
pub(super) const KINDS: [UnitShape; 8] = [
    // Government bodies.
    UnitShape {
        share: 24,
        rows: (1, 4),
        gives: &[
            "A2-01", "A2-03", "A2-06", "A3-03", "A4-02", "A4-05", "A1-01", "A1-02", "A5-02", "A6-05", "A6-08",
        ],
        needs: &["A5-01", "A4-03", "A2-07", "A4-08", "A5-06", "A6-09"],
    },
    // Firms: state, private, property.
    UnitShape {
        share: 26,
        rows: (1, 4),
        gives: &[
            "A2-02", "A2-03", "A6-02", "A6-03", "A3-05", "A3-06", "A2-09", "A2-10", "A3-07",
        ],
        needs: &["A6-10", "A6-11", "A4-08", "A6-09", "A1-04", "A5-03", "A6-08"],
    },
    // Public institutions.
    UnitShape {
        share: 13,
        rows: (1, 4),
        gives: &[
            "A2-05", "A4-06", "A4-03", "A6-01", "A2-11", "A3-06", "A6-04", "A2-04",
        ],
        needs: &["A5-01", "A6-06", "A3-12", "A4-08", "A6-07"],
    },
    // Schools and kindergartens.
    UnitShape {
        share: 14,
        rows: (1, 4),
        gives: &[
            "A2-04", "A2-05", "A2-06", "A3-04", "A4-01", "A4-07", "A4-09", "A6-01",
        ],
        needs: &["A3-10", "A6-06", "A4-03", "A5-04", "A3-12", "A6-08"],
    },
    // Hospitals and clinics.
    UnitShape {
        share: 7,
        rows: (1, 4),
        gives: &["A3-01", "A3-02", "A3-10", "A4-01"],
        needs: &["A6-06", "A3-12", "A5-01", "A4-08"],
    },
    // Banks and insurers.
    UnitShape {
        share: 8,
        rows: (1, 4),
        gives: &["A3-11", "A4-04", "A2-01", "A2-09", "A4-06"],
        needs: &["A5-01", "A4-08", "A6-09", "A6-11"],
    },
    // Social organisations.
    UnitShape {
        share: 6,
        rows: (1, 3),
        gives: &["A3-08", "A6-01", "A3-03", "A4-01", "A3-04", "A4-09"],
        needs: &["A2-07", "A2-06", "A5-05", "A3-12"],
    },
    // Garrisons.
    UnitShape {
        share: 2,
        rows: (1, 2),
        gives: &["A4-05", "A6-07", "A3-10"],
        needs: &["A4-06", "A4-03", "A3-04", "A6-01"],
    },
];
