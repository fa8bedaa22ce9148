//! Callback registrations, which Power Automate's trigger uses: which of them an event concerns, and what they are told.
//!
//! Layer: events (reference §12.5, §12.6).

use http::{HeaderMap, HeaderValue, Method};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::{Delivery, OrgContext};
use crate::rows::read::node::{FORMATTED, LOOKUP_TABLE};
use crate::rows::storage::draft::{Draft, load};
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::event::{Event, Message};
use crate::rows::storage::moment::parse_moment;
use crate::rows::{self, Cell, StoreError};
use crate::schema::Table;

const TABLE: &str = "callbackregistration";

/// What an event means for each registration that it concerns.
///
/// # Errors
/// When the store fails.
pub(super) fn deliveries(
    context: &OrgContext<'_>,
    event: &Event,
) -> Result<Vec<Delivery>, SimError> {
    let schema = &context.schema;
    let (Some(registrations), Some(table)) = (schema.table(TABLE), schema.table(&event.table))
    else {
        return Ok(Vec::new());
    };
    let database = context.organisation.rows.database();
    let found = database.read(|connection| {
        let sql = "SELECT \"callbackregistrationid\" FROM \"callbackregistration\" WHERE \"entityname\" = ?";
        let mut statement = connection.prepare_cached(sql)?;
        let ids = statement.query_map([&event.table], |row| Ok(as_guid(row.get_ref(0)?)))?;
        let mut found = Vec::new();
        for id in ids {
            let id = id?.unwrap_or_default();
            found.extend(load(connection, registrations, id)?.map(|(draft, _)| (id, draft)));
        }
        Ok::<_, StoreError>(found)
    })?;
    let mut deliveries = Vec::new();
    for (id, draft) in found {
        let registration = Registration {
            id,
            draft,
            table: registrations,
        };
        deliveries.extend(registration.delivery(context, event, table)?);
    }
    Ok(deliveries)
}

struct Registration<'a> {
    id: Uuid,
    draft: Draft,
    table: &'a Table,
}

