//! A partly filled form, as `--form name=value` gives it.

use crate::flags::{PairValue, Property, Shape, parse_pair};
use crate::problem::Problem;
use serde_json::{Map, Value};

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
        let shape = property.map(|property| &property.shape);
        let read = parse_pair(pair, shape.filter(|shape| **shape != Shape::Json)).map_err(wrong)?;
        let value = match read.value {
            PairValue::Here(value) => value,
            PairValue::TextFile(path) => Value::String(text_file(&path).map_err(wrong)?),
            PairValue::JsonFile(path) => {
                let text = text_file(&path).map_err(wrong)?;
                serde_json::from_str(&text)
                    .map_err(|fault| wrong(format!("{path} does not hold JSON: {fault}")))?
            }
        };
        let name = property.map_or(read.name, |property| property.name.clone());
        form.insert(name, value);
    }
    Ok(form)
}

/// Reads a file that a person named.
pub(super) fn text_file(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))
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
    }
}
