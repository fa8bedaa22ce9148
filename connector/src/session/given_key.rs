//! Which row an input names: by its id, by its address, or by an alternate key.

use airlock_connector::Error;
use serde_json::{Map, Value};

use crate::{
    columns::reference::addressed,
    webapi::{BaseUrl, RowKey},
};

/// A row's key as it was given, and where in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GivenKey {
    /// The table, where the key names one too.
    pub(super) table: Option<String>,
    pub(super) key: RowKey,
    pub(super) pointer: &'static str,
}

/// The row that `id` or `key` names. An id may be a row's whole address, as lookups take it.
pub(super) fn given_key(
    base: &BaseUrl,
    id: Option<&str>,
    key: Option<&Map<String, Value>>,
) -> Result<GivenKey, Error> {
    let (pointer, value) = match (id, key.filter(|key| !key.is_empty())) {
        (Some(id), None) => ("/id", Value::from(id)),
        (None, Some(key)) => ("/key", Value::Object(key.clone())),
        (None, None) => {
            let message = "which row? Name it by its id or by an alternate key";
            return Err(Error::invalid("/id", message));
        }
        (Some(_), Some(_)) => {
            let message =
                "one row is named in one way: by its id or by an alternate key, not by both";
            return Err(Error::invalid("/id", message));
        }
    };
    if let Some(id) = id
        && let Some(found) = addressed(id, base, pointer)?
    {
        return Ok(GivenKey {
            table: found.table,
            key: found.key,
            pointer,
        });
    }
    Ok(GivenKey {
        table: None,
        key: RowKey::from_json(&value, pointer)?,
        pointer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "5f3e0c11-1111-4222-8333-000000000001";

    #[test]
    fn a_row_is_named_in_exactly_one_way() {
        let base = BaseUrl::parse("https://contoso.crm.dynamics.com").unwrap();
        let named = |id: Option<&str>, key: Option<&Value>| {
            given_key(&base, id, key.and_then(Value::as_object))
                .map(|given| (given.table, given.key.describe()))
        };
        let key = serde_json::json!({"accountnumber": "A/1"});
        let whole = format!("{}/accounts({GUID})", base.root());
        let table = [
            (GUID.to_owned(), None, GUID),
            (format!("accounts({GUID})"), Some("accounts"), GUID),
            (format!("/accounts({GUID})"), Some("accounts"), GUID),
            (whole, Some("accounts"), GUID),
            (format!("({GUID})"), None, GUID),
            (
                "accountnumber='A(1)'".to_owned(),
                None,
                "accountnumber='A(1)'",
            ),
            (
                format!(
                    "https://contoso.crm.dynamics.com/main.aspx?pagetype=entityrecord&etn=account&id=%7b{GUID}%7d"
                ),
                Some("account"),
                GUID,
            ),
            (format!("%7b{GUID}%7D"), None, GUID),
            (
                "accounts(accountnumber='A1')".to_owned(),
                Some("accounts"),
                "accountnumber='A1'",
            ),
        ];
        for (id, of, described) in table {
            let expected = (of.map(str::to_owned), described.to_owned());
            assert_eq!(named(Some(&id), None), Ok(expected), "{id}");
        }
        assert!(named(None, Some(&key)).is_ok());
        assert!(named(None, None).is_err());
        let both = named(Some(GUID), Some(&key)).unwrap_err().to_string();
        assert_eq!(
            both,
            "/id: one row is named in one way: by its id or by an alternate key, not by both"
        );
    }
}
