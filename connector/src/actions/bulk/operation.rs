//! One operation of a batch as a person writes it, and what it has to say. Pure.

use airlock_connector::FieldError;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Adds a row.
    Create,
    /// Changes a row that exists.
    Update,
    /// Changes a row, or adds it when it does not exist.
    Upsert,
    /// Removes a row.
    Delete,
    /// Reads a row; not in a change set.
    Get,
    /// Connects a row with another by a relation.
    Associate,
    /// Takes such a connection away.
    Disassociate,
}

impl Verb {
    /// As it stands in the input.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::Get => "get",
            Self::Associate => "associate",
            Self::Disassociate => "disassociate",
        }
    }
}

/// One operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Operation {
    /// What to do.
    pub action: Verb,
    /// Table of the row: its logical name or its entity set name. Not needed where `id` refers to an
    /// earlier operation.
    pub table: Option<String>,
    /// Id of the row, its address, or `$name` for the row of an earlier operation of the change set.
    pub id: Option<String>,
    /// Alternate key, in place of the id: each of its columns with its value.
    pub key: Option<Map<String, Value>>,
    /// Columns with their values, for create, update and upsert. A lookup may be `$name`, for the row of
    /// an earlier operation of the change set.
    pub row: Option<Map<String, Value>>,
    /// Version tag of the row as it was read: touch it only if nobody has changed it since.
    pub if_match: Option<String>,
    /// Whether to give the row as it is stored afterwards, in place of what holds for all operations.
    pub return_row: Option<bool>,
    /// Columns of the row to give back.
    pub select: Option<Vec<String>>,
    /// Navigation property, or lookup column, by which associate and disassociate connect.
    pub relation: Option<String>,
    /// The row to connect with: its id, its address, or `$name`.
    pub to: Option<String>,
    /// Name of this operation. Later ones of its change set write `$name` for its row.
    pub content_id: Option<String>,
    /// Name of the change set that this operation belongs to, with its neighbours of the same name: all
    /// of them are done or none.
    pub change_set: Option<String>,
}

/// Whether something has to be said.
#[derive(Clone, Copy)]
enum Need {
    Must,
    May,
    Never,
}

use Need::{May, Must, Never};

impl Operation {
    /// What is missing or means nothing, each at its pointer below the operation.
    pub(super) fn faults(&self) -> Vec<FieldError> {
        let (which, row, relation, to, select, version) = match self.action {
            Verb::Create => (Never, Must, Never, Never, May, Never),
            Verb::Update | Verb::Upsert => (Must, Must, Never, Never, May, May),
            Verb::Delete => (Must, Never, Never, Never, Never, May),
            Verb::Get => (Must, Never, Never, Never, May, Never),
            Verb::Associate => (Must, Never, Must, Must, Never, Never),
            Verb::Disassociate => (Must, Never, Must, May, Never, Never),
        };
        let refers = self.id.as_deref().is_some_and(|id| id.starts_with('$'));
        let table = if refers { May } else { Must };
        let named = if self.key.is_some() { "key" } else { "id" };
        let fields = [
            ("table", self.table.is_some(), table),
            (named, self.id.is_some() || self.key.is_some(), which),
            ("row", self.row.is_some(), row),
            ("relation", self.relation.is_some(), relation),
            ("to", self.to.is_some(), to),
            ("select", self.select.is_some(), select),
            ("if-match", self.if_match.is_some(), version),
        ];
        fields
            .into_iter()
            .filter_map(|(name, given, need)| {
                let message = match (need, given) {
                    (Must, false) if name == "id" => format!(
                        "which row? {} names it by its id or by an alternate key",
                        self.action.word()
                    ),
                    (Must, false) => format!("`{name}` is missing: {} needs it", self.action.word()),
                    (Never, true) if self.action == Verb::Create && name == named => format!(
                        "a new row has no `{name}` yet: an id of its own stands among the columns of the row"
                    ),
                    (Never, true) => {
                        format!("`{name}` means nothing to {}: leave it out", self.action.word())
                    }
                    _ => return None,
                };
                Some(FieldError::new(format!("/{name}"), message))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_operation_says_what_it_needs_and_nothing_else() {
        let table = [
            (
                json!({"action": "create", "table": "lead", "row": {}}),
                vec![],
            ),
            (json!({"action": "create", "id": "$a"}), vec!["/id", "/row"]),
            (
                json!({"action": "create", "key": {}, "row": {}}),
                vec!["/table", "/key"],
            ),
            (
                json!({"action": "update", "id": "$a", "row": {}, "if-match": "1"}),
                vec![],
            ),
            (
                json!({"action": "update", "table": "lead", "to": "x"}),
                vec!["/id", "/row", "/to"],
            ),
            (
                json!({"action": "delete", "id": "$a", "row": {}}),
                vec!["/row"],
            ),
            (
                json!({"action": "get", "table": "lead", "key": {}, "if-match": "1"}),
                vec!["/if-match"],
            ),
            (
                json!({"action": "associate", "id": "$a"}),
                vec!["/relation", "/to"],
            ),
            (
                json!({"action": "disassociate", "id": "$a", "relation": "r"}),
                vec![],
            ),
        ];
        for (given, expected) in table {
            let operation: Operation = serde_json::from_value(given.clone()).unwrap();
            let pointers: Vec<String> = operation
                .faults()
                .into_iter()
                .map(|one| one.pointer)
                .collect();
            assert_eq!(pointers, expected, "{given}");
        }
    }
}
