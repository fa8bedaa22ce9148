//! `$select` and `$filter` over the few columns of an instance: comparisons joined by `and` and `or`, nothing nested.

use serde_json::{Map, Value};

use crate::http::SimError;

/// Columns that can be named.
const COLUMNS: [&str; 20] = [
    "ApiUrl",
    "DatacenterId",
    "DatacenterName",
    "EnvironmentId",
    "FriendlyName",
    "Id",
    "IsUserSysAdmin",
    "LastUpdated",
    "OrganizationType",
    "Purpose",
    "Region",
    "SchemaType",
    "State",
    "StatusMessage",
    "TenantId",
    "TrialExpirationDate",
    "UniqueName",
    "Url",
    "UrlName",
    "Version",
];

/// The query options of a request.
#[derive(Debug, Default)]
pub(super) struct Options {
    select: Vec<String>,
    filter: Option<String>,
}

impl Options {
    pub(super) fn parse(query: &str) -> Result<Self, SimError> {
        let mut options = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "$select" => {
                    for column in value.split(',').map(str::trim) {
                        known(column)?;
                        options.select.push(column.to_owned());
                    }
                }
                "$filter" => options.filter = Some(value.into_owned()),
                other if other.starts_with('$') => {
                    let text = format!("The query parameter {other} is not supported.");
                    return Err(SimError::bad_url(text));
                }
                _ => {}
            }
        }
        Ok(options)
    }

    /// Whether the filter keeps a row.
    pub(super) fn keeps(&self, row: &Map<String, Value>) -> Result<bool, SimError> {
        let Some(filter) = &self.filter else {
            return Ok(true);
        };
        let words = words(filter)?;
        let mut any = false;
        for alternative in words.split(|word| word == "or") {
            let mut all = true;
            for comparison in alternative.split(|word| word == "and") {
                all &= compare(row, comparison)?;
            }
            any |= all;
        }
        Ok(any)
    }

    /// The row with the selected columns; its id stays.
    pub(super) fn select(&self, mut row: Map<String, Value>) -> Map<String, Value> {
        if !self.select.is_empty() {
            row.retain(|name, _| name == "Id" || self.select.contains(name));
        }
        row
    }

    /// The selection as `@odata.context` shows it.
    pub(super) fn selected(&self) -> String {
        if self.select.is_empty() {
            String::new()
        } else {
            format!("({})", self.select.join(","))
        }
    }
}

fn known(column: &str) -> Result<(), SimError> {
    if COLUMNS.contains(&column) {
        Ok(())
    } else {
        Err(SimError::bad_url(format!(
            "Could not find a property named '{column}' on type 'Microsoft.Dynamics.CRM.Discovery.Instance'."
        )))
    }
}

/// Words of a filter; a quoted string is one, with its quotes.
fn words(filter: &str) -> Result<Vec<String>, SimError> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in filter.chars() {
        is_quoted ^= letter == '\'';
        match words.last_mut() {
            _ if letter == ' ' && !is_quoted => words.push(String::new()),
            Some(word) => word.push(letter),
            None => {}
        }
    }
    words.retain(|word| !word.is_empty());
    if is_quoted {
        return Err(SimError::bad_url(format!(
            "There is an unterminated string literal at position {} in '{filter}'.",
            filter.len()
        )));
    }
    Ok(words)
}

fn compare(row: &Map<String, Value>, comparison: &[String]) -> Result<bool, SimError> {
    let [column, operator, literal] = comparison else {
        return Err(SimError::bad_url(
            "The filter is not supported here: write comparisons with eq or ne, joined by and or or.",
        ));
    };
    known(column)?;
    let value = row.get(column.as_str()).unwrap_or(&Value::Null);
    let is_equal = match literal
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        Some(text) => value
            .as_str()
            .is_some_and(|value| value.eq_ignore_ascii_case(&text.replace("''", "'"))),
        None => value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
            .eq_ignore_ascii_case(literal),
    };
    match operator.as_str() {
        "eq" => Ok(is_equal),
        "ne" => Ok(!is_equal),
        other => Err(SimError::bad_url(format!(
            "The operator '{other}' is not supported here."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(filter: &str) -> Result<bool, SimError> {
        let row =
            serde_json::json!({"UrlName": "contoso", "State": 0, "FriendlyName": "Contoso's own"});
        let options = Options {
            filter: Some(filter.to_owned()),
            ..Options::default()
        };
        options.keeps(row.as_object().unwrap())
    }

    #[test]
    fn comparisons_are_joined_by_and_and_or() {
        assert_eq!(keeps("UrlName eq 'CONTOSO' and State eq 0"), Ok(true));
        assert_eq!(keeps("UrlName eq 'x' or State eq 0"), Ok(true));
        assert_eq!(keeps("UrlName ne 'contoso'"), Ok(false));
        assert_eq!(keeps("FriendlyName eq 'Contoso''s own'"), Ok(true));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for wrong in [
            "",
            "Nothing eq 1",
            "UrlName eq 'x",
            "UrlName",
            "State gt 1",
            "or",
        ] {
            assert!(keeps(wrong).is_err(), "{wrong}");
        }
    }
}
