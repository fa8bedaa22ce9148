//! Change tracking: what happened to the rows of a table since a caller last asked.
//!
//! Layer: beside [`rows`](crate::rows), whose reading it uses (reference §5). Nothing is kept per caller: the cursor is the row
//! version, which every write raises, and deletions are remembered in a table of their own. Writing costs nothing more.

mod delta;
mod expiry;
mod load;
mod page;
mod place;
mod question;
mod token;

use http::StatusCode;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::schema::Table;
use crate::security::{Access, require_global};

use question::Question;

/// Whether a request asks for changes, or goes on with an answer about changes. Every query for rows passes here, so that it
/// looks no closer than it must.
pub fn concerns(request: &ODataRequest) -> bool {
    let tracks = |query: &str| {
        query.contains("deltatoken")
            || (query.contains("istracking")
                && (query.contains("True%22") || query.contains("True\"")))
    };
    request.preferences.track_changes || request.query.as_deref().is_some_and(tracks)
}

/// Answers `GET` on an entity set: all rows with a delta link, or what changed since one.
///
/// # Errors
/// 403 for callers who cannot read the table in the whole organisation, 400 for tables without change tracking, for query options that do not go with it and for tokens that have expired.
pub fn get(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
) -> Result<Response, SimError> {
    check_enabled(context, table)?;
    require_global(context, table, Access::Read)?;
    let question = Question::read(request)?;
    if let Some(since) = &question.since {
        expiry::check(context, table, since)?;
    }
    match question.since {
        None => load::answer(context, request, table, &question),
        Some(_) => delta::answer(context, request, table, &question),
    }
}

/// Answers `…/$count?$deltatoken=…`: how many changes there are.
///
/// # Errors
/// As [`get`].
pub fn count(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    table: &Table,
) -> Result<Response, SimError> {
    check_enabled(context, table)?;
    require_global(context, table, Access::Read)?;
    let question = Question::read(request)?;
    let Some(since) = &question.since else {
        return Err(SimError::bad_url(
            "The query parameter $deltatoken is required to count changes.",
        ));
    };
    expiry::check(context, table, since)?;
    let total = delta::count(context, table, since)?;
    Ok(Response::of_type(
        StatusCode::OK,
        "text/plain",
        format!("\u{feff}{total}"),
    ))
}

/// Refuses tables that do not track changes, and links between tables of which one does not.
fn check_enabled(context: &OrgContext<'_>, table: &Table) -> Result<(), SimError> {
    let refused = |code, detail: &str| {
        let message = format!("Entity {} {detail}", table.logical_name);
        Err(SimError::new(StatusCode::BAD_REQUEST, code, message))
    };
    if !table.change_tracking {
        return refused("0x80072491", "isn't enabled for change tracking.");
    }
    let mut links = context.schema.many_to_many().iter();
    let ends = links.find(|link| link.intersect == table.logical_name);
    let tracked = |name: &str| {
        context
            .schema
            .table(name)
            .is_none_or(|end| end.change_tracking)
    };
    if ends.is_some_and(|link| !tracked(&link.first.table) || !tracked(&link.second.table)) {
        // The text is this simulator's; no source gives one.
        return refused(
            "0x80072492",
            "isn't enabled for change tracking: one of the entities that it links isn't.",
        );
    }
    Ok(())
}
