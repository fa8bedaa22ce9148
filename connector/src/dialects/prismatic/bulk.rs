//! Several operations in one change set: all of them or none.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Word};

use super::{CONNECTION_KEY, SYSTEM};

const ITEM: &[Key] = &[
    Key::new("collection", Means::Same("table"))
        .required()
        .about("Table, by its entity set name such as `accounts`."),
    Key::new(
        "action",
        Means::Words(&[
            Word {
                word: "create",
                sets: &[("action", "\"create\"")],
            },
            Word {
                word: "update",
                sets: &[("action", "\"update\"")],
            },
            Word {
                word: "delete",
                sets: &[("action", "\"delete\"")],
            },
        ]),
    )
    .required()
    .about("What to do: create, update or delete."),
    Key::new("key", Means::Same("id"))
        .about("Id of the row, or an alternate key, for update and delete."),
    Key::new("data", Means::Members("row"))
        .about("Columns with their values, for create and update."),
    Key::new("returnRepresentation", Means::Switch("return-row"))
        .about("Whether to give the row as it is stored."),
];

pub(crate) const BULK: &[Operation] = &[Operation {
    system: SYSTEM,
    name: "batchEntityActions",
    action: "changeset",
    title: "Run Batch Operations",
    description: "Creates, updates and deletes rows, all of it or nothing. Gives one object for each, in order: \
                  the row where it was asked for, else an empty one.",
    keys: &[
        Key::new("actions", Means::Each("operations", ITEM, &[]))
            .required()
            .about(
                "A list of up to a thousand objects with `collection`, `action`, `key`, `data` and \
             `returnRepresentation`.",
            ),
        CONNECTION_KEY,
    ],
    always: &[],
    gives: Answer::Items("results", "row"),
    examples: &[r#"{"actions": [
            {"collection": "accounts", "action": "create", "returnRepresentation": true, "data": {"name": "Verona Fashion"}},
            {"collection": "accounts", "action": "delete", "key": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}]}"#],
}];
