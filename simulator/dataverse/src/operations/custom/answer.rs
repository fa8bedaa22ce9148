//! What a custom operation answers.
//!
//! Layer: operations.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Map, Value};

use crate::http::SimError;
use crate::operations::declaration::Parameter;
use crate::operations::{Answer, Call};

use super::scope::Scope;
use super::step::row;
use super::template::Template;

/// The answer, with holes.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Nothing,
    Members(Vec<(Parameter, Template)>),
    Row {
        table: String,
        id: Template,
        options: Vec<(&'static str, Template)>,
    },
    Rows {
        table: String,
        options: Vec<(&'static str, Template)>,
    },
}

impl Reply {
    pub(super) fn give(&self, call: &Call<'_>, scope: &Scope) -> Result<Answer, SimError> {
        match self {
            Self::Nothing => Ok(Answer::Nothing),
            Self::Members(members) => {
                let mut filled = Map::new();
                for (member, template) in members {
                    let value = template.fill(scope).unwrap_or(Value::Null);
                    member
                        .check(&value)
                        .map_err(|error| unfit(&member.name, &error))?;
                    filled.insert(member.name.to_string(), value);
                }
                Ok(Answer::Members(Value::Object(filled)))
            }
            Self::Row { table, id, options } => {
                let id = row(id, scope, table)?;
                let table = call.table(table)?;
                let query = query(options, scope);
                let mut members = call.read(table, id, &query)?;
                members.shift_remove("@odata.context");
                Ok(Answer::Row(table.entity_set_name.clone(), members))
            }
            Self::Rows { table, options } => {
                #[derive(serde::Deserialize)]
                struct Page {
                    value: Vec<Value>,
                }
                let table = call.table(table)?;
                let address = format!("{}{}", table.entity_set_name, query(options, scope));
                let answer = call.send(Method::GET, &address, HeaderMap::new(), Bytes::new())?;
                let page: Page =
                    serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
                Ok(Answer::Rows(table.entity_set_name.clone(), page.value))
            }
        }
    }

    /// The templates in it.
    pub(super) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Members(members) => members.iter().map(|(_, template)| template).collect(),
            Self::Row { id, options, .. } => {
                let options = options.iter().map(|(_, template)| template);
                std::iter::once(id).chain(options).collect()
            }
            Self::Rows { options, .. } => options.iter().map(|(_, template)| template).collect(),
        }
    }
}

/// The file promised another type than its template gives: a mistake in the file, not in the call.
fn unfit(member: &str, error: &SimError) -> SimError {
    SimError::unexpected(format_args!(
        "the member {member} of the answer does not fit its type: {}",
        error.message
    ))
}

/// A query string; quotes inside values are doubled, so that they stay inside their literals.
fn query(options: &[(&'static str, Template)], scope: &Scope) -> String {
    if options.is_empty() {
        return String::new();
    }
    let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    for (name, template) in options {
        query.append_pair(
            name,
            &template.fill_text(scope, |text| text.replace('\'', "''")),
        );
    }
    query.finish()
}
