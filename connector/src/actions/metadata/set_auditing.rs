//! `set-auditing`: has changes recorded, of a column, of a table or of the organisation as a whole.

use airlock_connector::{
    Action, Error, Failure, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value, json};

use super::{
    change::change,
    place,
    publish::publish,
    read::{list, text, yes},
    written::Output,
};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::{CallOptions, RowBody, RowKey},
};

input! {
    /// Input of `set-auditing`.
    struct Input {
        /// The table; the organisation as a whole unless one is named. Nothing is recorded of a table while the
        /// organisation's switch is off.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: Option<String>,
        /// A column of the table; the table's own switch unless one is named.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: Option<String>,
        /// Whether changes are recorded.
        #[schemars(extend("default" = true))]
        pub enabled: Option<bool>,
        /// Also show the change to applications.
        #[schemars(extend("default" = true))]
        pub publish: Option<bool>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct SetAuditing;

impl Action<Dataverse> for SetAuditing {
    const DECLARATION: Declaration = Declaration {
        name: "set-auditing",
        aliases: &[],
        title: "Switch auditing",
        description: "Switches the recording of changes on or off: of a column, of a table, or of the organisation \
                      as a whole.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account"}"#,
            r#"{"table": "account", "column": "telephone1", "enabled": false}"#,
            "{}",
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.solution.clone_from(&input.solution);
        let enabled = input.enabled.unwrap_or(true);
        let Some(name) = input.table.as_deref() else {
            if input.column.is_some() {
                return Err(Error::invalid(
                    "/table",
                    "a column of which table? Name it too",
                ));
            }
            return of_organisation(session, enabled, &options).await;
        };
        let table = place::table(session, name, "/table").await?;
        let (resource, type_name) = match input.column.as_deref() {
            Some(column) => (
                place::column(session, &table, column, "/column").await?,
                "AttributeMetadata",
            ),
            None => (place::of_table(&table), "EntityMetadata"),
        };
        let changes = Map::from_iter([("IsAuditEnabled".to_owned(), json!(enabled))]);
        let changed = change(session, &resource, changes, type_name, &options).await?;
        let published = changed && input.publish.unwrap_or(true);
        if published {
            publish(session, &[table.name.as_str()], &[], &options).await?;
        }
        Ok(Output {
            published,
            ..Output::changed(
                changed,
                input.column.as_deref().unwrap_or(table.name.as_str()),
            )
        })
    }
}

/// The switch of the organisation stands in its row.
async fn of_organisation<T: Transport>(
    session: &Session<T>,
    enabled: bool,
    options: &CallOptions,
) -> Result<Output, Error> {
    let select = "$select=organizationid,isauditenabled";
    let rows = list(session, "organizations", select, true).await?;
    let found = rows.first().and_then(|row| {
        Some((
            text(row, "organizationid")?.parse().ok()?,
            yes(row, "isauditenabled"),
        ))
    });
    let Some((id, now)) = found else {
        let message =
            "the row of the organisation cannot be read: its switch needs the right to do so";
        return Err(Error::NotFound(Failure::text(message)));
    };
    if now == enabled {
        return Ok(Output::changed(false, "organization"));
    }
    let table = session.table("organization", "/table").await?;
    let row = RowBody::from_iter([("isauditenabled".to_owned(), Value::Bool(enabled))]);
    let query = crate::webapi::Query::default();
    session
        .client()
        .update(&table.rows(), &RowKey::Id(id), row, &query, options)
        .await?;
    Ok(Output::changed(true, "organization"))
}
