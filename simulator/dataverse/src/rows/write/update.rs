//! Changes rows: `PATCH accounts(id)` in all its moods, and a single property by `PUT` or `DELETE`.
//!
//! Layer: write (reference §2.3, §2.4).

use http::StatusCode;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::options::{Address, Options};
use crate::rows::key::RowKey;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, load, position, update};
use crate::rows::{Cell, Origin};
use crate::schema::{ColumnKind, RequiredLevel, Table};
use crate::security::{Access, check_row};

use super::assign::Assignment;
use super::create::{created, no_content, refuse, representation};
use super::maker::{Maker, given_option, set_state};
use super::payload::{Members, Payload, Purpose};
use super::precondition::{Verdict, check_version, judge};
use super::recipe::Recipe;
use super::{assign, coerce, consequences, duplicates, errors, facts::Facts, rules, state, terms};

/// Answers `PATCH` on a row: update, or create when there is none and no header forbids it. `address` is the row's part of
/// the URL, which the answer repeats for an alternate key.
///
/// # Errors
/// Every refusal of an upsert, in the service's words.
pub fn patch(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    key: RowKey,
    address: &str,
) -> Result<Response, SimError> {
    refuse(table, "Update")?;
    let mut options = Options::parse(request.query.as_deref(), Address::Row)?;
    let members = Members::parse(table, &request.body)?;
    let rows = &context.organisation.rows;
    let answer = rows.database().write(|write| {
        let found = match key.find(write, table)? {
            Some(id) => load(write, table, id)?.map(|(draft, version)| (id, draft, version)),
            None => None,
        };
        let by_key = matches!(key, RowKey::Alternate(_)).then_some(address);
        match (
            judge(
                table,
                &request.conditions,
                found.as_ref().map(|(_, _, version)| *version),
            )?,
            found,
        ) {
            (Verdict::Update, Some((id, draft, _))) => {
                let mut payload = Payload::understand(table, &members, &Purpose::Update)?;
                // What the URL says about the row is no change to it.
                if let RowKey::Alternate(cells) = &key {
                    cells.iter().for_each(|(index, _)| payload.forget(*index));
                }
                apply(context, request, write, table, id, draft, payload)?;
                terms::include_row(context, request, table, id)?;
                if !request.preferences.return_representation {
                    return Ok(no_content(context, table, id, by_key));
                }
                // Documented: an update ignores `$expand`.
                options.expand = Vec::new();
                representation(context, request, write, table, id, &options, StatusCode::OK)
            }
            (Verdict::Create, _) => {
                let payload = Payload::understand(table, &members, &Purpose::Create)?;
                let id = Maker::new(context, request, write).create_addressed(
                    table,
                    key.clone(),
                    payload,
                )?;
                terms::include_row(context, request, table, id)?;
                created(context, request, write, table, id, &options, by_key)
            }
            _ => Err(key.not_found(table)),
        }
    })?;
    rows.written(table);
    Ok(answer)
}

/// Writes a payload over a row.
///
/// # Errors
/// Every refusal of an update.
pub fn apply(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    mut draft: Draft,
    payload: Payload<'_>,
) -> Result<(), SimError> {
    check_row(context, write, table, id, &draft, Access::Write)?;
    let binds = &payload.binds;
    if binds
        .iter()
        .any(|bind| bind.relationship.referencing_attribute == "ownerid")
    {
        check_row(context, write, table, id, &draft, Access::Assign)?;
    }
    let maker = Maker::new(context, request, write);
    let old_owner = draft.named(table, "ownerid").clone();
    let old_state = given_option(table, &draft, |kind| {
        matches!(kind, ColumnKind::State { .. })
    });
    let mut changed = Vec::new();
    let (mut given_state, mut given_status) = (None, None);
    for (index, cell) in payload.cells {
        let Some(column) = table.columns.get(index) else {
            continue;
        };
        if cell == Cell::Null && column.required == RequiredLevel::System {
            return Err(errors::required());
        }
        match (&column.kind, &cell) {
            (ColumnKind::State { .. }, Cell::Integer(value)) => {
                given_state = i32::try_from(*value).ok()
            }
            (ColumnKind::Status { .. }, Cell::Integer(value)) => {
                given_status = i32::try_from(*value).ok()
            }
            _ => {}
        }
        draft.set(index, cell);
        changed.push(index);
    }
    // A null towards one target must not undo a reference towards another in the same body.
    let (clear, set): (Vec<_>, Vec<_>) = payload
        .binds
        .into_iter()
        .partition(|bind| bind.address.is_none());
    for bind in clear {
        let required = table
            .column(&bind.relationship.referencing_attribute)
            .is_some_and(|column| column.required == RequiredLevel::System);
        if required
            && !set.iter().any(|other| {
                other.relationship.referencing_attribute == bind.relationship.referencing_attribute
            })
        {
            return Err(errors::required());
        }
        changed.extend(draft.set_named(
            table,
            &bind.relationship.referencing_attribute,
            Cell::Null,
        ));
    }
    for bind in set {
        let (target, target_id) = maker.target(
            table,
            bind.relationship,
            bind.address.as_deref().unwrap_or_default(),
        )?;
        refuse_loop(
            write,
            table,
            &bind.relationship.referencing_attribute,
            id,
            target,
            target_id,
            bind.relationship.is_hierarchical,
        )?;
        changed.extend(maker.point(table, &mut draft, bind.relationship, target, target_id));
    }
    if let Some((state, status)) = state::settle(table, id, given_state, given_status)? {
        state::refuse_closing(table, old_state, state)?;
        changed.extend(set_state(table, &mut draft, state, status));
    }
    if duplicates::wanted(request) {
        duplicates::check(&context.schema, write, table, &draft, Some((id, &changed)))?;
    }
    let owner = draft.named(table, "ownerid").clone();
    consequences::save(context, write, maker.facts(), table, id, draft, changed)?;
    if owner == old_owner {
        return Ok(());
    }
    let assignment = Assignment {
        from: &old_owner,
        to: &owner,
    };
    assign::cascade(context, write, table, id, assignment)
}

