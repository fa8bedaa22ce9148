//! SendEmail and InstantiateTemplate: mail goes out, and is written from templates.
//!
//! Layer: operations. Nothing leaves the simulator: sending is what happens to the row.

use serde_json::{Value, json};

use super::closing::{is_open, set_state};
use super::template::Template;
use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

/// State and status of an email that was sent.
const SENT: (i32, i32) = (1, 3);

pub(super) fn operations() -> Vec<Operation> {
    use ValueType::{Boolean, Guid, String as Text};
    vec![
        Operation::action("SendEmail", send)
            .on(&["email"])
            .takes("IssueSend", Boolean)
            .may_take("TrackingToken", Text)
            .gives(vec![Parameter::one("Subject", Text)]),
        Operation::action("InstantiateTemplate", instantiate)
            .takes("TemplateId", Guid)
            .takes("ObjectType", Text)
            .takes("ObjectId", Guid)
            .gives_many(row("email")),
    ]
}

fn send(call: &Call<'_>) -> Result<Answer, SimError> {
    let (emails, id) = call.row()?;
    if !is_open(call, emails, id)? {
        // No source gives a code for it.
        return Err(SimError::invalid_argument(
            "The email has already been sent, received or canceled.",
        ));
    }
    let token = call.arguments.text("TrackingToken").unwrap_or_default();
    let subject = call
        .draft(emails, id)?
        .text(emails, "subject")
        .unwrap_or_default()
        .to_owned();
    let subject = match (subject.is_empty(), token.is_empty()) {
        (_, true) => subject,
        (true, false) => token.clone(),
        (false, false) => format!("{subject} {token}"),
    };
    set_state(call, emails, id, SENT.0, SENT.1)?;
    let now = Cell::Moment(call.context.now);
    let mut cells = vec![
        ("subject", Cell::Text(subject.clone())),
        ("senton", now.clone()),
        ("actualend", now),
    ];
    if !token.is_empty() {
        cells.push(("trackingtoken", Cell::Text(token)));
    }
    call.overwrite(emails, id, cells)?;
    Ok(Answer::Members(json!({ "Subject": subject })))
}

fn instantiate(call: &Call<'_>) -> Result<Answer, SimError> {
    let templates = call.table("template")?;
    let template = call.draft(templates, call.arguments.required_guid("TemplateId")?)?;
    let kind = call.arguments.required_text("ObjectType")?;
    let table = call.context.schema.table(&kind).ok_or_else(|| {
        SimError::invalid_argument(format!(
            "The entity with a name = '{kind}' with namemapping = 'Logical' was not found in the MetadataCache."
        ))
    })?;
    let id = call.arguments.required_guid("ObjectId")?;
    let meant = template
        .text(templates, "templatetypecode")
        .unwrap_or_default();
    // Templates for users fit every row.
    if meant != kind && meant != "systemuser" {
        return Err(SimError::invalid_argument(format!(
            "The template is for '{meant}' and cannot be used for '{kind}'."
        )));
    }
    let mut headers = http::HeaderMap::new();
    headers.insert(
        "prefer",
        http::HeaderValue::from_static(
            "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"",
        ),
    );
    let address = format!("{}({id})", table.entity_set_name);
    let answer = call.send(http::Method::GET, &address, headers, bytes::Bytes::new())?;
    let shown: Value = serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
    let value = |entity: &str, column: &str| {
        if entity != kind {
            return None;
        }
        let lookup = format!("_{column}_value");
        let name = [column, lookup.as_str()]
            .into_iter()
            .find(|name| shown.get(name).is_some())?;
        let formatted = format!("{name}@OData.Community.Display.V1.FormattedValue");
        match shown.get(&formatted).or_else(|| shown.get(name))? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    };
    let fill = |column: &str| {
        let text = template.text(templates, column).unwrap_or_default();
        Template::read(text).fill(&value)
    };
    let email = json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.email",
        "subject": fill("subject"),
        "description": fill("body"),
        "directioncode": true,
    });
    Ok(Answer::Rows("emails".to_owned(), vec![email]))
}
