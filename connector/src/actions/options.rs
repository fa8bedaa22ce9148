//! What the inputs that several actions share mean on the wire; `input` declares them.

use airlock_connector::Error;
use serde_json::Value;

use crate::webapi::{Annotations, Caller, Precondition, RowId, row_id::NotARowId};

/// What custom logic a write can leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Logic {
    /// Plug-ins and workflows that run before the write is answered.
    Sync,
    /// Those that run afterwards.
    Async,
}

/// Which annotations an answer carries.
pub(crate) fn annotations(all: Option<bool>, formatted: Option<bool>) -> Annotations {
    match (all, formatted) {
        (Some(true), _) => Annotations::All,
        (_, Some(true)) => Annotations::Display,
        _ => Annotations::None,
    }
}

/// The condition that a version tag is.
pub(crate) fn version(tag: &str) -> Precondition {
    match tag.trim() {
        "*" => Precondition::Exists,
        tag => Precondition::Version(tag.to_owned()),
    }
}

/// Whether a write gives its row back. Naming columns asks for it.
pub(crate) fn returns(return_row: Option<bool>, select: Option<&[String]>) -> bool {
    return_row.unwrap_or_else(|| !names(select.unwrap_or_default()).is_empty())
}

/// The user in whose name a call is made.
pub(crate) fn caller(user: Option<&str>, object: Option<&str>) -> Result<Option<Caller>, Error> {
    match (user, object) {
        (None, None) => Ok(None),
        (Some(user), None) => {
            id(user, "/impersonate-user-id").map(|id| Some(Caller::SystemUser(id)))
        }
        (None, Some(object)) => {
            id(object, "/impersonate-object-id").map(|id| Some(Caller::EntraObject(id)))
        }
        (Some(_), Some(_)) => Err(Error::invalid(
            "/impersonate-object-id",
            "one call acts for one user: give either impersonate-user-id or impersonate-object-id",
        )),
    }
}

/// The headers that leave custom logic out.
pub(crate) fn bypass(
    logic: &[Logic],
    steps: &[String],
    suppress_flows: bool,
) -> Result<Vec<(String, String)>, Error> {
    let mut headers = Vec::new();
    let mut header = |name: &str, value: String| headers.push((name.to_owned(), value));
    if !logic.is_empty() {
        let words: Vec<&str> = [(Logic::Sync, "CustomSync"), (Logic::Async, "CustomAsync")]
            .into_iter()
            .filter(|(kind, _)| logic.contains(kind))
            .map(|(_, word)| word)
            .collect();
        header("MSCRM.BypassBusinessLogicExecution", words.join(","));
    }
    if !steps.is_empty() {
        let mut ids = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            ids.push(id(step, &format!("/bypass-steps/{index}"))?.to_string());
        }
        header("MSCRM.BypassBusinessLogicExecutionStepIds", ids.join(","));
    }
    if suppress_flows {
        header(
            "MSCRM.SuppressCallbackRegistrationExpanderJob",
            "true".to_owned(),
        );
    }
    Ok(headers)
}

fn id(text: &str, pointer: &str) -> Result<RowId, Error> {
    text.parse()
        .map_err(|error: NotARowId| Error::invalid(pointer, error.to_string()))
}

/// A list whose items may themselves be comma separated, as people write column names.
pub(crate) fn names(list: &[String]) -> Vec<String> {
    list.iter()
        .flat_map(|item| item.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A scalar as plain text; anything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "5f3e0c11-1111-4222-8333-000000000001";

    #[test]
    fn what_is_to_be_left_out_becomes_headers() {
        assert_eq!(bypass(&[], &[], false).unwrap(), []);
        let step = format!("{{{}}}", GUID.to_uppercase());
        let headers = bypass(&[Logic::Async, Logic::Sync], &[step], true).unwrap();
        let expected = [
            (
                "MSCRM.BypassBusinessLogicExecution",
                "CustomSync,CustomAsync",
            ),
            ("MSCRM.BypassBusinessLogicExecutionStepIds", GUID),
            ("MSCRM.SuppressCallbackRegistrationExpanderJob", "true"),
        ];
        assert_eq!(
            headers,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        let Error::InvalidInput(faults) = bypass(&[], &["step".to_owned()], false).unwrap_err()
        else {
            panic!("not a field error");
        };
        assert_eq!(faults[0].pointer, "/bypass-steps/0");
    }

    #[test]
    fn a_call_acts_for_one_user_at_most() {
        assert_eq!(caller(None, None).unwrap(), None);
        assert!(matches!(
            caller(Some(GUID), None).unwrap(),
            Some(Caller::SystemUser(_))
        ));
        assert!(matches!(
            caller(None, Some(GUID)).unwrap(),
            Some(Caller::EntraObject(_))
        ));
        assert!(caller(Some(GUID), Some(GUID)).is_err());
        let Error::InvalidInput(faults) = caller(Some("me"), None).unwrap_err() else {
            panic!("not a field error");
        };
        assert_eq!(faults[0].pointer, "/impersonate-user-id");
    }

    #[test]
    fn names_may_come_one_by_one_or_comma_separated() {
        let list = vec![
            "name, revenue".to_owned(),
            "  ".to_owned(),
            "telephone1".to_owned(),
        ];
        assert_eq!(names(&list), ["name", "revenue", "telephone1"]);
    }
}
