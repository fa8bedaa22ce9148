//! A saved view, by the name that people know it by.

use airlock_connector::{
    Error, Transport,
    nearest::{did_you_mean_or, nearest},
};
use serde::Deserialize;

use super::Input;
use crate::{
    session::Session,
    tables::Table,
    webapi::{
        ApiRequest, RowId,
        literal::{encode_expression, quote},
    },
};

/// Where views of one kind are kept.
struct Kind {
    /// The input that names one, and its place.
    pointer: &'static str,
    set: &'static str,
    id: &'static str,
    /// The parameter by which the service reads by one.
    parameter: &'static str,
}

const SAVED: Kind = Kind {
    pointer: "/saved-view",
    set: "savedqueries",
    id: "savedqueryid",
    parameter: "savedQuery",
};

const OWN: Kind = Kind {
    pointer: "/user-view",
    set: "userqueries",
    id: "userqueryid",
    parameter: "userQuery",
};

#[derive(Deserialize)]
struct Found {
    value: Vec<View>,
}

#[derive(Deserialize)]
struct View {
    #[serde(alias = "savedqueryid", alias = "userqueryid")]
    id: String,
    name: String,
}

/// The parameter that reads `table` by the view which an input names, if it names one.
pub(super) async fn parameter<T: Transport>(
    session: &Session<T>,
    table: &Table,
    input: &Input,
) -> Result<Option<(String, String)>, Error> {
    let (kind, name) = match (&input.saved_view, &input.user_view) {
        (None, None) => return Ok(None),
        (Some(name), None) => (SAVED, name),
        (None, Some(name)) => (OWN, name),
        (Some(_), Some(_)) => {
            return Err(Error::invalid(
                OWN.pointer,
                "one list is read by one view: give saved-view or user-view",
            ));
        }
    };
    let id = match name.parse::<RowId>() {
        Ok(id) => id.to_string(),
        Err(_) => named(session, table, &kind, name.trim()).await?,
    };
    Ok(Some((kind.parameter.to_owned(), id)))
}

async fn named<T: Transport>(
    session: &Session<T>,
    table: &Table,
    kind: &Kind,
    name: &str,
) -> Result<String, Error> {
    let client = session.client();
    let filter = format!("returnedtypecode eq {}", quote(table.name.as_str()));
    let query = format!(
        "$select={},name&$filter={}",
        kind.id,
        encode_expression(&filter)
    );
    let url = client.base().url(kind.set, &query)?;
    let found: Found = client
        .send(ApiRequest::get(url).preparing())
        .await?
        .json()?;
    let called: Vec<&View> = found
        .value
        .iter()
        .filter(|view| view.name.to_lowercase() == name.to_lowercase())
        .collect();
    match called.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => {
            let names = found.value.iter().map(|view| view.name.as_str());
            Err(Error::invalid(
                kind.pointer,
                format!(
                    "{} has no view `{name}`{}",
                    table.name,
                    did_you_mean_or(&nearest(name, names), kind.set)
                ),
            ))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|view| view.id.as_str()).collect();
            Err(Error::invalid(
                kind.pointer,
                format!(
                    "several views are called `{name}`: give the id of one, {}",
                    ids.join(" or ")
                ),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use serde_json::{Value, json};

    use super::super::tests::page;
    use crate::actions::testing::{ID, faults, leads, run, sent};

    fn views() -> String {
        json!({"value": [
            {"savedqueryid": ID, "name": "Active Leads"},
            {"savedqueryid": "2", "name": "Twice"},
            {"savedqueryid": "3", "name": "Twice"},
        ]})
        .to_string()
    }

    fn refused(input: Value) -> (String, String) {
        let script = leads().answer(Method::Get, "savedqueries?", 200, &views());
        faults(run(&script, "list-rows", input).unwrap_err()).remove(0)
    }

    #[test]
    fn a_view_goes_by_its_name_in_any_case_or_its_id() {
        let script = leads()
            .answer(Method::Get, "savedqueries?", 200, &views())
            .always(Method::Get, "leads?", 200, &page(&["a"], None));
        for name in ["active leads", ID] {
            let input = json!({"table": "lead", "saved-view": name});
            run(&script, "list-rows", input).unwrap();
        }
        let read = format!("GET leads?savedQuery={ID}");
        let asked =
            "GET savedqueries?$select=savedqueryid,name&$filter=returnedtypecode%20eq%20'lead'";
        assert_eq!(sent(&script), [asked, &read, &read]);
    }

    #[test]
    fn a_view_that_is_none_or_several_is_told() {
        let (pointer, message) = refused(json!({"table": "lead", "saved-view": "Active Lead"}));
        assert_eq!(pointer, "/saved-view");
        assert!(message.contains("did you mean Active Leads"), "{message}");
        let (_, message) = refused(json!({"table": "lead", "saved-view": "Twice"}));
        assert!(message.contains("2 or 3"), "{message}");
        let both = json!({"table": "lead", "saved-view": "a", "user-view": "b"});
        assert_eq!(refused(both).0, "/user-view");
    }
}
