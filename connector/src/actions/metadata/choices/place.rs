//! Which choice an input means: a global one by its name, or that of a column.

use airlock_connector::{Error, Failure, Transport};
use serde_json::{Map, Value, json};

use crate::{
    actions::metadata::{
        column_kind::options_of,
        place::{self, CHOICE},
        read::{one, text},
    },
    session::Session,
};

/// A choice as an input names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    pub(super) choice: Option<&'a str>,
    pub(super) table: Option<&'a str>,
    pub(super) column: Option<&'a str>,
}

/// A choice that is there.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its definition.
    pub(super) definition: Map<String, Value>,
    /// What the actions on single options name it by.
    pub(super) named: Map<String, Value>,
    /// The address of its definition, where it has one of its own.
    pub(super) resource: Option<String>,
    /// The table whose column it belongs to.
    pub(super) table: Option<String>,
}

impl Found {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        text(&self.definition, "Name").unwrap_or_default()
    }
}

/// Finds the choice; `prepares` says that another request follows.
pub(super) async fn find<T: Transport>(
    session: &Session<T>,
    given: Given<'_>,
    prepares: bool,
) -> Result<Found, Error> {
    match given {
        Given {
            choice: Some(name),
            table: None,
            column: None,
        } => global(session, name, prepares).await,
        Given {
            choice: None,
            table: Some(table),
            column: Some(column),
        } => of_column(session, table, column, prepares).await,
        _ => Err(Error::invalid(
            "/choice",
            "which choice? Name either a global `choice`, or the `table` and the `column` that it belongs to",
        )),
    }
}

async fn global<T: Transport>(
    session: &Session<T>,
    name: &str,
    prepares: bool,
) -> Result<Found, Error> {
    let resource = place::named(session, CHOICE, name, "/choice").await?;
    let definition = one(session, &resource, "", prepares).await?;
    let name = text(&definition, "Name").unwrap_or(name);
    Ok(Found {
        named: Map::from_iter([("OptionSetName".to_owned(), json!(name))]),
        resource: Some(resource),
        table: None,
        definition,
    })
}

async fn of_column<T: Transport>(
    session: &Session<T>,
    table: &str,
    column: &str,
    prepares: bool,
) -> Result<Found, Error> {
    let table = place::table(session, table, "/table").await?;
    let place = place::column(session, &table, column, "/column").await?;
    let select = "$select=LogicalName,AttributeType,AttributeTypeName";
    let found = one(session, &place, select, true).await?;
    let Some(kind) = options_of(&found) else {
        return Err(Error::invalid(
            "/column",
            format!("`{column}` is not a choice column"),
        ));
    };
    let query = "$select=LogicalName&$expand=OptionSet,GlobalOptionSet";
    let mut cast = one(
        session,
        &format!("{place}{}", kind.segment()),
        query,
        prepares,
    )
    .await?;
    let global = cast.remove("GlobalOptionSet").filter(Value::is_object);
    let is_global = global.is_some();
    let Some(Value::Object(definition)) = global.or_else(|| cast.remove("OptionSet")) else {
        return Err(Error::NotFound(Failure::text(format!(
            "`{column}` has no options"
        ))));
    };
    let named = if is_global {
        Map::from_iter([(
            "OptionSetName".to_owned(),
            json!(text(&definition, "Name").unwrap_or_default()),
        )])
    } else {
        let name = text(&found, "LogicalName").unwrap_or(column);
        Map::from_iter([
            ("EntityLogicalName".to_owned(), json!(table.name.as_str())),
            ("AttributeLogicalName".to_owned(), json!(name)),
        ])
    };
    let resource = is_global
        .then(|| {
            text(&definition, "MetadataId").map(|id| format!("GlobalOptionSetDefinitions({id})"))
        })
        .flatten();
    Ok(Found {
        named,
        resource,
        table: (!is_global).then(|| table.name.to_string()),
        definition,
    })
}
