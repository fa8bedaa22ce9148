//! A lookup by what its row is called: `{"find": "ada@contoso.com"}`.
//!
//! Names are not unique, so this is done only where it is asked for, and only one row will do.

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value};

use super::{
    owners::OWNERS,
    reference::choose,
    row::Writer,
    words::{any_of, shown},
};
use crate::{
    tables::{Lookup, Table},
    webapi::{RowId, literal::quote},
};

/// Whether the object asks for a row by what it is called.
pub(super) fn is_search(object: &Map<String, Value>) -> bool {
    let known = |name: &String| matches!(name.as_str(), "find" | "table");
    object.contains_key("find") && object.keys().all(known)
}

impl<T: Transport> Writer<'_, T> {
    /// The lookup and the address of the one row that is called so.
    pub(super) async fn found<'a>(
        &self,
        name: &str,
        targets: &[&'a Lookup],
        search: &Map<String, Value>,
        place: &str,
    ) -> Result<(&'a Lookup, String), Error> {
        let called = match search.get("find") {
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim(),
            other => {
                return Err(Error::invalid(
                    format!("{place}/find"),
                    format!(
                        "{} is not what a row is called: write its name, or the e-mail address of a user or team",
                        shown(other.unwrap_or(&Value::Null))
                    ),
                ));
            }
        };
        let (client, catalog) = (self.organisation.client, self.organisation.catalog);
        let candidates = self.candidates(name, targets, search, place).await?;
        let mut found: Vec<(&'a Lookup, String)> = Vec::new();
        for lookup in &candidates {
            let table = catalog.table(client, &lookup.target, place).await?;
            for id in self.called(&table, called, place).await? {
                found.push((lookup, format!("/{}({id})", table.set)));
            }
        }
        let rows: Vec<&str> = found
            .iter()
            .map(|(_, address)| address.trim_start_matches('/'))
            .collect();
        let message = match rows.as_slice() {
            [] => {
                let tables: Vec<&str> = candidates.iter().map(|one| one.target.as_str()).collect();
                format!("no row of {} is called `{called}`", any_of(&tables))
            }
            _ => format!(
                "more than one row is called `{called}` ({}): point at one of them by its id",
                rows.join(", ")
            ),
        };
        match (found.len(), found.pop()) {
            (1, Some(only)) => Ok(only),
            _ => Err(Error::invalid(place, message)),
        }
    }

    /// The lookups of the tables to look in: users and teams, or the one table there is or was said.
    async fn candidates<'a>(
        &self,
        name: &str,
        targets: &[&'a Lookup],
        search: &Map<String, Value>,
        place: &str,
    ) -> Result<Vec<&'a Lookup>, Error> {
        let of_owners = |lookup: &&Lookup| OWNERS.contains(&lookup.target.as_str());
        match search.get("table") {
            None | Some(Value::Null) if !targets.is_empty() && targets.iter().all(of_owners) => {
                Ok(targets.to_vec())
            }
            None | Some(Value::Null) => Ok(vec![choose(name, targets, None, place)?]),
            Some(Value::String(told)) => {
                let Self { organisation, .. } = self;
                let table = organisation.catalog.table(organisation.client, told, place);
                let table = table.await?;
                Ok(vec![choose(
                    name,
                    targets,
                    Some(table.name.as_str()),
                    place,
                )?])
            }
            Some(other) => Err(Error::invalid(
                format!("{place}/table"),
                format!("{} is not the name of a table", shown(other)),
            )),
        }
    }

    /// The ids of up to two rows of `table` that are called so.
    async fn called(&self, table: &Table, called: &str, place: &str) -> Result<Vec<RowId>, Error> {
        let columns: Vec<&str> = match (table.name.as_str(), called.contains('@')) {
            ("systemuser", true) => vec!["internalemailaddress", "domainname"],
            ("team", true) => vec!["emailaddress"],
            _ => table.primary_name.as_deref().into_iter().collect(),
        };
        if columns.is_empty() {
            return Err(Error::invalid(
                place,
                format!(
                    "rows of {} have no name: point at one by its id",
                    table.name
                ),
            ));
        }
        let literal = quote(called);
        let conditions: Vec<String> = columns
            .iter()
            .map(|column| format!("{column} eq {literal}"))
            .collect();
        let client = self.organisation.client;
        client
            .up_to_two(&table.rows(), &conditions.join(" or "))
            .await
    }
}
