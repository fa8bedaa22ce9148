//! AddToQueue: work is put into a queue, or moves to another one.
//!
//! Layer: operations.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::http::SimError;
use crate::operations::declaration::{ANY, Parameter, ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("AddToQueue", add)
            .on(&["queue"])
            .takes("Target", ANY)
            .may_take("SourceQueue", row("queue"))
            .may_take("QueueItemProperties", row("queueitem"))
            .gives(vec![Parameter::one("QueueItemId", ValueType::Guid)]),
    ]
}

fn add(call: &Call<'_>) -> Result<Answer, SimError> {
    let (queues, queue) = call.row()?;
    let target = call.target("Target")?;
    let items = call.table("queueitem")?;
    if items
        .lookup("objectid", &target.table.logical_name)
        .is_none()
    {
        return Err(SimError::invalid_argument(format!(
            "The entity '{}' is not enabled for queues.",
            target.table.logical_name
        )));
    }
    let here = call
        .find(items, &[("objectid", target.id)])?
        .first()
        .copied();
    if let Some(source) = call.optional_target("SourceQueue")? {
        let waits = match here {
            Some(item) => matches!(
                call.draft(items, item)?.named(items, "queueid"),
                Cell::Lookup { id, .. } if *id == source.id
            ),
            None => false,
        };
        if !waits {
            return Err(SimError::invalid_argument(
                "The record isn't in the source queue.",
            ));
        }
    }
    let place = vec![
        (
            "queueid",
            Cell::Lookup {
                table: queues.logical_name.clone().into(),
                id: queue,
            },
        ),
        ("enteredon", Cell::Moment(call.context.now)),
    ];
    let id = match here {
        Some(item) => {
            call.overwrite(items, item, place)?;
            item
        }
        None => {
            let title = call
                .draft(target.table, target.id)?
                .text(target.table, &target.table.primary_name)
                .map_or(Cell::Null, |title| Cell::Text(title.to_owned()));
            let kind = Cell::Integer(target.table.object_type_code.into());
            let about = [
                ("title", title),
                ("objectid", target.cell()),
                ("objecttypecode", kind),
            ];
            call.insert(items, place.into_iter().chain(about).collect())?
        }
    };
    if let Some(properties) = call.arguments.raw("QueueItemProperties") {
        let mut properties: Value =
            serde_json::from_str(properties.get()).unwrap_or_else(|_| json!({}));
        if let Some(members) = properties.as_object_mut() {
            members.remove("@odata.type");
            members.remove(&items.primary_id);
        }
        call.change(items, id, Bytes::from(properties.to_string()))?;
    }
    Ok(Answer::Members(json!({ "QueueItemId": id })))
}
