//! Webhooks: the asynchronous steps that an event concerns, and the `RemoteExecutionContext` that each is sent.
//!
//! Layer: events (reference §12.1 to §12.4).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::{Delivery, OrgContext};
use crate::rows::storage::draft::{Draft, load};
use crate::rows::storage::encoding::as_guid;
use crate::rows::storage::event::{Event, Message};
use crate::rows::{Cell, StoreError};
use crate::schema::Table;

use super::callback::filtering;
use super::sdk::{dictionary, entity, moment, reference};
use super::settings::settings;

/// Steps of a message about a table that are enabled and lead to a webhook.
const STEPS: &str = "\
SELECT s.\"sdkmessageprocessingstepid\", s.\"eventhandler\" FROM \"sdkmessageprocessingstep\" AS s \
JOIN \"sdkmessagefilter\" AS f ON f.\"sdkmessagefilterid\" = s.\"sdkmessagefilterid\" \
JOIN \"sdkmessage\" AS m ON m.\"sdkmessageid\" = s.\"sdkmessageid\" \
JOIN \"serviceendpoint\" AS e ON e.\"serviceendpointid\" = s.\"eventhandler\" \
WHERE f.\"primaryobjecttypecode\" = ?1 AND m.\"name\" = ?2 AND s.\"statecode\" = 0 AND s.\"mode\" = 1 AND e.\"contract\" = 8 \
ORDER BY s.\"rank\"";
/// Images of a step.
const IMAGES: &str = "\
SELECT \"entityalias\", \"imagetype\", \"attributes\" FROM \"sdkmessageprocessingstepimage\" \
WHERE \"sdkmessageprocessingstepid\" = ?";
/// Bytes of a body beyond which the interesting parts are left out.
const LARGEST: usize = 256 * 1024;
const PARTS: [&str; 4] = [
    "ParentContext",
    "InputParameters",
    "PreEntityImages",
    "PostEntityImages",
];

struct Step {
    id: Uuid,
    draft: Draft,
    endpoint: Draft,
    images: Vec<(String, i64, String)>,
}

/// What an event means for each step that it concerns. `host` is the organisation's.
///
/// # Errors
/// When the store fails.
pub(super) fn deliveries(
    context: &OrgContext<'_>,
    event: &Event,
    host: &str,
) -> Result<Vec<Delivery>, SimError> {
    let schema = &context.schema;
    let named = |name: &str| schema.table(name);
    let (Some(steps), Some(endpoints), Some(_), Some(table)) = (
        named("sdkmessageprocessingstep"),
        named("serviceendpoint"),
        named("sdkmessageprocessingstepimage"),
        named(&event.table),
    ) else {
        return Ok(Vec::new());
    };
    let database = context.organisation.rows.database();
    let found = database.read(|connection| {
        let mut statement = connection.prepare_cached(STEPS)?;
        let ids = statement.query_map([&event.table, event.message.name()], |row| {
            Ok((as_guid(row.get_ref(0)?), as_guid(row.get_ref(1)?)))
        })?;
        let mut found = Vec::new();
        for ids in ids {
            let (id, endpoint) = ids?;
            let (id, endpoint) = (id.unwrap_or_default(), endpoint.unwrap_or_default());
            let (Some((draft, _)), Some((endpoint, _))) = (
                load(connection, steps, id)?,
                load(connection, endpoints, endpoint)?,
            ) else {
                continue;
            };
            let mut images = connection.prepare_cached(IMAGES)?;
            let images = images.query_map([crate::rows::storage::encoding::guid(id)], |row| {
                let text = |slot| {
                    row.get::<_, Option<String>>(slot)
                        .map(Option::unwrap_or_default)
                };
                let kind: Option<i64> = row.get(1)?;
                Ok((text(0)?, kind.unwrap_or_default(), text(2)?))
            })?;
            found.push(Step {
                id,
                draft,
                endpoint,
                images: images.collect::<rusqlite::Result<_>>()?,
            });
        }
        Ok::<_, StoreError>(found)
    })?;
    let concerned = found
        .iter()
        .filter(|step| filtering(step.draft.text(steps, "filteringattributes"), event));
    Ok(concerned
        .filter_map(|step| {
            let text = |column| step.endpoint.text(endpoints, column);
            let kind = match step.endpoint.named(endpoints, "authtype") {
                Cell::Integer(kind) => *kind,
                _ => 0,
            };
            let (url, mut headers) = addressed(text("url")?, kind, text("authvalue"));
            let name = step.draft.text(steps, "name").unwrap_or_default();
            let correlation = Uuid::new_v4();
            let body = execution(context, event, table, step, name, correlation);
            let (body, is_trimmed) = trimmed(body);
            for (header, value) in [
                ("x-ms-dynamics-organization", host.to_owned()),
                ("x-ms-dynamics-entity-name", event.table.clone()),
                (
                    "x-ms-dynamics-request-name",
                    event.message.name().to_owned(),
                ),
                ("x-ms-correlation-request-id", correlation.to_string()),
            ] {
                headers.push((header.to_owned(), value));
            }
            if is_trimmed {
                headers.push((
                    "x-ms-dynamics-msg-size-exceeded".to_owned(),
                    "true".to_owned(),
                ));
            }
            Some(Delivery {
                id: Uuid::new_v4(),
                registration: step.id,
                is_webhook: true,
                url,
                headers,
                body,
                due: context.now,
            })
        })
        .collect())
}

