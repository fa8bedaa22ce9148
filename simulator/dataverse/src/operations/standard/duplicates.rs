//! RetrieveDuplicates: which rows the published rules call duplicates of a row, stored or not.
//!
//! Layer: operations (reference §2.7, §6.2).

use serde_json::Value;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::{Members, members, to_body};
use crate::operations::declaration::{ANY, ValueType, object};
use crate::operations::operation::Operation;
use crate::operations::reference::key;
use crate::operations::{Answer, Call};
use crate::rows::key::RowKey;
use crate::rows::storage::draft::Draft;
use crate::rows::write::duplicates::find;
use crate::schema::{Table, TableParts};

/// Rows of a page when the caller does not say.
const PAGE: usize = 5_000;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("RetrieveDuplicates", duplicates)
            .takes("BusinessEntity", ANY)
            .takes("MatchingEntityName", ValueType::String)
            .may_take("PagingInfo", object("PagingInfo"))
            .gives_many(ANY),
    ]
}

fn duplicates(call: &Call<'_>) -> Result<Answer, SimError> {
    let given = members(call.arguments.required("BusinessEntity")?)?;
    let table = call.table_of(&given, Some(&ANY))?;
    let name = call.arguments.required_text("MatchingEntityName")?;
    let matching = call.context.schema.table(&name).ok_or_else(|| {
        SimError::invalid_argument(format!(
            "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
        ))
    })?;
    let (own, draft) = as_stored(call, table, &given)?;
    let database = call.context.organisation.rows.database();
    let mut found = database.read(|connection| {
        find(
            &call.context.schema,
            connection,
            table,
            &draft,
            own,
            matching,
        )
    })?;
    found.sort_unstable();
    let (first, count) = page(call)?;
    let rows = found
        .into_iter()
        .skip(first)
        .take(count)
        .map(|id| {
            let row = call.read(matching, id, "")?;
            let mut row = serde_json::to_value(row).map_err(SimError::unexpected)?;
            if let Value::Object(members) = &mut row {
                members.shift_remove("@odata.context");
                let kind = format!("#Microsoft.Dynamics.CRM.{}", matching.logical_name);
                members.shift_insert(0, "@odata.type".to_owned(), kind.into());
            }
            Ok(row)
        })
        .collect::<Result<Vec<_>, SimError>>()?;
    Ok(Answer::Rows(matching.entity_set_name.clone(), rows))
}

/// The first row of the page that is asked for, and how many there are on it.
fn page(call: &Call<'_>) -> Result<(usize, usize), SimError> {
    let Some(paging) = call.arguments.object("PagingInfo")? else {
        return Ok((0, PAGE));
    };
    let number = |name: &str| {
        let value = paging.get(name)?.get();
        value.parse::<usize>().ok().filter(|number| *number > 0)
    };
    let count = number("Count").unwrap_or(PAGE).min(PAGE);
    let page = number("PageNumber").unwrap_or(1);
    Ok(((page - 1).saturating_mul(count), count))
}

/// The row with all that storing it would derive, such as full names. It is stored for a moment and then never was.
fn as_stored(
    call: &Call<'_>,
    table: &Table,
    given: &Members,
) -> Result<(Option<Uuid>, Draft), SimError> {
    let body = to_body(&writable(table, given));
    let mut seen = None;
    let database = call.context.organisation.rows.database();
    let existing = match key(table, given) {
        Some(id) => database.read(|connection| RowKey::Id(id).find(connection, table))?,
        None => None,
    };
    let outcome: Result<(), SimError> = call.atomically(|| {
        let id = match existing {
            Some(id) => {
                call.change(table, id, body)?;
                id
            }
            None => call.create(table, body)?,
        };
        seen = Some(call.draft(table, id)?);
        Err(undone())
    });
    match (seen, outcome) {
        (Some(draft), _) => Ok((existing, draft)),
        (None, Err(refusal)) => Err(refusal),
        (None, Ok(())) => Err(undone()),
    }
}

/// Ends a change that is not to be; nobody gets to read it.
fn undone() -> SimError {
    SimError::unexpected("a trial was not undone")
}

/// What of a row, perhaps as it was read, can be written.
fn writable(table: &TableParts, given: &Members) -> Members {
    given
        .iter()
        .filter(|(name, _)| {
            if let Some((_, annotation)) = name.split_once('@') {
                return annotation == "odata.bind";
            }
            let mut columns = table.columns.iter();
            columns.any(|column| {
                column.logical_name == **name
                    && column.valid_for_create
                    && !column.is_lookup()
                    && column.logical_name != table.primary_id
            })
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
