//! How much a host takes on at once, and of whom. Pure.

use std::collections::BTreeMap;

use airlock_store::TenantId;

/// Places for tasks under way: so many in all, and so many for each tenant, so that one tenant's thousand
/// cannot keep the others waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Places in all.
    pub whole: usize,
    /// Places for one tenant.
    pub each: usize,
}

impl Room {
    /// How many more tasks may be claimed while these are under way, and tenants that may have none of them.
    /// What is claimed at once is at most what one tenant has left, because all of it may be one tenant's.
    #[must_use]
    pub fn left(&self, under_way: &BTreeMap<TenantId, usize>) -> (usize, Vec<TenantId>) {
        let taken: usize = under_way.values().sum();
        let busy: Vec<TenantId> = under_way
            .iter()
            .filter(|(_, count)| **count >= self.each)
            .map(|(tenant, _)| tenant.clone())
            .collect();
        let fullest = under_way.values().filter(|count| **count < self.each).max();
        let of_one = self.each - fullest.copied().unwrap_or_default();
        (self.whole.saturating_sub(taken).min(of_one), busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_claimed_for_beyond_the_places_there_are() {
        let room = Room { whole: 10, each: 4 };
        let tenant = |name: &str| name.parse::<TenantId>().unwrap();
        for (under_way, left, busy) in [
            (vec![], 4, vec![]),
            (vec![("a", 3)], 1, vec![]),
            (vec![("a", 4)], 4, vec!["a"]),
            (vec![("a", 4), ("b", 4), ("c", 1)], 1, vec!["a", "b"]),
            (vec![("a", 4), ("b", 4), ("c", 2)], 0, vec!["a", "b"]),
        ] {
            let under_way = under_way
                .into_iter()
                .map(|(name, count)| (tenant(name), count));
            let found = room.left(&under_way.collect());
            assert_eq!(found, (left, busy.into_iter().map(tenant).collect()));
        }
    }
}