impl Registration<'_> {
    fn number(&self, column: &str) -> i64 {
        match self.draft.named(self.table, column) {
            Cell::Integer(number) => *number,
            _ => 0,
        }
    }

    fn text(&self, column: &str) -> Option<&str> {
        let text = self.draft.text(self.table, column)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn delivery(
        &self,
        context: &OrgContext<'_>,
        event: &Event,
        table: &Table,
    ) -> Result<Option<Delivery>, SimError> {
        let Some(url) = self.text("url") else {
            return Ok(None);
        };
        let row = event.after.as_ref().or(event.before.as_ref());
        let Some(row) = row else {
            return Ok(None);
        };
        if !tells(self.number("message"), event.message)
            || !self.reaches(context, table, row)?
            || !filtering(self.text("filteringattributes"), event)
            || !self.fits(context, event, table)?
        {
            return Ok(None);
        }
        let body = match event.message {
            Message::Delete => gone(table, event.id),
            _ => match told(context, table, event.id)? {
                Some(body) => body,
                // It is gone by now.
                None => return Ok(None),
            },
        };
        let due = self.text("postponeuntil").and_then(parse_moment);
        Ok(Some(Delivery {
            id: Uuid::new_v4(),
            registration: self.id,
            is_webhook: false,
            url: url.to_owned(),
            headers: Vec::new(),
            body: self.finished(body, event, table, row).to_string(),
            due: due.map_or(context.now, |due| due.max(context.now)),
        }))
    }

    /// Whether the scope reaches a row, from the registration's owner on.
    fn reaches(
        &self,
        context: &OrgContext<'_>,
        table: &Table,
        row: &Draft,
    ) -> Result<bool, SimError> {
        const EVERYWHERE: i64 = 4;
        let scope = self.number("scope");
        let owner = |of: &Draft, table: &Table| of.named(table, "ownerid").id();
        let unit = |of: &Draft, table: &Table| of.named(table, "owningbusinessunit").id();
        let (own, rows_unit) = (unit(&self.draft, self.table), unit(row, table));
        Ok(match scope {
            EVERYWHERE => true,
            1 => owner(row, table).is_some() && owner(row, table) == owner(&self.draft, self.table),
            2 => rows_unit.is_some() && rows_unit == own,
            3 => match (own, rows_unit) {
                (Some(own), Some(unit)) => is_below(context, unit, own)?,
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether the saved row fulfils the filter. A filter that makes no sense is never fulfilled.
    fn fits(
        &self,
        context: &OrgContext<'_>,
        event: &Event,
        table: &Table,
    ) -> Result<bool, SimError> {
        let Some(filter) = self.text("filterexpression") else {
            return Ok(true);
        };
        if event.message == Message::Delete {
            return Ok(true);
        }
        let filter = format!("({filter}) and {} eq {}", table.primary_id, event.id);
        let filter = utf8_percent_encode(&filter, NON_ALPHANUMERIC);
        let query = format!("$select={}&$filter={filter}", table.primary_id);
        let request = request(table.entity_set_name.clone(), Some(query));
        let Ok(answer) = rows::handle(context, &request) else {
            return Ok(false);
        };
        let body: Value = serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
        let rows = body.get("value").and_then(Value::as_array);
        Ok(rows.is_some_and(|rows| !rows.is_empty()))
    }

    fn finished(
        &self,
        mut body: Map<String, Value>,
        event: &Event,
        table: &Table,
        row: &Draft,
    ) -> Value {
        let user = |cell: &Cell| match cell {
            Cell::Lookup { table, id } if table == "systemuser" => Some(*id),
            _ => None,
        };
        let own = user(self.draft.named(self.table, "ownerid"));
        let as_whom = match self.number("runas") {
            2 => user(row.named(table, "ownerid")).or(own),
            3 => own,
            _ => Some(event.caller.user_id),
        };
        body.insert("ItemInternalId".to_owned(), json!(event.id));
        body.insert("SdkMessage".to_owned(), json!(event.message.name()));
        body.insert("RunAsSystemUserId".to_owned(), json!(as_whom));
        if let Some(version) = body.get("versionnumber").cloned() {
            body.insert("RowVersion".to_owned(), json!(version.to_string()));
        }
        Value::Object(body)
    }
}

/// Whether a registration's `message` is about what was done.
fn tells(wanted: i64, message: Message) -> bool {
    match message {
        Message::Create => matches!(wanted, 1 | 4 | 5 | 7),
        Message::Delete => matches!(wanted, 2 | 5 | 6 | 7),
        Message::Update => matches!(wanted, 3 | 4 | 6 | 7),
    }
}

/// Whether an update wrote one of the columns, changed or not. Columns narrow nothing but updates.
pub(super) fn filtering(columns: Option<&str>, event: &Event) -> bool {
    let Some(columns) = columns.filter(|_| event.message == Message::Update) else {
        return true;
    };
    let mut columns = columns.split(',').map(str::trim);
    columns.any(|column| event.given.iter().any(|given| given == column))
}

/// Whether a business unit is another or lies below it.
fn is_below(context: &OrgContext<'_>, unit: Uuid, above: Uuid) -> Result<bool, SimError> {
    const SQL: &str = "\
WITH RECURSIVE up(id) AS (SELECT ?1 UNION SELECT b.\"parentbusinessunitid\" FROM \"businessunit\" AS b JOIN up \
ON b.\"businessunitid\" = up.id WHERE b.\"parentbusinessunitid\" IS NOT NULL) SELECT EXISTS (SELECT 1 FROM up WHERE id = ?2)";
    let database = context.organisation.rows.database();
    database.read(|connection| {
        let mut statement = connection.prepare_cached(SQL)?;
        Ok(statement.query_row([guid(unit), guid(above)], |row| row.get(0))?)
    })
}

fn request(path: String, query: Option<String>) -> ODataRequest {
    let mut headers = HeaderMap::new();
    let all = HeaderValue::from_static("odata.include-annotations=\"*\"");
    headers.insert("prefer", all);
    ODataRequest::new(Method::GET, path, query, headers, bytes::Bytes::new())
}

fn gone(table: &Table, id: Uuid) -> Map<String, Value> {
    Map::from_iter([(table.primary_id.clone(), json!(id))])
}

/// A row as the connector tells it; `None` when there is none.
fn told(
    context: &OrgContext<'_>,
    table: &Table,
    id: Uuid,
) -> Result<Option<Map<String, Value>>, SimError> {
    let request = request(format!("{}({id})", table.entity_set_name), None);
    let Ok(answer) = rows::handle(context, &request) else {
        return Ok(None);
    };
    let row: Map<String, Value> =
        serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
    let mut body = Map::new();
    for (name, value) in &row {
        let Some(column) = table.property(name).filter(|_| !value.is_null()) else {
            continue;
        };
        body.insert(name.clone(), value.clone());
        let beside = |annotation: &str| row.get(&format!("{name}@{annotation}"));
        if column.is_lookup() {
            let target = beside(LOOKUP_TABLE)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let set = context
                .schema
                .table(target)
                .map(|table| &table.entity_set_name);
            body.insert(format!("_{}_type", column.logical_name), json!(set));
            body.insert(format!("{name}@{LOOKUP_TABLE}"), json!(target));
        } else if column.options().is_some() {
            let label = beside(FORMATTED).cloned().unwrap_or_default();
            body.insert(format!("_{name}_label"), label);
        }
    }
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_type_is_about_what_its_name_says() {
        use Message::{Create, Delete, Update};
        for (wanted, messages) in [
            (1, &[Create][..]),
            (2, &[Delete]),
            (3, &[Update]),
            (4, &[Create, Update]),
            (5, &[Create, Delete]),
            (6, &[Update, Delete]),
            (7, &[Create, Update, Delete]),
            (0, &[]),
        ] {
            for message in [Create, Update, Delete] {
                assert_eq!(
                    tells(wanted, message),
                    messages.contains(&message),
                    "{wanted} {message:?}"
                );
            }
        }
    }
}
