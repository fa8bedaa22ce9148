//! Several changes, all of them or none.

use airlock_connector::dialect::{Answer, Key, Means, Operation};

use super::{
    SYSTEM, WRITTEN,
    rows::{CREATE, DELETE, UPDATE, UPDATE_ONLY},
};

pub(crate) const BULK: &[Operation] = &[Operation {
    system: SYSTEM,
    name: "ExecuteChangeset",
    action: "changeset",
    title: "Perform a changeset request",
    description: "Does what the blocks within it say, all of it or nothing, and gives the row of each by its \
                  name. No block can read what another one made.",
    keys: &[Key::new(
        "actions",
        Means::Blocks {
            field: "operations",
            named: "content-id",
            children: &[
                (&CREATE, &[("action", "\"create\"")]),
                (&UPDATE, &[("action", "\"upsert\"")]),
                (&UPDATE_ONLY, &[("action", "\"update\"")]),
                (&DELETE, &[("action", "\"delete\"")]),
            ],
        },
    )
    .required()
    .about("The blocks by name, each with its `operationId` and its `parameters`.")],
    always: WRITTEN,
    gives: Answer::Named("results", "content-id", "row"),
    examples: &[r#"{"actions": {
            "Add_account": {"operationId": "CreateRecord",
                "parameters": {"entityName": "accounts", "item/name": "Verona Fashion"}},
            "Add_contact": {"operationId": "CreateRecord",
                "parameters": {"entityName": "contacts", "item/lastname": "Rossi"}}}}"#],
}];
