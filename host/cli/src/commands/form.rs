//! A partly filled form, as `--form name=value` gives it, and the files that a person names.

use crate::flags::{Property, Shape, pair_value, parse_pair};
use crate::problem::Problem;
use serde_json::{Map, Value};
use std::io::Read as _;

/// Reads `typed` pairs into an object. Where a property of that name is known its shape decides
/// what a value means; names are taken as they are in the schema, or as their flag.
pub(super) fn read(
    flag: &str,
    typed: &[String],
    properties: &[Property],
) -> Result<Map<String, Value>, Problem> {
    let mut form = Map::new();
    for pair in typed {
        let wrong = |fault: String| Problem::input(format!("--{flag} {fault}"));
        let name = pair.split_once('=').map_or("", |(name, _)| name);
        let property = properties
            .iter()
            .find(|property| property.name == name || property.flag == name);
        let shape = property
            .map(|property| &property.shape)
            .filter(|shape| **shape != Shape::Json);
        let read = parse_pair(pair, shape).map_err(wrong)?;
        let value = pair_value(&read.name, read.value, shape, &file).map_err(wrong)?;
        let name = property.map_or(read.name, |property| property.name.clone());
        if form.contains_key(&name) {
            return Err(wrong(format!("gives {name} twice; leave one out")));
        }
        form.insert(name, value);
    }
    Ok(form)
}

/// Reads a file that a person named; `-` is standard input.
pub(super) fn file(path: &str) -> Result<Vec<u8>, String> {
    let read = if path == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let place = if path == "-" { "standard input" } else { path };
    read.map_err(|error| format!("{place} cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::properties;
    use serde_json::json;

    #[test]
    fn a_known_propertys_shape_decides_what_a_value_means() {
        let schema = json!({"properties": {
            "web-api-url": {"type": "string"},
            "scopes": {"type": "array", "items": {"type": "string"}},
            "pageSize": {"type": "integer"}
        }});
        let typed = ["web-api-url=5", "scopes=a,b", "page-size=7", "other=7"].map(String::from);
        let form = read("setting", &typed, &properties(&schema, &[])).unwrap();
        assert_eq!(
            Value::Object(form),
            json!({"web-api-url": "5", "scopes": ["a", "b"], "pageSize": 7, "other": 7})
        );
    }

    #[test]
    fn faults_name_the_flag() {
        let problem = read("form", &["table".to_owned()], &[]).unwrap_err();
        assert_eq!(problem.message, "--form expects name=value, not 'table'");
        let twice = ["table=a", "table=b"].map(String::from);
        let problem = read("form", &twice, &[]).unwrap_err();
        assert_eq!(problem.message, "--form gives table twice; leave one out");
    }
}
