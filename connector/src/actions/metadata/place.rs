//! Where a definition is, by any name that a person has for it.

use std::rc::Rc;

use airlock_connector::{
    Error, Transport,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value};

use super::read::{list, one, text};
use crate::{
    session::Session,
    tables::{Freshness, Table},
    webapi::{RowId, literal::quote_for_url},
};

/// The table called `name`, which may be the id of its definition too.
pub(super) async fn table<T: Transport>(
    session: &Session<T>,
    name: &str,
    pointer: &str,
) -> Result<Rc<Table>, Error> {
    let Ok(id) = name.parse::<RowId>() else {
        return session.table(name, pointer).await;
    };
    let resource = format!("EntityDefinitions({id})");
    let found = one(session, &resource, "$select=LogicalName", true).await?;
    let name = text(&found, "LogicalName").unwrap_or_default();
    session.table(name, pointer).await
}

/// The definition of a table.
pub(super) fn of_table(table: &Table) -> String {
    format!("EntityDefinitions(LogicalName='{}')", table.name)
}

/// The definition of a column of `table`, which goes by its name or by its id.
pub(super) async fn column<T: Transport>(
    session: &Session<T>,
    table: &Table,
    name: &str,
    pointer: &str,
) -> Result<String, Error> {
    let place = of_table(table);
    if let Ok(id) = name.parse::<RowId>() {
        return Ok(format!("{place}/Attributes({id})"));
    }
    let name = column_name(session, table, name, pointer).await?;
    Ok(format!("{place}/Attributes(LogicalName='{name}')"))
}

/// The logical name of a column of `table`.
pub(super) async fn column_name<T: Transport>(
    session: &Session<T>,
    table: &Table,
    name: &str,
    pointer: &str,
) -> Result<String, Error> {
    let started = session.transport().now();
    let (client, catalog) = (session.client(), session.catalog());
    for freshness in [Freshness::Cached, Freshness::Since(started)] {
        let columns = catalog.columns(client, table, freshness).await?;
        if let Some(column) = columns.get(name.trim()) {
            return Ok(column.name.clone());
        }
    }
    let columns = catalog.columns(client, table, Freshness::Cached).await?;
    let hint = did_you_mean(&columns.nearest(name));
    Err(Error::invalid(
        pointer,
        format!("{} has no column `{name}`{hint}", table.name),
    ))
}

/// The definition in `set` whose `key` is `name`, in any case, or whose id it is.
pub(super) async fn named<T: Transport>(
    session: &Session<T>,
    (set, key, what): (&str, &str, &str),
    name: &str,
    pointer: &str,
) -> Result<String, Error> {
    let name = name.trim();
    if let Ok(id) = name.parse::<RowId>() {
        return Ok(format!("{set}({id})"));
    }
    let place = |name: &str| format!("{set}({key}={})", quote_for_url(name));
    let select = format!("$select={key}");
    match one(session, &place(name), &select, true).await {
        Ok(_) => return Ok(place(name)),
        Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let all = list(session, set, &select, true).await?;
    let names = || all.iter().filter_map(|one| text(one, key));
    if let Some(found) = names().find(|found| found.eq_ignore_ascii_case(name)) {
        return Ok(place(found));
    }
    let hint = did_you_mean(&nearest(name, names()));
    Err(Error::invalid(
        pointer,
        format!("there is no {what} `{name}`{hint}"),
    ))
}

/// A global choice.
pub(super) const CHOICE: (&str, &str, &str) =
    ("GlobalOptionSetDefinitions", "Name", "global choice");

/// A relationship.
pub(super) const RELATIONSHIP: (&str, &str, &str) =
    ("RelationshipDefinitions", "SchemaName", "relationship");

/// A key of a table.
pub(super) async fn key<T: Transport>(
    session: &Session<T>,
    table: &Table,
    name: &str,
) -> Result<(String, Map<String, Value>), Error> {
    let place = format!("{}/Keys", of_table(table));
    let keys = list(session, &place, "", true).await?;
    let wanted = name.trim();
    let is = |key: &&Map<String, Value>| {
        ["LogicalName", "SchemaName", "MetadataId"]
            .iter()
            .any(|part| text(key, part).is_some_and(|text| text.eq_ignore_ascii_case(wanted)))
    };
    let Some(key) = keys.iter().find(is) else {
        let names = keys.iter().filter_map(|key| text(key, "LogicalName"));
        let hint = did_you_mean(&nearest(wanted, names));
        return Err(Error::invalid(
            "/name",
            format!("{} has no key `{wanted}`{hint}", table.name),
        ));
    };
    let name = text(key, "LogicalName").unwrap_or(wanted);
    Ok((
        format!("{place}(LogicalName={})", quote_for_url(name)),
        key.clone(),
    ))
}