/// Stores a changed row with who changed it and when, and what is derived from the change.
///
/// # Errors
/// 412 for a violated key.
pub fn store(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    mut draft: Draft,
    mut changed: Vec<usize>,
) -> Result<(), SimError> {
    let caller = facts.origin.caller;
    let user = |id| Cell::Lookup {
        table: "systemuser".into(),
        id,
    };
    changed.extend(draft.set_named(table, "modifiedon", Cell::Moment(facts.origin.now)));
    changed.extend(draft.set_named(table, "modifiedby", user(caller.user_id)));
    changed.extend(draft.set_named(
        table,
        "modifiedonbehalfby",
        caller.on_behalf_of.map_or(Cell::Null, user),
    ));
    if let (Some(currency), Some(rate)) = (
        position(table, "transactioncurrencyid"),
        position(table, "exchangerate"),
    ) && changed.contains(&currency)
    {
        let cell = match draft.cell(currency) {
            Cell::Lookup { id, .. } => facts.exchange_rate(*id)?.map_or(Cell::Null, Cell::from),
            _ => Cell::Null,
        };
        draft.set(rate, cell);
        changed.push(rate);
    }
    changed.extend(rules::complete(table, &mut draft, Some(&changed), facts)?);
    changed.extend(Recipe::new(table).derive(&mut draft, facts)?);
    update(write, table, id, &draft, &changed, write.next_version())
        .map_err(|error| errors::from_insert(table, error))
}

/// Refuses to put a row below itself.
///
/// # Errors
/// 400 `0x80040387`.
pub fn refuse_loop(
    write: &Write<'_>,
    table: &Table,
    lookup: &str,
    id: Uuid,
    target: &Table,
    target_id: Uuid,
    hierarchical: bool,
) -> Result<(), SimError> {
    if !hierarchical || target.logical_name != table.logical_name {
        return Ok(());
    }
    let mut above = Some(target_id);
    // A chain longer than this is no hierarchy that people made.
    for _ in 0..1_000 {
        match above {
            None => return Ok(()),
            Some(current) if current == id => break,
            Some(current) => {
                above = match load(write, table, current)?
                    .map(|(draft, _)| draft.named(table, lookup).clone())
                {
                    Some(Cell::Lookup { id, .. }) => Some(id),
                    _ => None,
                };
            }
        }
    }
    Err(SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040387",
        "Creating this parental association would create a loop in this entity hierarchy.",
    ))
}

/// Answers `PUT accounts(id)/name` with a body of `{"value":…}`, and `DELETE accounts(id)/name` when `body` is `None`.
///
/// # Errors
/// 404 for no such row, 400 for a value that does not fit.
pub fn property(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
    name: &str,
    body: Option<&[u8]>,
) -> Result<Response, SimError> {
    refuse(table, "Update")?;
    let index = table
        .property_index(name)
        .ok_or_else(|| SimError::unknown_segment(name))?;
    let column = table
        .columns
        .get(index)
        .ok_or_else(|| SimError::unknown_segment(name))?;
    if column.is_lookup() {
        return Err(errors::lookup_value());
    }
    let cell = match body {
        None => Cell::Null,
        Some(body) => {
            let members = Members::parse(table, body)?;
            let value = members
                .get("value")
                .ok_or_else(|| errors::unknown_property(table, "value"))?;
            coerce::cell(table, column, value)?
        }
    };
    if !column.valid_for_update {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    }
    if cell == Cell::Null && column.required == RequiredLevel::System {
        return Err(errors::required());
    }
    let rows = &context.organisation.rows;
    rows.database().write(|write| {
        let found = load(write, table, id)?;
        let (draft, version) =
            found.ok_or_else(|| SimError::row_not_found(&table.logical_name, id))?;
        check_version(table, request.conditions.if_match.as_ref(), version)?;
        let payload = Payload {
            cells: vec![(index, cell)],
            ..Payload::default()
        };
        apply(context, request, write, table, id, draft, payload)
    })?;
    rows.written(table);
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// Facts for a write that belongs to a request.
pub fn facts<'w>(context: &'w OrgContext<'_>, write: &'w Write<'_>) -> Facts<'w> {
    Facts::new(
        &context.schema,
        Origin {
            caller: context.caller,
            now: context.now,
        },
        write,
    )
}
