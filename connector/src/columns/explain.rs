//! Puts a person's own words to an error that the service can only describe in its own.

use super::{Organisation, names};
use crate::{
    tables::{Freshness, Table},
    webapi::{Error, FieldError, Transport, reply::unknown_property},
};

/// What the service puts in front of a table's name.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// If the service did not find a name of the query, says where in the input it stands and which
/// names are near; if it stumbled over a quote, how to write one; any other error stays as it is. `places` are the pointers and texts of the
/// input in which the name may stand, such as (`/filter`, `nmae eq 'x'`).
pub async fn explain<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    error: Error,
    places: &[(&str, &str)],
) -> Error {
    let Error::InvalidInput(faults) = &error else {
        return error;
    };
    if let Some(fault) = faults.iter().find_map(|fault| unquoted(fault, places)) {
        return Error::InvalidInput(vec![fault]);
    }
    let Some((wrong, owner)) = faults.iter().find_map(|fault| missing(&fault.message)) else {
        return error;
    };
    let pointer = places
        .iter()
        .find(|(_, text)| mentions(text, &wrong))
        .map_or("", |(pointer, _)| pointer);
    let Organisation { client, catalog } = organisation;
    let owner = match owner {
        Some(name) if name != table.name.as_str() => catalog.table(client, &name, "").await.ok(),
        _ => None,
    };
    let table = owner.as_deref().unwrap_or(table);
    match catalog.columns(client, table, Freshness::Cached).await {
        Ok(columns) => {
            let mut message = names::unknown(table, &columns, &wrong);
            if let Some(column) = columns.get(&wrong)
                && column.exposed
            {
                message = format!(
                    "{} is known to queries as `{}`",
                    column.name,
                    column.query_name()
                );
            }
            Error::InvalidInput(vec![FieldError::new(pointer, message)])
        }
        Err(_) => error,
    }
}

/// A text that ended early because of a quote inside.
fn unquoted(fault: &FieldError, places: &[(&str, &str)]) -> Option<FieldError> {
    if !fault.message.contains("unterminated literal") {
        return None;
    }
    let place = places
        .iter()
        .find(|(_, text)| !text.is_empty() && fault.message.contains(text));
    Some(FieldError::new(
        place.map_or("", |(pointer, _)| pointer),
        format!(
            "{}; a quote inside a text is written twice, as in 'O''Brien'",
            fault.message
        ),
    ))
}

/// The name that was not found, and the table that it was sought in.
fn missing(message: &str) -> Option<(String, Option<String>)> {
    let wrong = unknown_property(message)?;
    let owner = message
        .split_once("on type '")
        .and_then(|(_, rest)| rest.split_once('\''))
        .and_then(|(name, _)| name.strip_prefix(NAMESPACE));
    Some((wrong.to_owned(), owner.map(str::to_owned)))
}

/// Whether `name` stands in `text` as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_name_and_its_table_are_read_from_the_message() {
        let message =
            "Could not find a property named 'nmae' on type 'Microsoft.Dynamics.CRM.account'. [x]";
        assert_eq!(
            missing(message),
            Some(("nmae".to_owned(), Some("account".to_owned())))
        );
        assert_eq!(missing("something else"), None);
    }

    #[test]
    fn a_quote_inside_a_text_is_explained() {
        let fault = FieldError::new(
            "",
            "There is an unterminated literal at position 17 in 'name eq 'O'Brien''. [x]",
        );
        let places = [("/select", ""), ("/filter", "name eq 'O'Brien'")];
        let explained = unquoted(&fault, &places).unwrap();
        assert_eq!(explained.pointer, "/filter");
        assert!(explained.message.ends_with("as in 'O''Brien'"));
    }

    #[test]
    fn a_name_is_found_as_a_word_only() {
        assert!(mentions("nmae eq 'x'", "nmae"));
        assert!(!mentions("nmaes eq 'x'", "nmae"));
    }
}
