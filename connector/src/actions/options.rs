//! Inputs that several actions share, and what they mean on the wire.
//!
//! Schemas are flat, so shared fields stand in every input itself: [`input!`] adds them to a
//! struct group by group, and beside it the function that turns them into [`crate::webapi::CallOptions`].

use airlock_connector::Error;
use serde_json::Value;

use crate::webapi::{Annotations, Caller, RowId, row_id::NotARowId};

/// Declares an input: its own fields, then the groups of fields that it shares with others.
///
/// `annotations`: what a row that is given back carries beside its columns. `checks`: what else
/// the service does when a row is made or changed. `logic`: custom logic to leave out. `caller`:
/// in whose name.
macro_rules! input {
    ($(#[$about:meta])* struct $name:ident { $($own:tt)* } $(+ $group:ident)*) => {
        $crate::actions::options::input! {
            @grow [$(#[$about])* $name] [$($own)*] [$($group)*] $($group)*
        }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt annotations $($rest:ident)*) => {
        $crate::actions::options::input! { @grow $head [$($fields)*
            /// Also give each choice, lookup, date and amount as people read it, in properties
            /// named `column@OData.Community.Display.V1.FormattedValue`.
            formatted_values: Option<bool>,
            /// Give every annotation that the service knows, not only formatted values.
            #[schemars(extend("x-airlock-advanced" = true))]
            all_annotations: Option<bool>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt checks $($rest:ident)*) => {
        $crate::actions::options::input! { @grow $head [$($fields)*
            /// Refuse the write when a published duplicate detection rule finds a duplicate. The
            /// Web API does not look for duplicates otherwise.
            detect_duplicates: Option<bool>,
            /// Unique name of the unmanaged solution that takes what is made or changed.
            #[schemars(extend("x-airlock-advanced" = true))]
            solution: Option<String>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt logic $($rest:ident)*) => {
        $crate::actions::options::input! { @grow $head [$($fields)*
            /// Custom business logic to leave out. Needs the privilege
            /// prvBypassCustomBusinessLogic.
            #[schemars(extend("x-airlock-advanced" = true))]
            bypass_logic: Option<Vec<$crate::actions::options::Logic>>,
            /// Ids of single plug-in steps to leave out. Needs the same privilege.
            #[schemars(extend("x-airlock-advanced" = true))]
            bypass_steps: Option<Vec<String>>,
            /// Do not start the Power Automate flows that wait for this change.
            #[schemars(extend("x-airlock-advanced" = true))]
            suppress_flows: Option<bool>,
        ] $all $($rest)* }
    };
    (@grow $head:tt [$($fields:tt)*] $all:tt caller $($rest:ident)*) => {
        $crate::actions::options::input! { @grow $head [$($fields)*
            /// Act in the name of this user, by the id of its row in `systemuser`. Needs the
            /// privilege prvActOnBehalfOfAnotherUser.
            #[schemars(extend("x-airlock-advanced" = true))]
            impersonate_user_id: Option<String>,
            /// Act in the name of this user, by its object id in Entra ID.
            #[schemars(extend("x-airlock-advanced" = true))]
            impersonate_object_id: Option<String>,
        ] $all $($rest)* }
    };
    (@grow [$(#[$about:meta])* $name:ident] [$($fields:tt)*] [$($group:ident)*]) => {
        $(#[$about])*
        #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name { $($fields)* }

        impl $name {
            /// What the shared fields mean.
            fn options(&self) -> Result<$crate::webapi::CallOptions, airlock_connector::Error> {
                let mut options = $crate::webapi::CallOptions::default();
                $($crate::actions::options::apply!($group, self, options);)*
                Ok(options)
            }
        }
    };
}

/// What one group of an input means.
macro_rules! apply {
    (annotations, $input:expr, $options:ident) => {
        $options.annotations =
            $crate::actions::options::annotations($input.all_annotations, $input.formatted_values)
    };
    (checks, $input:expr, $options:ident) => {
        $options.detect_duplicates = $input.detect_duplicates.unwrap_or(false);
        $options.solution = $input.solution.clone()
    };
    (logic, $input:expr, $options:ident) => {
        $options.extra.extend($crate::actions::options::bypass(
            $input.bypass_logic.as_deref().unwrap_or_default(),
            $input.bypass_steps.as_deref().unwrap_or_default(),
            $input.suppress_flows.unwrap_or(false),
        )?)
    };
    (caller, $input:expr, $options:ident) => {
        $options.caller = $crate::actions::options::caller(
            $input.impersonate_user_id.as_deref(),
            $input.impersonate_object_id.as_deref(),
        )?
    };
}

pub(super) use {apply, input};

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
pub(super) fn annotations(all: Option<bool>, formatted: Option<bool>) -> Annotations {
    match (all, formatted) {
        (Some(true), _) => Annotations::All,
        (_, Some(true)) => Annotations::Display,
        _ => Annotations::None,
    }
}

/// The user in whose name a call is made.
pub(super) fn caller(user: Option<&str>, object: Option<&str>) -> Result<Option<Caller>, Error> {
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
pub(super) fn bypass(
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
pub(super) fn names(list: Option<Vec<String>>) -> Vec<String> {
    list.unwrap_or_default()
        .iter()
        .flat_map(|item| item.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A scalar as plain text; anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
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
        assert_eq!(names(Some(list)), ["name", "revenue", "telephone1"]);
    }
}
