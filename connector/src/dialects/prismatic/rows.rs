//! Rows: query, get, create, update, upsert, delete.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Part, Word};

use super::{CONNECTION_KEY, SYSTEM};

const TABLE: Key = Key::new("entityType", Means::Same("table"))
    .required()
    .about("Table, by its entity set name such as `accounts`; any other name of it does as well.");

const ROW: Key = Key::new("entityId", Means::Same("id"))
    .required()
    .about("Id of the row, or an alternate key such as `accountnumber='A1'`.");

/// Named before the dynamic ones, over which they count.
const FIELD_VALUES: Key = Key::new("fieldValues", Means::Pairs("row")).about(
    "Columns with their values: a list of objects with `key` and `value`, or one object. They count over \
     dynamicValues.",
);
const DYNAMIC_VALUES: Key = Key::new("dynamicValues", Means::Pairs("row")).about(
    "Further columns with their values: an object, or a list of objects with `key` and `value`.",
);

const FIELD_NAMES: Key = Key::new("fieldNames", Means::Names("select"));
const EXPAND: Key = Key::new("expandPropertyNames", Means::Names("expand"));

const FETCH_ALL: Key = Key::new("fetchAll", Means::Switch("fetch-all")).or("false");
const NEXT_PAGE: Key = Key::new("nextPageId", Means::Same("next-page"))
    .about("`oDataNextLink` of an earlier answer, to go on from there.");

const WRITTEN: &[(&str, &str)] = &[("return-row", "true")];

pub(crate) const ROWS: &[Operation] = &[
    Operation {
        system: SYSTEM,
        name: "queryEntities",
        action: "list-rows",
        title: "Query Entities",
        description: "Lists rows of a table, a hundred at a time unless `recordsPerPage` says otherwise.",
        keys: &[
            TABLE,
            FIELD_NAMES,
            Key::new("filterExpression", Means::Same("filter")),
            Key::new("orderByFieldNames", Means::Names("orderby")),
            EXPAND,
            FETCH_ALL,
            Key::new("recordsPerPage", Means::Number("page-size")).or("100"),
            NEXT_PAGE,
            CONNECTION_KEY,
        ],
        always: &[],
        gives: Answer::Object(&[
            Part::of("value", "rows"),
            Part::link("@odata.nextLink", "next-page"),
            Part::link("oDataNextLink", "next-page"),
        ]),
        examples: &[
            r#"{"entityType": "accounts", "fieldNames": ["name"], "filterExpression": "statecode eq 0",
                "recordsPerPage": "50"}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "fetchXml",
        action: "fetch-xml",
        title: "Run Fetch XML Query",
        description: "Gives the rows that a FetchXML query asks for.",
        keys: &[
            Key::new("entityType", Means::Same("table")).required(),
            Key::new("xmlQuery", Means::Same("fetch-xml")).required(),
            Key::new(
                "includeAnnotations",
                Means::Words(&[
                    Word {
                        word: "*",
                        sets: &[("all-annotations", "true")],
                    },
                    Word {
                        word: "OData.Community.Display.V1.FormattedValue",
                        sets: &[("formatted-values", "true")],
                    },
                ]),
            )
            .about("Which annotations to give: `*`, or formatted values only."),
            Key::new("impersonateUserId", Means::Same("impersonate-user-id")),
            FETCH_ALL,
            Key::new("pagination/pageNumber", Means::Number("page"))
                .about("Which page to give, from 1."),
            Key::new("pageNumber", Means::Number("page")).about("Which page to give, from 1."),
            Key::new("pagination/nextPageId", Means::Same("paging-cookie"))
                .about("`cookie` of an earlier answer's `PagingInfo`."),
            Key::new("nextPageId", Means::Same("paging-cookie"))
                .about("`cookie` of an earlier answer's `PagingInfo`."),
            CONNECTION_KEY,
        ],
        always: &[],
        gives: Answer::Object(&[
            Part::of("value", "rows"),
            Part::of("PagingInfo/cookie", "paging-cookie"),
            Part::of("PagingInfo/nextPage", "next-page-number"),
        ]),
        examples: &[
            r#"{"entityType": "leads", "xmlQuery": "<fetch><entity name='lead'><attribute name='subject'/></entity></fetch>"}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "getEntity",
        action: "get-row",
        title: "Get Entity",
        description: "Reads one row.",
        keys: &[TABLE, ROW, FIELD_NAMES, EXPAND, CONNECTION_KEY],
        always: &[],
        gives: Answer::Field("row"),
        examples: &[
            r#"{"entityType": "accounts", "entityId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670", "fieldNames": ["name"]}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "createEntity",
        action: "create-row",
        title: "Create Entity",
        description: "Adds a row and gives it as it is stored.",
        keys: &[TABLE, FIELD_VALUES, DYNAMIC_VALUES, CONNECTION_KEY],
        always: WRITTEN,
        gives: Answer::Field("row"),
        examples: &[
            r#"{"entityType": "tasks", "fieldValues": [{"key": "subject", "value": "Call back"}]}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "updateEntity",
        action: "update-row",
        title: "Update Entity",
        description: "Changes a row that exists and gives it as it is stored.",
        keys: &[TABLE, ROW, FIELD_VALUES, DYNAMIC_VALUES, CONNECTION_KEY],
        always: WRITTEN,
        gives: Answer::Field("row"),
        examples: &[
            r#"{"entityType": "accounts", "entityId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "fieldValues": [{"key": "telephone1", "value": "+39 045 555 0100"}]}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "upsertEntity",
        action: "upsert-row",
        title: "Upsert Entity",
        description: "Changes the row if it exists and creates it otherwise; gives it as it is stored.",
        keys: &[TABLE, ROW, FIELD_VALUES, DYNAMIC_VALUES, CONNECTION_KEY],
        always: WRITTEN,
        gives: Answer::Field("row"),
        examples: &[
            r#"{"entityType": "accounts", "entityId": "accountnumber='A-1001'",
                "dynamicValues": {"name": "Verona Fashion"}}"#,
        ],
    },
    Operation {
        system: SYSTEM,
        name: "deleteEntity",
        action: "delete-row",
        title: "Delete Entity",
        description: "Deletes a row; there is nothing to give.",
        keys: &[TABLE, ROW, CONNECTION_KEY],
        always: &[],
        gives: Answer::Nothing,
        examples: &[
            r#"{"entityType": "accounts", "entityId": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#,
        ],
    },
];
