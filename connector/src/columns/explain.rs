//! Puts a person's own words to an error that the service can only describe in its own.

use airlock_connector::{Error, FieldError, Transport};

use super::{
    Organisation, choice,
    filter_words::{Piece, a_text_breaks_off, pieces},
    names,
    words::any_of,
};
use crate::{
    tables::{ColumnKind, Columns, Freshness, Table},
    webapi::{key::lookup_column, reply::unknown_property},
};

/// What the service puts in front of a table's name.
const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// Where a filter stands in the input.
const FILTER: &str = "/filter";

/// If the service did not find a name of the query, says where in the input it stands and which
/// names are near; if it stumbled over a quote or over what cannot be compared, how to write it;
/// any other error stays as it is. `places` are the pointers and texts of the input in which the
/// name may stand, such as (`/filter`, `nmae eq 'x'`).
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
    let missing = faults.iter().find_map(|fault| missing(&fault.message));
    let explained = match (&missing, faults.first()) {
        (Some(missing), _) => sought(organisation, table, missing, places).await,
        (None, Some(fault)) => compared(organisation, table, fault, places).await,
        (None, None) => Ok(None),
    };
    match explained {
        Ok(Some(fault)) => Error::InvalidInput(vec![fault]),
        // Without metadata the service's own words have to do.
        Ok(None) | Err(_) => error,
    }
}

/// The fault for a name that the service did not find.
async fn sought<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    missing: &Missing,
    places: &[(&str, &str)],
) -> Result<Option<FieldError>, Error> {
    let Missing { name, owner, .. } = missing;
    let place = places.iter().find(|(_, text)| mentions(text, name));
    let (pointer, text) = place.copied().unwrap_or_default();
    let Organisation { client, catalog } = organisation;
    let other = match owner {
        Some(owner) if owner != table.name.as_str() => catalog.table(client, owner, "").await.ok(),
        _ => None,
    };
    let table = other.as_deref().unwrap_or(table);
    if is_path(text, name) {
        let lookups = catalog.lookups(client, table, Freshness::Cached).await?;
        let column = lookup_column(name).unwrap_or(name);
        let mut ways: Vec<&str> = match lookups.by_navigation(name) {
            Some(lookup) => vec![&lookup.navigation],
            None => lookups
                .of(column)
                .map(|lookup| lookup.navigation.as_str())
                .collect(),
        };
        ways.dedup();
        if !ways.is_empty() {
            return Ok(Some(FieldError::new(
                pointer,
                format!(
                    "a path leads through the navigation property, which is not `{name}` but {}",
                    any_of(&ways)
                ),
            )));
        }
    }
    let columns = catalog.columns(client, table, Freshness::Cached).await?;
    let message = match columns.get(name) {
        Some(column) if column.exposed && !missing.by_fetch_xml => format!(
            "{} is known to queries as `{}`",
            column.name,
            column.query_name()
        ),
        _ if missing.by_fetch_xml => names::unknown_by_itself(table, &columns, name),
        _ => names::unknown(table, &columns, name),
    };
    Ok(Some(FieldError::new(pointer, message)))
}

/// The fault of a filter that compares a column with what it does not hold.
async fn compared<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    fault: &FieldError,
    places: &[(&str, &str)],
) -> Result<Option<FieldError>, Error> {
    let Some((_, filter)) = places.iter().find(|(pointer, _)| *pointer == FILTER) else {
        return Ok(None);
    };
    let Organisation { client, catalog } = organisation;
    let columns = catalog.columns(client, table, Freshness::Cached).await?;
    let pieces = pieces(filter);
    let hint = match suspect(&pieces, &columns) {
        Some(Suspect::Lookup(column)) => format!(
            "{} is compared by its value: write `{}`",
            column.name,
            column.query_name()
        ),
        Some(Suspect::Label(column, label)) if column.kind == ColumnKind::YesNo => {
            format!(
                "{} is compared with true or false, not with '{label}'",
                column.name
            )
        }
        Some(Suspect::Label(column, label)) => {
            let options = catalog
                .choices(client, table, column, Freshness::Cached)
                .await?;
            format!(
                "{} is compared by the number of its option: {}",
                column.name,
                choice::number_of(&label.replace("''", "'"), &options)
            )
        }
        None => return Ok(None),
    };
    let said = fault.message.trim_end();
    let message = format!("{hint}. The service says: {said}");
    Ok(Some(FieldError::new(FILTER, message)))
}

