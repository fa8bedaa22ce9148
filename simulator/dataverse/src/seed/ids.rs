//! Ids of seeded rows: derived from names, so that a seed gives the same ids each time.

use uuid::{Uuid, uuid};

/// Namespace of all seeded ids.
const SEEDED: Uuid = uuid!("5a7e1f00-0000-4000-8000-0000000005ed");

/// The id of the row with this name in this table.
pub fn named(table: &str, name: &str) -> Uuid {
    Uuid::new_v5(&SEEDED, format!("{table}/{name}").as_bytes())
}

/// The id of a generated row: readable, ascending, and cheap to make a million of.
pub(super) fn numbered(type_code: u16, number: u64) -> Uuid {
    let high = (u64::from(type_code) << 48) | 0x0000_5eed_0000_4000;
    let low = 0x8000_0000_0000_0000 | (number & 0x3fff_ffff_ffff_ffff);
    Uuid::from_u64_pair(high, low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_ids_ascend_and_look_like_version_four() {
        let (first, second) = (numbered(1, 1), numbered(1, 2));
        assert!(first < second);
        assert_eq!(first.get_version_num(), 4);
        assert_ne!(numbered(1, 1), numbered(2, 1));
    }
}