/// The address and the headers of an endpoint by its kind of authentication.
fn addressed(url: &str, kind: i64, value: Option<&str>) -> (String, Vec<(String, String)>) {
    const KEY: i64 = 4;
    const HEADERS: i64 = 5;
    const QUERY: i64 = 6;
    let value = value.unwrap_or_default();
    let with = |pairs: &[(String, String)]| {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let joint = if url.contains('?') { '&' } else { '?' };
        match query.is_empty() {
            true => url.to_owned(),
            false => format!("{url}{joint}{query}"),
        }
    };
    match kind {
        KEY => (with(&[("code".to_owned(), value.to_owned())]), Vec::new()),
        HEADERS => (url.to_owned(), settings(value)),
        QUERY => (with(&settings(value)), Vec::new()),
        _ => (url.to_owned(), Vec::new()),
    }
}

/// The body without its larger parts, where it is larger than the service sends.
fn trimmed(mut body: Value) -> (String, bool) {
    let text = body.to_string();
    if text.len() <= LARGEST {
        return (text, false);
    }
    if let Value::Object(members) = &mut body {
        for part in PARTS {
            members.shift_remove(part);
        }
    }
    (body.to_string(), true)
}

fn execution(
    context: &OrgContext<'_>,
    event: &Event,
    table: &Table,
    step: &Step,
    name: &str,
    correlation: Uuid,
) -> Value {
    const ALWAYS: [&str; 3] = ["modifiedon", "modifiedby", "modifiedonbehalfby"];
    let target = match (&event.message, &event.after) {
        (Message::Create, Some(row)) => entity(table, event.id, row, |_| true),
        (Message::Update, Some(row)) => entity(table, event.id, row, |column| {
            column == table.primary_id
                || ALWAYS.contains(&column)
                || event.given.iter().any(|given| given == column)
        }),
        _ => reference(&table.logical_name, event.id),
    };
    let outputs: Vec<(String, Value)> = match event.message {
        Message::Create => vec![("id".to_owned(), json!(event.id))],
        _ => Vec::new(),
    };
    let images = |is_pre: bool| {
        let row = if is_pre { &event.before } else { &event.after };
        let wanted = step.images.iter().filter(|(_, kind, _)| match kind {
            0 => is_pre,
            1 => !is_pre,
            _ => true,
        });
        let told = wanted.filter_map(|(alias, _, columns)| {
            let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
            let is_wanted = |column: &str| columns == [""] || columns.contains(&column);
            let image = entity(table, event.id, row.as_ref()?, is_wanted);
            Some((alias.clone(), image))
        });
        dictionary(told)
    };
    let identity = &context.organisation.identity;
    json!({
        "BusinessUnitId": event.caller.business_unit_id,
        "CorrelationId": correlation,
        "Depth": 1,
        "InitiatingUserAzureActiveDirectoryObjectId": Uuid::nil(),
        "InitiatingUserId": event.caller.on_behalf_of.unwrap_or(event.caller.user_id),
        "InputParameters": dictionary([("Target".to_owned(), target)]),
        "IsExecutingOffline": false,
        "IsInTransaction": false,
        "IsOfflinePlayback": false,
        "IsolationMode": 1,
        "MessageName": event.message.name(),
        "Mode": 1,
        "OperationCreatedOn": moment(event.at).replace(")/", "+0000)/"),
        "OperationId": Uuid::new_v4(),
        "OrganizationId": identity.organization_id,
        "OrganizationName": identity.unique_name,
        "OutputParameters": dictionary(outputs),
        "OwningExtension": {
            "Id": step.id, "KeyAttributes": [], "LogicalName": "sdkmessageprocessingstep", "Name": name, "RowVersion": null,
        },
        "ParentContext": null,
        "PostEntityImages": images(false),
        "PreEntityImages": images(true),
        "PrimaryEntityId": event.id,
        "PrimaryEntityName": table.logical_name,
        "RequestId": Uuid::new_v4(),
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserId": event.caller.user_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_authenticated_by_its_kind() {
        let xml = r#"<settings><setting name="x-demo" value="s c"/></settings>"#;
        let url = "http://127.0.0.1/hook";
        assert_eq!(
            addressed(url, 4, Some("k&y")),
            (format!("{url}?code=k%26y"), Vec::new())
        );
        let header = ("x-demo".to_owned(), "s c".to_owned());
        assert_eq!(addressed(url, 5, Some(xml)), (url.to_owned(), vec![header]));
        assert_eq!(addressed(url, 6, Some(xml)).0, format!("{url}?x-demo=s+c"));
        assert_eq!(
            addressed(&format!("{url}?a=1"), 4, Some("k")).0,
            format!("{url}?a=1&code=k")
        );
        assert_eq!(addressed(url, 0, None), (url.to_owned(), Vec::new()));
    }

    #[test]
    fn a_body_that_is_too_large_loses_its_larger_parts() {
        let small = json!({ "InputParameters": [], "MessageName": "Update" });
        assert!(!trimmed(small).1);
        let large = json!({ "InputParameters": "x".repeat(LARGEST), "MessageName": "Update" });
        let (body, is_trimmed) = trimmed(large);
        assert!(is_trimmed);
        assert_eq!(body, r#"{"MessageName":"Update"}"#);
    }
}
