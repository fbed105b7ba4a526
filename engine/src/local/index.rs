//! Lists of lists in two flat arrays.

/// What each owner has, by place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Gathers `(owner, item)` pairs; an owner's items keep their order.
    pub(crate) fn new(owners: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0_u32; owners + 1];
        for (owner, _) in pairs.clone() {
            if let Some(cell) = starts.get_mut(owner as usize + 1) {
                *cell += 1;
            }
        }
        let mut sum = 0;
        for cell in &mut starts {
            sum += *cell;
            *cell = sum;
        }
        let mut next = starts.clone();
        let mut items = vec![0_u32; sum as usize];
        for (owner, item) in pairs {
            if owner as usize >= owners {
                continue;
            }
            if let Some(place) = next.get_mut(owner as usize) {
                if let Some(cell) = items.get_mut(*place as usize) {
                    *cell = item;
                }
                *place += 1;
            }
        }
        Self { starts, items }
    }

    /// An owner's items.
    pub(crate) fn of(&self, owner: u32) -> &[u32] {
        let bound = |place: usize| self.starts.get(place).map_or(0, |s| *s as usize);
        let (first, end) = (bound(owner as usize), bound(owner as usize + 1));
        self.items.get(first..end.max(first)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Lists;

    #[test]
    fn owners_keep_their_items_in_order() {
        let pairs = [(2, 7), (0, 5), (2, 6), (9, 1)];
        let lists = Lists::new(3, pairs.into_iter());
        assert_eq!(lists.of(0), [5]);
        assert!(lists.of(1).is_empty() && lists.of(3).is_empty());
        assert_eq!(lists.of(2), [7, 6]);
    }
}
