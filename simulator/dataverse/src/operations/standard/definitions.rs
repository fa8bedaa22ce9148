//! RetrieveMetadataChanges: definitions by query, and what became of them.
//!
//! Layer: operations.

use crate::http::SimError;
use crate::metadata;
use crate::operations::declaration::{Parameter, ValueType, choice, object};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("RetrieveMetadataChanges", changes)
            .may_take("Query", object("EntityQueryExpression"))
            .may_take("DeletedMetadataFilters", choice("DeletedMetadataFilters"))
            .may_take("ClientVersionStamp", ValueType::String)
            .may_take("AppModuleId", ValueType::Guid)
            .may_take("RetrieveAllSettings", ValueType::Boolean)
            .gives(vec![
                Parameter::many("EntityMetadata", object("ComplexEntityMetadata")),
                Parameter::one("ServerVersionStamp", ValueType::String),
                Parameter::one("DeletedMetadata", object("DeletedMetadataCollection")),
            ]),
    ]
}

/// Apps and settings narrow nothing here: every table belongs to every app.
fn changes(call: &Call<'_>) -> Result<Answer, SimError> {
    let deleted = call.arguments.text("DeletedMetadataFilters");
    let stamp = call.arguments.text("ClientVersionStamp");
    metadata::changes(
        call.context,
        call.arguments.raw("Query"),
        deleted.as_deref(),
        stamp.as_deref(),
    )
    .map(Answer::Members)
}