/// What in a filter is probably wrong.
enum Suspect<'a> {
    /// A lookup's own name.
    Lookup(&'a crate::tables::Column),
    /// A choice, compared with a text.
    Label(&'a crate::tables::Column, &'a str),
}

fn suspect<'a>(pieces: &[Piece<'a>], columns: &'a Columns) -> Option<Suspect<'a>> {
    let slash = Some(&Piece::Mark('/'));
    pieces.iter().enumerate().find_map(|(index, piece)| {
        let Piece::Word(name) = piece else {
            return None;
        };
        let at = |index: usize| pieces.get(index);
        // What stands behind a slash is another table's.
        if at(index + 1) == slash || index.checked_sub(1).and_then(at) == slash {
            return None;
        }
        let column = columns.get(name).filter(|column| column.exposed)?;
        match (&column.kind, at(index + 1), at(index + 2)) {
            (kind, _, _) if kind.is_lookup() => Some(Suspect::Lookup(column)),
            (
                ColumnKind::Choice | ColumnKind::State | ColumnKind::Status | ColumnKind::YesNo,
                Some(Piece::Word(_)),
                Some(Piece::Text(label)),
            ) => Some(Suspect::Label(column, label)),
            _ => None,
        }
    })
}

/// A text that ended early because of a quote inside.
fn unquoted(fault: &FieldError, places: &[(&str, &str)]) -> Option<FieldError> {
    let place = places
        .iter()
        .find(|(_, text)| !text.is_empty() && fault.message.contains(text));
    let broken = place.is_some_and(|(_, text)| a_text_breaks_off(text));
    if !broken && !fault.message.contains("unterminated literal") {
        return None;
    }
    Some(FieldError::new(
        place.map_or("", |(pointer, _)| pointer),
        format!(
            "{}; a quote inside a text is written twice, as in 'O''Brien'",
            fault.message
        ),
    ))
}

/// A name that was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Missing {
    name: String,
    /// The table that it was sought in.
    owner: Option<String>,
    /// FetchXML names columns by themselves.
    by_fetch_xml: bool,
}

fn missing(message: &str) -> Option<Missing> {
    if let Some((before, rest)) =
        message.split_once("' entity doesn't contain attribute with Name = '")
    {
        let (name, _) = rest.split_once('\'')?;
        let (_, owner) = before.rsplit_once('\'')?;
        return Some(Missing {
            name: name.to_owned(),
            owner: Some(owner.to_owned()),
            by_fetch_xml: true,
        });
    }
    let name = unknown_property(message)?;
    let owner = message
        .split_once("on type '")
        .and_then(|(_, rest)| rest.split_once('\''))
        .and_then(|(name, _)| name.strip_prefix(NAMESPACE));
    Some(Missing {
        name: name.to_owned(),
        owner: owner.map(str::to_owned),
        by_fetch_xml: false,
    })
}

/// Whether a path leads on from `name` in `text`.
fn is_path(text: &str, name: &str) -> bool {
    pieces(text)
        .windows(2)
        .any(|two| matches!(two, [Piece::Word(word), Piece::Mark('/')] if *word == name))
}

