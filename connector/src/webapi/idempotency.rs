//! Same key, same effect: the row id that a create under an idempotency key gets.
//!
//! The id is a name-based GUID (RFC 9562, version 5) over key, connection and table, so a repeat
//! from any process aims at the same row, and `If-None-Match: *` turns it into a 412 instead of a
//! second row.

use uuid::Uuid;

use super::row_id::RowId;

/// Our own namespace, drawn once at random; changing it would forget every key in use.
const NAMESPACE: Uuid = Uuid::from_u128(0x9d0d_6f2e_41c3_4b57_8a36_2f5b_7c1e_d094);

/// The id of the row that `key` creates in `table` over `connection`.
#[must_use]
pub fn row_id(key: &str, connection: &str, table: &str) -> RowId {
    // Lengths in front keep ("a", "bc") apart from ("ab", "c").
    let name = format!(
        "{}:{connection}{}:{table}{}:{key}",
        connection.len(),
        table.len(),
        key.len()
    );
    RowId::from(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_always_means_the_same_row() {
        let id = row_id("order-1", "c1", "task");
        assert_eq!(id, row_id("order-1", "c1", "task"));
        assert_eq!(id.as_uuid().get_version_num(), 5);
    }

    #[test]
    fn another_key_connection_or_table_means_another_row() {
        let ids = [
            row_id("order-1", "c1", "task"),
            row_id("order-2", "c1", "task"),
            row_id("order-1", "c2", "task"),
            row_id("order-1", "c1", "lead"),
            row_id("1", "c1", "taskorder-"),
        ];
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[index + 1..].contains(id));
        }
    }

    #[test]
    fn the_derivation_never_changes() {
        // Rows already created under a key must be recognised by every later version.
        assert_eq!(
            row_id("order-1", "c1", "task").to_string(),
            "b761173d-104c-5d8d-bd10-739190134873"
        );
    }
}
