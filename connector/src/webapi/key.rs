//! How one row is addressed: by its id or by an alternate key.
//!
//! The service cannot find a row by its path when a key value contains one of
//! `/ < > * % & : \ ? + #`, however it is encoded (powerapps-docs issues 117, 1895, 2697). Such a
//! value stands in the query instead, where every character is allowed, and the path holds a
//! parameter alias in its place: `accounts(accountnumber=@p1)?@p1='A%2F2'`.

use airlock_connector::Error;
use serde_json::Value;

use super::{
    literal::{encode_value, quote, quote_for_url},
    names::EntitySetName,
    row_id::RowId,
};

/// Characters that make the service misread a key in a path.
const UNADDRESSABLE: &[char] = &['/', '<', '>', '*', '%', '&', ':', '\\', '?', '+', '#'];

/// One value of an alternate key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyValue {
    /// A string: quoted on the wire.
    Text(String),
    /// A number, a yes/no or a date, in the service's own spelling: bare on the wire.
    Bare(String),
    /// A row id: bare on the wire.
    Id(RowId),
}

impl KeyValue {
    /// As it stands in a URL.
    fn in_url(&self) -> String {
        match self {
            Self::Text(text) => quote_for_url(text),
            Self::Bare(text) => encode_value(text),
            Self::Id(id) => id.to_string(),
        }
    }

    /// As it stands in a filter, not yet encoded.
    #[must_use]
    pub fn in_filter(&self) -> String {
        match self {
            Self::Text(text) => quote(text),
            Self::Bare(text) => text.clone(),
            Self::Id(id) => id.to_string(),
        }
    }

    /// As it stands in a row's JSON.
    #[must_use]
    pub fn in_row(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            Self::Bare(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
            }
            Self::Id(id) => Value::String(id.to_string()),
        }
    }

    fn stands_in_path(&self) -> bool {
        match self {
            Self::Text(text) | Self::Bare(text) => {
                !text.contains(UNADDRESSABLE) && !text.chars().any(char::is_control)
            }
            Self::Id(_) => true,
        }
    }
}

/// Columns that together identify a row; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternateKey(Vec<(String, KeyValue)>);

impl AlternateKey {
    /// A key of `parts`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `pointer` when there is no part, a name cannot be a column, or a
    /// name comes twice.
    pub fn new(parts: Vec<(String, KeyValue)>, pointer: &str) -> Result<Self, Error> {
        if parts.is_empty() {
            return Err(Error::invalid(
                pointer,
                "an alternate key needs at least one column and its value",
            ));
        }
        for (index, (name, _)) in parts.iter().enumerate() {
            if !super::names::is_identifier(name) {
                return Err(Error::invalid(
                    pointer,
                    format!("`{name}` cannot be the name of a column"),
                ));
            }
            if parts.iter().skip(index + 1).any(|(other, _)| other == name) {
                return Err(Error::invalid(
                    pointer,
                    format!("column `{name}` stands twice in the alternate key"),
                ));
            }
        }
        Ok(Self(parts))
    }

    /// The columns and their values.
    #[must_use]
    pub fn parts(&self) -> &[(String, KeyValue)] {
        &self.0
    }

    /// Whether every value consists of characters that mean the same before and after any
    /// encoding. In the body of a request the service decodes less than in its URL.
    #[must_use]
    pub fn plain(&self) -> bool {
        self.0.iter().all(|(_, value)| match value {
            KeyValue::Text(text) | KeyValue::Bare(text) => text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte)),
            KeyValue::Id(_) => true,
        })
    }

    /// The condition that only this row fulfils, not yet encoded.
    #[must_use]
    pub fn filter(&self) -> String {
        let conditions: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name} eq {}", value.in_filter()))
            .collect();
        conditions.join(" and ")
    }

    /// What stands between the parentheses of a URL, and the aliases in its query.
    fn in_url(&self) -> (String, Vec<String>) {
        let mut aliases = Vec::new();
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| {
                if value.stands_in_path() {
                    return format!("{name}={}", value.in_url());
                }
                let alias = format!("@p{}", aliases.len() + 1);
                aliases.push(format!("{alias}={}", value.in_url()));
                format!("{name}={alias}")
            })
            .collect();
        (parts.join(","), aliases)
    }

    /// What stands between the parentheses of a row's address within a body, for keys that are
    /// [`AlternateKey::plain`].
    #[must_use]
    pub fn in_body(&self) -> String {
        self.literals().join(",")
    }

    /// As a person reads it.
    #[must_use]
    pub fn describe(&self) -> String {
        self.literals().join(", ")
    }

    fn literals(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|(name, value)| format!("{name}={}", value.in_filter()))
            .collect()
    }
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// By primary key.
    Id(RowId),
    /// By alternate key.
    Alternate(AlternateKey),
}

impl RowKey {
    /// The row's resource below the API root and the query that it needs, with the options of
    /// `query` behind; both encoded.
    #[must_use]
    pub fn address(&self, set: &EntitySetName, query: &str) -> (String, String) {
        match self {
            Self::Id(id) => (format!("{set}({id})"), query.to_owned()),
            Self::Alternate(key) => {
                let (path, mut options) = key.in_url();
                if !query.is_empty() {
                    options.push(query.to_owned());
                }
                (format!("{set}({path})"), options.join("&"))
            }
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Alternate(key) => key.describe(),
        }
    }
}

impl From<RowId> for RowKey {
    fn from(id: RowId) -> Self {
        Self::Id(id)
    }
}

/// The lookup column `x` whose read-only twin `_x_value` this is.
#[must_use]
pub fn lookup_column(name: &str) -> Option<&str> {
    name.strip_prefix('_')
        .and_then(|rest| rest.strip_suffix("_value"))
        .filter(|column| !column.is_empty())
}

/// Whether `name` is the read-only twin of a lookup, `_x_value`.
#[must_use]
pub fn is_lookup_value(name: &str) -> bool {
    lookup_column(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_path_cannot_hold_stands_in_the_query() {
        let set = EntitySetName::new("accounts").unwrap();
        let table = [
            (
                json!("5F3E0C1111114222833300000000000F"),
                "",
                ("5f3e0c11-1111-4222-8333-00000000000f", ""),
            ),
            (
                json!({"n": "O'Brien, Ltd @ ö"}),
                "$select=a",
                ("n='O%27%27Brien%2C%20Ltd%20%40%20%C3%B6'", "$select=a"),
            ),
            (json!({"n": "A/2"}), "", ("n=@p1", "@p1='A%2F2'")),
            (
                json!({"n": "A\\B"}),
                "$select=a",
                ("n=@p1", "@p1='A%5CB'&$select=a"),
            ),
            (
                json!({"n": "#<>*%&:?+'"}),
                "",
                ("n=@p1", "@p1='%23%3C%3E%2A%25%26%3A%3F%2B%27%27'"),
            ),
            (json!({"n": "a\nb"}), "", ("n=@p1", "@p1='a%0Ab'")),
            (
                json!({"a": "x/y", "b": "plain", "c": "z?"}),
                "",
                ("a=@p1,b='plain',c=@p2", "@p1='x%2Fy'&@p2='z%3F'"),
            ),
            (
                json!("on=2026-03-25T17:42:00Z"),
                "",
                ("on=@p1", "@p1=2026-03-25T17%3A42%3A00Z"),
            ),
        ];
        for (value, query, (path, options)) in table {
            let key = RowKey::from_json(&value, "/key").unwrap();
            let expected = (format!("accounts({path})"), options.to_owned());
            assert_eq!(key.address(&set, query), expected, "{value}");
        }
    }
}
