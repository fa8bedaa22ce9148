//! RetrieveDependenciesForDelete and RetrieveDependentComponents: what needs a component of a solution.
//!
//! Layer: operations (reference §9.3).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::SimError;
use crate::metadata::dependents;
use crate::operations::arguments::required;
use crate::operations::declaration::{ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::seed::ACTIVE_SOLUTION;

/// `dependencytype` of what is in force.
const PUBLISHED: i32 = 2;

pub(super) fn operations() -> Vec<Operation> {
    let function = |name| {
        Operation::function(name, dependencies)
            .takes("ObjectId", ValueType::Guid)
            .takes("ComponentType", ValueType::Int32)
            .gives_many(row("dependency"))
    };
    vec![
        function("RetrieveDependenciesForDelete"),
        function("RetrieveDependentComponents"),
    ]
}

/// The rows are computed: definitions keep no list of who needs them.
fn dependencies(call: &Call<'_>) -> Result<Answer, SimError> {
    let table = call.table("dependency")?;
    let id = call.arguments.required_guid("ObjectId")?;
    let kind = call.arguments.integer("ComponentType");
    let kind = kind.ok_or_else(|| required("ComponentType"))?;
    let found = dependents(&call.context.schema.parts(), kind, id);
    let (needed, dependents) =
        found.ok_or_else(|| SimError::row_not_found("solutioncomponent", id))?;
    let rows = dependents.into_iter().map(|dependent| {
        let pair = format!("{id}/{}", dependent.id);
        json!({
            "dependencyid": Uuid::new_v5(&Uuid::NAMESPACE_OID, pair.as_bytes()),
            "dependencytype": PUBLISHED,
            "dependentcomponenttype": dependent.kind,
            "dependentcomponentobjectid": dependent.id,
            "dependentcomponentparentid": dependent.parent,
            "dependentcomponentbasesolutionid": ACTIVE_SOLUTION,
            "requiredcomponenttype": needed.kind,
            "requiredcomponentobjectid": needed.id,
            "requiredcomponentparentid": needed.parent,
            "requiredcomponentbasesolutionid": ACTIVE_SOLUTION,
            "requiredcomponentintroducedversion": Value::Null,
        })
    });
    Ok(Answer::Rows(table.entity_set_name.clone(), rows.collect()))
}