/// Whether `name` stands in `text` as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Catalog, testing::organisation};
    use crate::webapi::testing::client_of;
    use futures::executor::block_on;

    #[test]
    fn the_missing_name_and_its_table_are_read_from_the_message() {
        let table = [
            (
                "Could not find a property named 'nmae' on type 'Microsoft.Dynamics.CRM.account'. [x]",
                Some(("nmae", "account", false)),
            ),
            (
                "'account' entity doesn't contain attribute with Name = 'nmae' and NameMapping = 'Logical'. [x]",
                Some(("nmae", "account", true)),
            ),
            ("something else", None),
        ];
        for (message, expected) in table {
            let expected = expected.map(|(name, owner, by_fetch_xml)| Missing {
                name: name.to_owned(),
                owner: Some(owner.to_owned()),
                by_fetch_xml,
            });
            assert_eq!(missing(message), expected, "{message}");
        }
    }

    fn explained(message: &str, places: &[(&str, &str)]) -> String {
        let script = organisation();
        let (client, catalog) = (client_of(&script), Catalog::new());
        let fault = Error::invalid("", message);
        let explained = block_on(async {
            let table = catalog.table(&client, "task", "/table").await.unwrap();
            explain(Organisation::new(&client, &catalog), &table, fault, places).await
        });
        explained.to_string()
    }

    #[test]
    fn a_name_is_explained_for_the_place_it_stands_in() {
        let no = |name: &str| {
            format!(
                "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.task'."
            )
        };
        let table = [
            (
                no("contoso_project"),
                ("/filter", "contoso_project/name eq 'x'"),
                "/filter: a path leads through the navigation property, which is not `contoso_project` but contoso_Project",
            ),
            (
                no("regardingobjectid"),
                ("/orderby", "regardingobjectid/name"),
                "but regardingobjectid_account_task or regardingobjectid_contact_task",
            ),
            (
                no("contoso_project"),
                ("/filter", "contoso_project eq 'x'"),
                "/filter: contoso_project is known to queries as `_contoso_project_value`",
            ),
            (
                no("zzzz"),
                ("/filter", "zzzz eq 'x'"),
                "task has no column `zzzz`; the choices `columns` list what there is",
            ),
            (
                "'task' entity doesn't contain attribute with Name = 'owneird' and NameMapping = 'Logical'.".to_owned(),
                ("/fetch-xml", "<attribute name='owneird'/>"),
                "/fetch-xml: task has no column `owneird`; did you mean ownerid",
            ),
        ];
        for (message, place, expected) in table {
            let text = explained(&message, &[place]);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn what_a_filter_cannot_compare_is_told_how() {
        const INCOMPATIBLE: &str = "A binary operator with incompatible types was detected.";
        let table = [
            (
                "subject eq 'x' and ownerid eq 5f3e0c11-1111-4222-8333-000000000001",
                "ownerid is compared by its value: write `_ownerid_value`",
            ),
            (
                "prioritycode eq 'High'",
                "prioritycode is compared by the number of its option: 'High' is 2",
            ),
            (
                "prioritycode eq 'Urgent'",
                "Low (0), Normal (1) or High (2)",
            ),
            (
                "contoso_urgent eq 'yes'",
                "contoso_urgent is compared with true or false, not with 'yes'",
            ),
        ];
        for (filter, expected) in table {
            let text = explained(INCOMPATIBLE, &[("/filter", filter)]);
            assert!(text.contains(expected), "{text}");
            assert!(text.ends_with(INCOMPATIBLE), "{text}");
        }
        for filter in ["contoso_Project/ownerid eq 1", "subject eq 1"] {
            assert_eq!(
                explained(INCOMPATIBLE, &[("/filter", filter)]),
                INCOMPATIBLE
            );
        }
    }

    #[test]
    fn a_quote_inside_a_text_is_explained() {
        for (message, filter, explained) in [
            (
                "There is an unterminated literal at position 17 in 'name eq 'O'Brien''. [x]",
                "name eq 'O'Brien'",
                true,
            ),
            // With two of them every text ends, only too early.
            (
                "Syntax error at position 11 in 'name eq 'O'Brien's''. [x]",
                "name eq 'O'Brien's'",
                true,
            ),
            (
                "Syntax error at position 9 in 'name eq eq 'O''Brien''. [x]",
                "name eq eq 'O''Brien'",
                false,
            ),
        ] {
            let fault = FieldError::new("", message);
            let found = unquoted(&fault, &[("/select", ""), ("/filter", filter)]);
            assert_eq!(found.is_some(), explained, "{filter}");
            if let Some(found) = found {
                assert_eq!(found.pointer, "/filter");
                assert!(found.message.ends_with("as in 'O''Brien'"));
            }
        }
    }

    #[test]
    fn a_name_is_found_as_a_word_only() {
        assert!(mentions("nmae eq 'x'", "nmae"));
        assert!(!mentions("nmaes eq 'x'", "nmae"));
    }
}
