//! From definitions to an answer: context, envelope, media type.

use http::StatusCode;
use serde_json::{Map, Value};

use super::languages;
use super::path::{Content, Resource};
use super::project::{self, Projection};
use crate::http::{MetadataLevel, ODataRequest, Response, SimError};
use crate::organisation::OrgContext;
use crate::query::expand::Expand;
use crate::query::options::Options;
use crate::schema::GLOBAL_VERSION;

/// Begins the text of a `$count` answer.
const BYTE_ORDER_MARK: char = '\u{feff}';

pub(super) fn answer(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    resource: &Resource<'_>,
    options: &Options,
) -> Result<Response, SimError> {
    let languages = languages::asked_for(request.query.as_deref());
    let projection = Projection {
        select: options.select.as_deref(),
        filter: options.filter.as_ref(),
        expand: &options.expand,
        is_mixed: resource.is_mixed(),
        languages: &languages,
    };
    let mut body = Map::new();
    let mut begin = |suffix: &str| {
        if request.metadata_level != MetadataLevel::None {
            let selection = selection(options.select.as_deref(), &options.expand);
            let url = format!(
                "{}/$metadata#{}{selection}{suffix}",
                context.service_root,
                resource.context()
            );
            body.insert("@odata.context".to_owned(), Value::String(url));
        }
    };
    match &resource.content {
        Content::Many(items) => {
            begin("");
            let values = project::many(&context.schema, items, projection)?;
            if options.count {
                body.insert("@odata.count".to_owned(), Value::from(values.len()));
            }
            if request.preferences.annotations.includes(GLOBAL_VERSION) {
                let version = context.schema.global_version();
                body.insert(format!("@{GLOBAL_VERSION}"), Value::String(version));
            }
            body.insert("value".to_owned(), Value::Array(values));
        }
        Content::One(item) => {
            begin("/$entity");
            if resource.is_of_base_type() {
                let kind = format!("#{}{}", super::NAMESPACE, item.type_name());
                body.insert("@odata.type".to_owned(), Value::String(kind));
            }
            body.extend(project::one(&context.schema, item, projection)?);
        }
        Content::Property(item, name) => {
            begin("");
            match item.document().swap_remove(name) {
                None | Some(Value::Null) => return Ok(Response::empty(StatusCode::NO_CONTENT)),
                Some(Value::Object(members)) => body.extend(members),
                Some(value) => {
                    body.insert("value".to_owned(), value);
                }
            }
        }
        Content::Nothing => return Ok(Response::empty(StatusCode::NO_CONTENT)),
        Content::Count(count) => {
            let text = format!("{BYTE_ORDER_MARK}{count}");
            return Ok(Response::of_type(StatusCode::OK, "text/plain", text));
        }
    }
    Ok(Response::json(
        StatusCode::OK,
        Value::Object(body).to_string(),
        request.metadata_level,
    ))
}

/// `(LogicalName,Attributes(LogicalName))`, as a context lists what was selected and expanded.
fn selection(select: Option<&[String]>, expand: &[Expand]) -> String {
    let mut names: Vec<String> = select.unwrap_or_default().to_vec();
    for item in expand {
        let inner = selection(item.select.as_deref(), &item.expand);
        names.push(format!(
            "{}{}",
            item.navigation,
            if inner.is_empty() {
                "()".to_owned()
            } else {
                inner
            }
        ));
    }
    if names.is_empty() {
        String::new()
    } else {
        format!("({})", names.join(","))
    }
}
