//! Rows, as the first version of the operations has them: Dynamics CRM Online, and Dynamics 365 after it.

use airlock_connector::dialect::{Answer, Key, Means, Operation};

use super::{
    DATASET, FILTER, LISTED, ORDER_BY, SYSTEM, TABLE,
    rows::{CREATE, DELETE, GET, READ, UPDATE},
};

pub(crate) const FIRST_ROWS: &[Operation] = &[
    Operation {
        system: SYSTEM,
        name: "GetItems",
        action: "list-rows",
        title: "List records",
        description: "Lists rows of a table, 256 of them unless `$top` says otherwise; where there are more, the \
                      answer has the link to them.",
        keys: &[
            DATASET,
            TABLE,
            Key::new("$skip", Means::Number("skip"))
                .or("0")
                .about("Leave out so many rows at the beginning."),
            Key::new("$top", Means::Number("top"))
                .or("256")
                .about("At most so many rows, 1 to 5000."),
            FILTER,
            ORDER_BY,
        ],
        always: READ,
        gives: Answer::Object(LISTED),
        examples: &[
            r#"{"dataset": "default.cds", "table": "accounts", "$skip": 10, "$top": 10, "$orderby": "name"}"#,
        ],
    },
    Operation {
        name: "GetItem",
        ..GET
    },
    Operation {
        name: "PostItem",
        ..CREATE
    },
    Operation {
        name: "PatchItem",
        ..UPDATE
    },
    Operation {
        name: "DeleteItem",
        ..DELETE
    },
];
