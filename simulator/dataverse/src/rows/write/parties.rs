//! `PUT emails(id)/email_activity_parties`: the one collection that is replaced as a whole.
//!
//! Layer: write (reference §2.3).

use http::StatusCode;
use serde_json::value::RawValue;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::rows::storage::draft::load;
use crate::schema::Navigation;

use super::associate::End;
use super::erase::erase;
use super::errors;
use super::maker::Maker;
use super::participation::{self, PARTY};
use super::payload::Members;
use super::pointing::pointing;
use super::request_facts::facts;
use super::store::store;

/// Whether a navigation property leads from an activity to who takes part in it.
pub fn leads_to_parties(navigation: &Navigation) -> bool {
    matches!(
        navigation,
        Navigation::OneToMany(relationship)
            if relationship.referencing == PARTY && relationship.referencing_attribute == "activityid"
    )
}

/// Answers `PUT` on the parties of an activity with a body of `{"value":[…]}`.
///
/// # Errors
/// 404 for no such activity, 400 for a body that lists no parties.
pub fn replace(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    end: &End<'_>,
) -> Result<Response, SimError> {
    let members = Members::parse(end.table, &request.body)?;
    let value = members
        .get("value")
        .ok_or_else(|| errors::unknown_property(end.table, "value"))?;
    let bodies: Vec<&RawValue> =
        serde_json::from_str(value.get()).map_err(|error| errors::not_json(end.table, error))?;
    let rows = &context.organisation.rows;
    rows.database().write(|write| {
        let found = load(write, end.table, end.id)?;
        let (draft, _) =
            found.ok_or_else(|| SimError::row_not_found(&end.table.logical_name, end.id))?;
        let parties = context
            .schema
            .table(PARTY)
            .ok_or_else(|| SimError::unknown_segment(PARTY))?;
        for party in pointing(context, write, end.navigation, parties, end.id)? {
            erase(context, write, parties, party)?;
        }
        let maker = Maker::new(context, request, write);
        for body in bodies {
            maker.child(end.table, end.id, end.navigation, body, 0)?;
        }
        // The activity changed with its parties.
        let facts = facts(context, write);
        store(write, &facts, end.table, end.id, draft, Vec::new())?;
        participation::complete(context, write, &facts, end.table, end.id)
    })?;
    Ok(Response::empty(StatusCode::NO_CONTENT))
}
