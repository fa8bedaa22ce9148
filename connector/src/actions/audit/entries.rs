//! What the service's audit tells of a row: who made each change and when is in the rows of `audit`, what
//! changed in the answers of `RetrieveAuditDetails`, which does not repeat the first.

use std::collections::BTreeSet;

use airlock_connector::{Error, Transport};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    session::Session,
    webapi::{
        Annotations, ApiRequest, CallOptions, Query, RowId, key::lookup_column,
        literal::encode_value,
    },
};

const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
const TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";

/// What `operation` says of the row having been made.
const CREATE: i64 = 1;

/// One entry of the audit.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its id.
    pub(super) id: String,
    /// When it happened.
    pub(super) at: Option<String>,
    /// What was done, in the service's words for people.
    pub(super) action: Option<String>,
    /// Whether the row was made by it.
    pub(super) creates: bool,
    /// Who did it, by name and by id.
    pub(super) user: (Option<String>, Option<String>),
}

/// One column that an entry changed.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Logical name of the column.
    pub(super) column: String,
    pub(super) old: Side,
    pub(super) new: Side,
}

/// What a column held before or after.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Side {
    /// The value; null where it was empty.
    pub(super) value: Value,
    /// As people read it, where that is something else.
    pub(super) text: Option<String>,
    /// Of a lookup, the table of the row that it points at.
    pub(super) table: Option<String>,
}

/// Which entries are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// The row.
    pub(super) row: RowId,
    /// Condition on when they were made, such as `createdon gt 2026-03-25`.
    pub(super) when: Option<&'a str>,
    /// At most so many, the newest first.
    pub(super) top: u32,
    /// Whether they only prepare another request.
    pub(super) prepares: bool,
}

/// The entries of a row, newest first.
pub(super) async fn entries<T: Transport>(
    session: &Session<T>,
    wanted: Wanted<'_>,
    options: &CallOptions,
) -> Result<Vec<Entry>, Error> {
    let mut filter = format!("_objectid_value eq {}", wanted.row);
    if let Some(when) = wanted.when {
        filter.push_str(" and ");
        filter.push_str(when);
    }
    let query = Query {
        select: [
            "auditid",
            "createdon",
            "action",
            "operation",
            "_userid_value",
        ]
        .map(str::to_owned)
        .to_vec(),
        filter: Some(filter),
        order_by: vec!["createdon desc".to_owned()],
        top: Some(wanted.top),
        ..Query::default()
    };
    #[derive(Deserialize)]
    struct Found {
        value: Vec<Map<String, Value>>,
    }
    let found: Found = read(session, "audits", &query.encode(), wanted.prepares, options).await?;
    Ok(found.value.iter().map(entry).collect())
}

fn entry(row: &Map<String, Value>) -> Entry {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let shown = |name: &str| text(&format!("{name}@{FORMATTED}"));
    Entry {
        id: text("auditid").unwrap_or_default(),
        at: text("createdon"),
        action: shown("action").or_else(|| row.get("action").map(Value::to_string)),
        creates: row.get("operation").and_then(Value::as_i64) == Some(CREATE),
        user: (shown("_userid_value"), text("_userid_value")),
    }
}

/// What the entry `audit` changed, by column.
pub(super) async fn changes<T: Transport>(
    session: &Session<T>,
    audit: &str,
    prepares: bool,
    options: &CallOptions,
) -> Result<Vec<Change>, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        audit_detail: Detail,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Detail {
        // Entries of other kinds, such as of sharing, have neither.
        #[serde(default)]
        old_value: Option<Map<String, Value>>,
        #[serde(default)]
        new_value: Option<Map<String, Value>>,
    }
    let resource = format!(
        "audits({})/Microsoft.Dynamics.CRM.RetrieveAuditDetails",
        encode_value(audit)
    );
    let answer: Answer = read(session, &resource, "", prepares, options).await?;
    let old = answer.audit_detail.old_value.unwrap_or_default();
    let new = answer.audit_detail.new_value.unwrap_or_default();
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = names
        .into_iter()
        .filter(|name| !name.contains('@'))
        .map(|name| Change {
            column: lookup_column(name).unwrap_or(name).to_owned(),
            old: side(&old, name),
            new: side(&new, name),
        });
    Ok(changed.collect())
}

fn side(row: &Map<String, Value>, name: &str) -> Side {
    let annotation = |kind: &str| {
        let text = row.get(&format!("{name}@{kind}"))?.as_str()?;
        Some(text.to_owned())
    };
    Side {
        value: row.get(name).cloned().unwrap_or_default(),
        text: annotation(FORMATTED),
        table: annotation(TABLE),
    }
}

async fn read<V: serde::de::DeserializeOwned, T: Transport>(
    session: &Session<T>,
    resource: &str,
    query: &str,
    prepares: bool,
    options: &CallOptions,
) -> Result<V, Error> {
    let client = session.client();
    let options = CallOptions {
        annotations: Annotations::Display,
        caller: options.caller,
        ..CallOptions::default()
    };
    let mut call = ApiRequest::get(client.base().url(resource, query)?).with_options(&options);
    call.prepares = prepares;
    client.send(call).await?.json()
}
