//! Places of the whole ↔ places of a part.

/// Places of the whole that are in the part, sorted; a place in this list is the place in the part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Vec<u32>);

impl Places {
    /// Sorts the places and leaves out what stands twice.
    pub(crate) fn new(mut places: Vec<u32>) -> Self {
        places.sort_unstable();
        places.dedup();
        Self(places)
    }

    /// The place in the part.
    pub(crate) fn part(&self, whole: u32) -> Option<u32> {
        let found = self.0.binary_search(&whole).ok()?;
        u32::try_from(found).ok()
    }

    /// The place in the whole; beyond it for what only the part has.
    pub(crate) fn whole(&self, part: u32) -> u32 {
        self.0.get(part as usize).copied().unwrap_or(u32::MAX)
    }

    /// Every place of the whole, in order.
    pub(crate) fn all(&self) -> &[u32] {
        &self.0
    }
}
