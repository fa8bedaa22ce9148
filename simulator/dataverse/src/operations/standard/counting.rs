//! RetrieveTotalRecordCount: how many rows tables have, without the cap of `$count`.
//!
//! Layer: operations. The service answers from a snapshot that is up to a day old; this one counts.

use http::StatusCode;
use serde_json::json;

use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType, object};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("RetrieveTotalRecordCount", total)
            .takes_many("EntityNames", ValueType::String)
            .gives(vec![Parameter::one(
                "EntityRecordCountCollection",
                object("EntityRecordCountCollection"),
            )]),
    ]
}

fn total(call: &Call<'_>) -> Result<Answer, SimError> {
    call.arguments.required("EntityNames")?;
    let names = call.arguments.texts("EntityNames");
    let schema = &call.context.schema;
    let counts: Vec<u64> = names
        .iter()
        .map(|name| {
            schema.table(name).ok_or_else(|| no_table(name))?;
            Ok(call.context.organisation.rows.count(schema, name)?)
        })
        .collect::<Result<_, SimError>>()?;
    Ok(Answer::Members(json!({
        "EntityRecordCountCollection": {
            "Count": names.len(),
            "IsReadOnly": false,
            "Keys": names,
            "Values": counts,
        }
    })))
}

/// A logical name that no table has.
fn no_table(name: &str) -> SimError {
    SimError::new(
        StatusCode::NOT_FOUND,
        "0x80060888",
        format!(
            "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
        ),
    )
}
