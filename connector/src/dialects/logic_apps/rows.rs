//! Rows, as the second version of the operations has them.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Part};

use super::{DATASET, FILTER, ID, ITEM, ITEMS, ORDER_BY, SYSTEM, TABLE, THRESHOLD};

/// Formatted values and targets of lookups: out of these the items' own members are made.
pub(super) const READ: &[(&str, &str)] = &[("formatted-values", "true"), ("full-metadata", "true")];
const WRITTEN: &[(&str, &str)] = &[
    ("return-row", "true"),
    ("formatted-values", "true"),
    ("full-metadata", "true"),
];

pub(crate) const ROWS: &[Operation] = &[LIST, GET, CREATE, UPDATE, DELETE];

const LIST: Operation = Operation {
    system: SYSTEM,
    name: "GetItems_V2",
    action: "list-rows",
    title: "List records",
    description: "Lists rows of a table, a page at a time.",
    keys: &[
        DATASET,
        TABLE,
        Key::new("$apply", Means::Same("apply")),
        FILTER,
        ORDER_BY,
        Key::new("$top", Means::Number("top")).about("At most so many rows, 1 to 5000."),
        Key::new("$expand", Means::Commas("expand"))
            .about("Related rows to give inline, separated by commas."),
        THRESHOLD,
    ],
    always: READ,
    gives: Answer::Object(&[
        Part::rows("value", "rows", &ITEMS),
        Part::link("@odata.nextLink", "next-page").unless("minimumItemCount"),
    ]),
    examples: &[
        r#"{"dataset": "default.cds", "table": "accounts", "$filter": "statecode eq 0", "$top": 10}"#,
    ],
};

pub(super) const GET: Operation = Operation {
    system: SYSTEM,
    name: "GetItem_V2",
    action: "get-row",
    title: "Get record",
    description: "Reads one row.",
    keys: &[DATASET, TABLE, ID],
    always: READ,
    gives: Answer::Row("row", &ITEMS),
    examples: &[
        r#"{"dataset": "default.cds", "table": "accounts", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#,
    ],
};

pub(super) const CREATE: Operation = Operation {
    system: SYSTEM,
    name: "PostItem_V2",
    action: "create-row",
    title: "Create a new record",
    description: "Adds a row and gives it as it is stored.",
    keys: &[DATASET, TABLE, ITEM],
    always: WRITTEN,
    gives: Answer::Row("row", &ITEMS),
    examples: &[
        r#"{"dataset": "default.cds", "table": "tasks", "item": {"subject": "Call back"}}"#,
    ],
};

pub(super) const UPDATE: Operation = Operation {
    system: SYSTEM,
    name: "PatchItem_V2",
    action: "update-row",
    title: "Update a record",
    description: "Changes a row that exists and gives it as it is stored.",
    keys: &[DATASET, TABLE, ID, ITEM],
    always: WRITTEN,
    gives: Answer::Row("row", &ITEMS),
    examples: &[
        r#"{"dataset": "default.cds", "table": "accounts", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
            "item": {"telephone1": "+39 045 555 0100"}}"#,
    ],
};

pub(super) const DELETE: Operation = Operation {
    system: SYSTEM,
    name: "DeleteItem_V2",
    action: "delete-row",
    title: "Delete a record",
    description: "Deletes a row; there is nothing to give.",
    keys: &[DATASET, TABLE, ID],
    always: &[],
    gives: Answer::Nothing,
    examples: &[
        r#"{"dataset": "default.cds", "table": "accounts", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#,
    ],
};
