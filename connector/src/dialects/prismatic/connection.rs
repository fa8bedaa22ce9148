//! Whom the connection speaks as.

use airlock_connector::dialect::{Answer, Operation, Part};

use super::{CONNECTION_KEY, SYSTEM};

pub(crate) const CONNECTION: &[Operation] = &[Operation {
    system: SYSTEM,
    name: "getCurrentUser",
    action: "get-current-user",
    title: "Get Current User",
    description: "Gives the ids of the user, of its business unit and of the organisation.",
    keys: &[CONNECTION_KEY],
    always: &[],
    gives: Answer::Object(&[
        Part::of("BusinessUnitId", "business-unit-id"),
        Part::of("UserId", "user-id"),
        Part::of("OrganizationId", "organization-id"),
    ]),
    examples: &["{}"],
}];
