//! Rows: list, get, create, update, delete.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Part};

use super::{ACCEPT, FULL, PREFER, ROW, SYSTEM, TABLE, WHOLE, WRITTEN};

pub(crate) const ROWS: &[Operation] = &[LIST, GET, CREATE, UPDATE, UPDATE_ONLY, DELETE];

pub(super) const LIST: Operation = Operation {
    system: SYSTEM,
    name: "ListRecords",
    action: "list-rows",
    title: "List rows",
    description: "Lists rows of a table, a page of 5000 unless `$top` says otherwise. \
                  `minimumItemCount` is what a flow calls the threshold of its pagination: page after page \
                  is read until there are so many rows, and the answer has no link to the rest.",
    keys: &[
        TABLE,
        Key::new("$select", Means::Commas("select"))
            .about("Columns to give, separated by commas; all of them unless some are named."),
        Key::new("$filter", Means::Same("filter")),
        Key::new("$orderby", Means::Commas("orderby"))
            .about("Columns to sort by, separated by commas, each with `desc` behind it to turn the order round."),
        Key::new("$expand", Means::Commas("expand"))
            .about("Related rows to give inline, separated by commas, such as `primarycontactid($select=fullname)`."),
        Key::new("fetchXml", Means::Same("fetch-xml"))
            .about("FetchXML query, in place of the other parts of a query."),
        Key::new("$top", Means::Number("top")).about("At most so many rows, 1 to 5000."),
        Key::new("$skiptoken", Means::Unescaped("parameters", "$skiptoken"))
            .about("`$skiptoken` of an earlier answer's `@odata.nextLink`, to go on from there."),
        Key::new("partitionId", Means::Same("partition")),
        Key::new("minimumItemCount", Means::Number("minimum-count"))
            .about("Read page after page until there are at least so many rows, 1 to 100000."),
        PREFER,
        ACCEPT,
        FULL,
    ],
    always: WHOLE,
    gives: Answer::Object(&[
        Part::of("value", "rows"),
        Part::link("@odata.nextLink", "next-page").unless("minimumItemCount"),
    ]),
    examples: &[
        r#"{"entityName": "accounts", "$select": "name,revenue", "$filter": "statecode eq 0", "$top": 10}"#,
    ],
};

pub(super) const GET: Operation = Operation {
    system: SYSTEM,
    name: "GetItem",
    action: "get-row",
    title: "Get a row by ID",
    description: "Reads one row.",
    keys: &[
        TABLE,
        ROW,
        Key::new("$select", Means::Commas("select"))
            .about("Columns to give, separated by commas; all of them unless some are named."),
        Key::new("$expand", Means::Commas("expand"))
            .about("Related rows to give inline, separated by commas, such as `primarycontactid($select=fullname)`."),
        PREFER,
        ACCEPT,
        FULL,
    ],
    always: WHOLE,
    gives: Answer::Field("row"),
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670", "$select": "name"}"#,
    ],
};

const ITEM: Key = Key::new("item", Means::Members("row")).required().about(
    "Columns of the row with their values: as one object, or each as an input of its own such as \
         `item/name` or `item/primarycontactid@odata.bind`.",
);

pub(super) const CREATE: Operation = Operation {
    system: SYSTEM,
    name: "CreateRecord",
    action: "create-row",
    title: "Add a new row",
    description: "Adds a row and gives it as it is stored.",
    keys: &[TABLE, ITEM, PREFER, ACCEPT, FULL],
    always: WRITTEN,
    gives: Answer::Field("row"),
    examples: &[r#"{"entityName": "tasks", "item": {"subject": "Call back",
            "regardingobjectid_account_task@odata.bind": "/accounts(1ec9e73a-cf38-57e2-b4ad-2f5e56d26670)"}}"#],
};

pub(super) const UPDATE: Operation = Operation {
    system: SYSTEM,
    name: "UpdateRecord",
    action: "upsert-row",
    title: "Update a row",
    description: "Changes a row and gives it as it is stored; a row that does not exist is created.",
    keys: &[TABLE, ROW, ITEM, PREFER, ACCEPT, FULL],
    always: WRITTEN,
    gives: Answer::Field("row"),
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670", "item": {"telephone1": null}}"#,
    ],
};

pub(super) const UPDATE_ONLY: Operation = Operation {
    system: SYSTEM,
    name: "UpdateOnlyRecord",
    action: "update-row",
    title: "Update a row, never create it",
    description: "Changes a row that exists and gives it as it is stored; a row that does not is an error.",
    keys: &[
        TABLE,
        ROW,
        ITEM,
        Key::new("If-Match", Means::Nothing),
        PREFER,
        ACCEPT,
        FULL,
    ],
    always: WRITTEN,
    gives: Answer::Field("row"),
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670", "item": {"name": "Verona Fashion"}}"#,
    ],
};

pub(super) const DELETE: Operation = Operation {
    system: SYSTEM,
    name: "DeleteRecord",
    action: "delete-row",
    title: "Delete a row",
    description: "Deletes a row; there is nothing to give.",
    keys: &[TABLE, ROW],
    always: &[],
    gives: Answer::Nothing,
    examples: &[
        r#"{"entityName": "accounts", "recordId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#,
    ],
};
