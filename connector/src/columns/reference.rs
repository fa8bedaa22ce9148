//! A row as people point at it: an id, an object, or a piece of Web API address.

use airlock_connector::{Error, input::below, nearest::nearest};
use serde_json::{Map, Value};

use super::words::{any_of, shown};
use crate::{
    tables::Lookup,
    webapi::{BaseUrl, RowKey, address::Origin, application_url, names::is_identifier},
};

/// A row that a lookup shall point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table, by any of its names, where it was said.
    pub table: Option<String>,
    /// The row.
    pub key: RowKey,
}

/// Whether the object points at a row, in contrast to being one.
#[must_use]
pub fn is_reference(object: &Map<String, Value>) -> bool {
    let known = object
        .keys()
        .all(|name| matches!(name.as_str(), "table" | "id" | "key" | "@odata.id"));
    known
        && ["id", "key", "@odata.id"]
            .iter()
            .any(|name| object.contains_key(*name))
}

/// Reads a reference. `example` is a table whose rows would do.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` with the forms that are understood.
pub fn reference(
    value: &Value,
    base: &BaseUrl,
    example: &str,
    pointer: &str,
) -> Result<Reference, Error> {
    understood(value, base, pointer)?.ok_or_else(|| {
        Error::invalid(
            pointer,
            format!(
                "{} does not point at a row: write its id, `{example}(<GUID>)`, {{\"table\": \"{example}\", \"id\": \"<GUID>\"}} or {{\"table\": \"{example}\", \"key\": {{\"<column>\": \"<value>\"}}}}, or ask for the one that is called so by {{\"find\": \"<name or e-mail address>\"}}; null clears the column",
                shown(value)
            ),
        )
    })
}

/// The row that `value` points at; `None` for what points at none.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` for a row of another organisation, or a key that is none.
pub fn understood(
    value: &Value,
    base: &BaseUrl,
    pointer: &str,
) -> Result<Option<Reference>, Error> {
    match value {
        Value::String(text) => from_text(text, base, pointer),
        Value::Object(object) if is_reference(object) => from_object(object, base, pointer),
        _ => Ok(None),
    }
}

/// The row that a text names together with its table: `contacts(<GUID>)`, also in full, or the address
/// of the page on which people look at it. `None` for a text of another form.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` for a row of another organisation, or a key that is none.
pub fn addressed(text: &str, base: &BaseUrl, pointer: &str) -> Result<Option<Reference>, Error> {
    let trimmed = text.trim();
    if let Some(shown) = application_url::read(trimmed, base, pointer)? {
        return Ok(Some(Reference {
            table: shown.table,
            key: RowKey::Id(shown.id),
        }));
    }
    let path = match Origin::split(trimmed) {
        Some((origin, _)) if origin == *base.origin() => match base.below_any_version(trimmed) {
            Some(path) => path,
            None => return Ok(None),
        },
        Some(_) => {
            return Err(Error::invalid(
                pointer,
                format!("`{trimmed}` is a row of another organisation"),
            ));
        }
        None => trimmed,
    };
    let parts = path
        .trim_start_matches('/')
        .split_once('(')
        .and_then(|(set, rest)| Some((set.trim(), rest.strip_suffix(')')?)));
    let Some((set, key)) = parts.filter(|(set, _)| is_identifier(set)) else {
        return Ok(None);
    };
    Ok(Some(Reference {
        table: Some(set.to_owned()),
        key: RowKey::from_json(&Value::from(key), pointer)?,
    }))
}

fn from_text(text: &str, base: &BaseUrl, pointer: &str) -> Result<Option<Reference>, Error> {
    match text.trim().parse() {
        Ok(id) => Ok(Some(Reference {
            table: None,
            key: RowKey::Id(id),
        })),
        Err(_) => addressed(text, base, pointer),
    }
}

fn from_object(
    object: &Map<String, Value>,
    base: &BaseUrl,
    pointer: &str,
) -> Result<Option<Reference>, Error> {
    let table = match object.get("table") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(other) => {
            return Err(Error::invalid(
                format!("{pointer}/table"),
                format!("{} is not the name of a table", shown(other)),
            ));
        }
    };
    let (name, value) = match (object.get("id"), object.get("key"), object.get("@odata.id")) {
        (Some(value), None, None) => ("id", value),
        (None, Some(value), None) => ("key", value),
        (None, None, Some(Value::String(link))) => return from_text(link, base, pointer),
        _ => {
            return Err(Error::invalid(
                pointer,
                "a row is pointed at by either `id` or `key`",
            ));
        }
    };
    let place = below(pointer, name);
    Ok(Some(Reference {
        table,
        key: RowKey::from_json(value, &place)?,
    }))
}

