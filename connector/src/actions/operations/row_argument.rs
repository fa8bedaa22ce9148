//! A row as a parameter: one that exists, pointed at in any way, or a new one by its columns.

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use crate::{
    columns::{reference::understood, words::shown},
    operations::{find::short, model::Kind},
    tables::Table,
    webapi::RowId,
};

impl<T: Transport> Arguments<'_, T> {
    /// A row of `of` or of a table that descends from it.
    pub(super) async fn row(&self, of: &str, value: &Value, place: &str) -> Result<Value, Error> {
        let typed = typed(value);
        if let Some((name, object)) = typed {
            let table = self.session.table(name, place).await?;
            self.fits(&table, of, place)?;
            return match own_id(&table, object) {
                Some(id) => Ok(self.pointing(&table, id)),
                None => self.columns(&table, object, place).await,
            };
        }
        let own = (!self.operations.is_abstract(of)).then_some(of);
        if let Some(reference) = understood(value, self.session.client().base(), place)? {
            let Some(name) = reference.table.as_deref().or(own) else {
                return Err(Error::invalid(place, self.which_table(of)));
            };
            let table = self.session.table(name, place).await?;
            self.fits(&table, of, place)?;
            let id = self.session.id_of(&table, &reference.key, place).await?;
            return Ok(self.pointing(&table, id));
        }
        match (value, own) {
            (Value::Object(object), Some(own)) => {
                let table = self.session.table(own, place).await?;
                self.columns(&table, object, place).await
            }
            (Value::Object(_), None) => Err(Error::invalid(place, self.which_table(of))),
            _ => {
                let example = own.unwrap_or_else(|| example(of));
                Err(Error::invalid(
                    place,
                    format!(
                        "{} does not point at a row: write {{\"table\": \"{example}\", \"id\": \"<GUID>\"}}, `{example}(<GUID>)`, or the columns of a new row",
                        shown(value)
                    ),
                ))
            }
        }
    }

    fn which_table(&self, of: &str) -> String {
        let example = example(of);
        format!(
            "a row of which table? Say it, as in {{\"table\": \"{example}\", \"id\": \"<GUID>\"}} or {{\"@odata.type\": \"{}.{example}\", …}}",
            self.operations.namespace
        )
    }

    fn fits(&self, table: &Table, of: &str, place: &str) -> Result<(), Error> {
        if self.operations.is_a(table.name.as_str(), of) {
            return Ok(());
        }
        let wanted = match of {
            "principal" => "a user or a team (systemuser, team)".to_owned(),
            of => format!("a row of {of}"),
        };
        Err(Error::invalid(
            place,
            format!("{wanted} is needed here, not one of {}", table.name),
        ))
    }

    /// How the call points at a row that exists.
    fn pointing(&self, table: &Table, id: RowId) -> Value {
        match self.kind {
            Kind::Function => json!({ "@odata.id": format!("{}({id})", table.set) }),
            Kind::Action => {
                json!({ "@odata.type": self.type_of(table), table.primary_id.as_str(): id.to_string() })
            }
        }
    }

    async fn columns(
        &self,
        table: &Table,
        object: &Map<String, Value>,
        place: &str,
    ) -> Result<Value, Error> {
        let mut row = self.session.row_as_given(table, object, place).await?;
        let name = "@odata.type".to_owned();
        row.insert(name, Value::from(self.type_of(table)));
        Ok(Value::Object(row))
    }

    fn type_of(&self, table: &Table) -> String {
        format!("{}.{}", self.operations.namespace, table.name)
    }
}

/// A table of which a row would do.
fn example(of: &str) -> &'static str {
    match of {
        "principal" => "systemuser",
        _ => "account",
    }
}

/// An object that says its own table as the service does.
fn typed(value: &Value) -> Option<(&str, &Map<String, Value>)> {
    let object = value.as_object()?;
    let name = object.get("@odata.type")?.as_str()?;
    Some((short(name.trim_start_matches('#')), object))
}

/// The id in an object that says nothing else of its row; users and teams also go by `ownerid`.
fn own_id(table: &Table, object: &Map<String, Value>) -> Option<RowId> {
    let mut members = object.iter().filter(|(name, _)| !name.contains('@'));
    let (name, value) = members.next()?;
    let principal = matches!(table.name.as_str(), "systemuser" | "team");
    let known = *name == table.primary_id || principal && name == "ownerid";
    if !known || members.next().is_some() {
        return None;
    }
    value.as_str()?.parse().ok()
}
