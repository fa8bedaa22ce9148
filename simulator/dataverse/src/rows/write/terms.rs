//! Headers that say on which terms a write happens: into which solution it goes, and what custom logic it passes by.
//!
//! Layer: write (reference §1.3). There is no custom logic here, so passing it by changes nothing; the right to do so is
//! asked for all the same. No source gives the code for an unknown solution nor the ids of the privileges (unverified).

use http::{Method, StatusCode};
use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::{Origin, StoreError};
use crate::schema::Table;

/// The solution that what is written belongs to.
const SOLUTION: &str = "mscrm.solutionuniquename";

/// Headers that pass custom logic by, and the privilege that each needs.
const BYPASSES: [(&str, &str); 3] = [
    (
        "mscrm.bypasscustompluginexecution",
        "prvBypassCustomPlugins",
    ),
    (
        "mscrm.bypassbusinesslogicexecution",
        "prvBypassCustomBusinessLogic",
    ),
    (
        "mscrm.bypassbusinesslogicexecutionstepids",
        "prvBypassCustomBusinessLogic",
    ),
];

/// The role that has these privileges.
const ADMINISTRATOR: &str = "System Administrator";

/// Tables whose rows are components of solutions, with their component type.
const COMPONENTS: [(&str, i64); 6] = [
    ("role", 20),
    ("savedquery", 26),
    ("workflow", 29),
    ("template", 36),
    ("duplicaterule", 44),
    ("connectionrole", 63),
];

/// Checks the terms of a request. Reads have none.
///
/// # Errors
/// 400 for a solution that does not exist, 403 for who may not pass custom logic by.
pub fn check(context: &OrgContext<'_>, request: &ODataRequest) -> Result<(), SimError> {
    if matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    if let Some(name) = request.header(SOLUTION) {
        solution(context, name)?;
    }
    for (header, privilege) in BYPASSES {
        let Some(value) = request.header(header) else {
            continue;
        };
        understood(header, value)?;
        if !value.trim().is_empty() && !value.eq_ignore_ascii_case("false") {
            require(context, privilege)?;
        }
    }
    Ok(())
}

/// Puts a row into the solution that the request names, where its table can be a part of one.
///
/// # Errors
/// When the store fails.
pub fn include_row(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    let kind = COMPONENTS
        .iter()
        .find(|(name, _)| *name == table.logical_name);
    match kind {
        Some((_, kind)) => include(context, request, *kind, id, false),
        None => Ok(()),
    }
}

/// Puts a component into the solution that the request names, unless it is there.
///
/// # Errors
/// When the store fails.
pub fn include(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    kind: i64,
    id: Uuid,
    is_metadata: bool,
) -> Result<(), SimError> {
    let Some(name) = request.header(SOLUTION) else {
        return Ok(());
    };
    let Some(solution) = solution(context, name)? else {
        return Ok(());
    };
    let rows = &context.organisation.rows;
    let known: Option<i64> = rows.database().read(|connection| {
        Ok::<_, StoreError>(
            connection
                .prepare_cached(
                    "SELECT 1 FROM solutioncomponent WHERE solutionid = ? AND objectid = ?",
                )?
                .query_row([guid(solution), guid(id)], |row| row.get(0))
                .optional()?,
        )
    })?;
    if known.is_some() {
        return Ok(());
    }
    let origin = Origin {
        caller: context.caller,
        now: context.now,
    };
    let solution = Cell::Lookup {
        table: "solution".into(),
        id: solution,
    };
    rows.bulk_insert(
        &context.schema,
        &origin,
        "solutioncomponent",
        &[
            "solutionid",
            "objectid",
            "componenttype",
            "ismetadata",
            "rootcomponentbehavior",
        ],
        &mut std::iter::once(vec![
            solution,
            Cell::Guid(id),
            Cell::Integer(kind),
            Cell::Bool(is_metadata),
            Cell::Integer(0),
        ]),
    )?;
    Ok(())
}

/// The solution of this unique name. `None` in an organisation without solutions, which was made from other metadata.
fn solution(context: &OrgContext<'_>, name: &str) -> Result<Option<Uuid>, SimError> {
    let has = |table: &str, column: &str| {
        let table = context.schema.table(table);
        table.is_some_and(|table| table.column(column).is_some())
    };
    if !has("solution", "uniquename") || !has("solutioncomponent", "objectid") {
        return Ok(None);
    }
    let database = context.organisation.rows.database();
    let found = database.read(|connection| {
        Ok::<_, StoreError>(
            connection
                .prepare_cached("SELECT solutionid FROM solution WHERE uniquename = ?")?
                .query_row([name.trim()], |row| Ok(as_guid(row.get_ref(0)?)))
                .optional()?
                .flatten(),
        )
    })?;
    match found {
        Some(id) => Ok(Some(id)),
        None => Err(SimError::new(
            StatusCode::BAD_REQUEST,
            "0x80040203",
            format!("The solution with unique name '{name}' does not exist."),
        )),
    }
}

/// Checks the value of a header that passes custom logic by.
fn understood(header: &str, value: &str) -> Result<(), SimError> {
    let mut parts = value.split(',').map(str::trim);
    let fits = match header {
        "mscrm.bypassbusinesslogicexecution" => {
            parts.all(|part| matches!(part, "CustomSync" | "CustomAsync"))
        }
        "mscrm.bypassbusinesslogicexecutionstepids" => {
            parts.all(|part| Uuid::try_parse(part).is_ok())
        }
        _ => parts
            .all(|part| part.eq_ignore_ascii_case("true") || part.eq_ignore_ascii_case("false")),
    };
    match fits {
        true => Ok(()),
        false => Err(SimError::invalid_argument(format!(
            "The value '{value}' of the header '{header}' is not valid."
        ))),
    }
}

/// Asks for a privilege that only administrators have. While impersonating, both users need it.
fn require(context: &OrgContext<'_>, privilege: &str) -> Result<(), SimError> {
    let caller = context.caller;
    for user in std::iter::once(caller.user_id).chain(caller.on_behalf_of) {
        let roles = context.organisation.rows.roles(user)?;
        if !roles.iter().any(|role| role == ADMINISTRATOR) {
            let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, privilege.as_bytes());
            return Err(SimError::new(
                StatusCode::FORBIDDEN,
                "0x80040220",
                format!(
                    "Principal user (Id={user}, type=8) is missing {privilege} privilege (Id={id}) on OTC=0 for entity \
                     ''. context.Caller={user}."
                ),
            ));
        }
    }
    Ok(())
}
