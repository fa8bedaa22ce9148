//! Any request.

use airlock_connector::dialect::{Answer, Key, Means, Operation, Word};

use super::{CONNECTION_KEY, SYSTEM};

const KEYS: &[Key] = &[
    Key::new("url", Means::Same("url")).required(),
    Key::new("method", Means::Same("method")).or("\"GET\""),
    Key::new("data", Means::Same("data")),
    Key::new("formData", Means::Lists("form-data")),
    Key::new("fileData", Means::Lists("file-data")),
    Key::new("fileDataFileNames", Means::Lists("file-data-file-names")),
    Key::new("queryParams", Means::Lists("query-params")),
    Key::new("headers", Means::Lists("headers")),
    Key::new(
        "responseType",
        Means::Words(&[
            Word {
                word: "json",
                sets: &[("response-type", "\"json\"")],
            },
            Word {
                word: "text",
                sets: &[("response-type", "\"text\"")],
            },
            Word {
                word: "arraybuffer",
                sets: &[("response-type", "\"binary\"")],
            },
            Word {
                word: "binary",
                sets: &[("response-type", "\"binary\"")],
            },
            Word {
                word: "document",
                sets: &[("response-type", "\"text\"")],
            },
        ]),
    )
    .or("\"json\""),
    Key::new("timeout", Means::Number("timeout-ms")),
    Key::new("retryDelayMS", Means::Number("retry-delay-ms")).or("0"),
    Key::new("retryAllErrors", Means::Switch("retry-on-all-errors")).or("false"),
    Key::new("maxRetries", Means::Number("max-retry-count")).or("0"),
    Key::new(
        "useExponentialBackoff",
        Means::Switch("use-exponential-backoff"),
    )
    .or("false"),
    Key::new("debugRequest", Means::Nothing),
    CONNECTION_KEY,
];

pub(crate) const ADVANCED: &[Operation] = &[
    RAW,
    Operation {
        name: "rawRequest",
        title: "Raw Request (Deprecated)",
        description: "Sends a request and gives the answer's body alone. rawRequestV2 is what it is called now.",
        ..RAW
    },
];

const RAW: Operation = Operation {
    system: SYSTEM,
    name: "rawRequestV2",
    action: "raw-request",
    title: "Raw Request",
    description: "Sends a request and gives the answer's body alone.",
    keys: KEYS,
    always: &[],
    gives: Answer::Field("body"),
    examples: &[
        r#"{"url": "/api/data/v9.2/accounts", "queryParams": [{"key": "$select", "value": "name"}]}"#,
    ],
};