/// The lookup that leads from `column` to the table `wanted`, or its only one.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` with the tables it may point at.
pub fn choose<'a>(
    column: &str,
    lookups: &[&'a Lookup],
    wanted: Option<&str>,
    pointer: &str,
) -> Result<&'a Lookup, Error> {
    let targets: Vec<&str> = lookups
        .iter()
        .map(|lookup| lookup.target.as_str())
        .collect();
    match (wanted, lookups) {
        (_, []) => Err(Error::invalid(
            pointer,
            format!("metadata names no table that `{column}` could point at"),
        )),
        (Some(wanted), _) => lookups
            .iter()
            .find(|lookup| lookup.target == wanted)
            .copied()
            .ok_or_else(|| {
                Error::invalid(
                    pointer,
                    format!(
                        "`{column}` cannot point at a row of {wanted}, only of {}",
                        some_of(wanted, &targets)
                    ),
                )
            }),
        (None, [only]) => Ok(only),
        (None, _) => Err(Error::invalid(
            pointer,
            format!(
                "`{column}` can point at {}: say which, as in {{\"table\": \"{}\", \"id\": \"<GUID>\"}}",
                some_of("", &targets),
                targets.first().copied().unwrap_or_default()
            ),
        )),
    }
}

/// All targets, or of many the nearest and first ones.
fn some_of(wanted: &str, targets: &[&str]) -> String {
    const LISTED: usize = 8;
    if targets.len() <= LISTED {
        return any_of(targets);
    }
    let mut listed = nearest(wanted, targets.iter().copied());
    for target in targets {
        if listed.len() < LISTED && !listed.contains(target) {
            listed.push(target);
        }
    }
    format!(
        "{} and {} others",
        listed.join(", "),
        targets.len() - listed.len()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

    fn read(value: Value) -> Result<(Option<String>, String), String> {
        let base = BaseUrl::parse("https://contoso.crm.dynamics.com").unwrap();
        reference(&value, &base, "systemuser", "/row/x")
            .map(|reference| (reference.table, reference.key.describe()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_row_can_be_pointed_at_in_many_ways() {
        let upper = ID.to_uppercase();
        let table = [
            (json!(ID), None, ID),
            (json!(format!("{{{upper}}}")), None, ID),
            (json!({"id": upper}), None, ID),
            (json!({"table": "contact", "id": ID}), Some("contact"), ID),
            (
                json!({"table": "contact", "key": {"emailaddress1": "a@b.c"}}),
                Some("contact"),
                "emailaddress1='a@b.c'",
            ),
            (json!(format!("contacts({ID})")), Some("contacts"), ID),
            (json!(format!("/contacts({ID})")), Some("contacts"), ID),
            (
                json!("/contacts(emailaddress1='a@b.c')"),
                Some("contacts"),
                "emailaddress1='a@b.c'",
            ),
            (
                json!(format!(
                    "https://contoso.crm.dynamics.com/api/data/v9.2/contacts({ID})"
                )),
                Some("contacts"),
                ID,
            ),
            (
                json!({"@odata.id": format!("contacts({ID})")}),
                Some("contacts"),
                ID,
            ),
        ];
        for (value, name, key) in table {
            let expected = (name.map(str::to_owned), key.to_owned());
            assert_eq!(read(value.clone()), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_points_nowhere_says_how_to_point() {
        let table = [
            (json!("Harbor Tools"), "write its id, `systemuser(<GUID>)`"),
            (json!(42), "write its id"),
            (json!({"name": "x"}), "write its id"),
            (json!({"id": ID, "key": {}}), "either `id` or `key`"),
            (json!({"id": "x"}), "GUID"),
            (
                json!("https://evil.example/api/data/v9.2/contacts(1)"),
                "another organisation",
            ),
            (json!("contacts("), "write its id"),
        ];
        for (value, expected) in table {
            let error = read(value.clone()).unwrap_err();
            assert!(error.contains(expected), "{value}: {error}");
        }
    }

    #[test]
    fn the_navigation_property_follows_from_the_table() {
        let lookup = |target: &str, navigation: &str| Lookup {
            column: "customerid".into(),
            target: target.into(),
            navigation: navigation.into(),
            relationship: None,
        };
        let account = lookup("account", "customerid_account");
        let contact = lookup("contact", "customerid_contact");
        let both = [&account, &contact];
        let chosen = choose("customerid", &both, Some("contact"), "/row/customerid").unwrap();
        assert_eq!(chosen.navigation, "customerid_contact");
        let open = choose("customerid", &both, None, "/row/customerid").unwrap_err();
        assert!(
            open.to_string().contains("account or contact: say which"),
            "{open}"
        );
        let wrong = choose("customerid", &both, Some("lead"), "/row/customerid").unwrap_err();
        assert!(
            wrong.to_string().contains("only of account or contact"),
            "{wrong}"
        );
        assert_eq!(
            choose("customerid", &[&account], None, "").unwrap().target,
            "account"
        );
    }
}
