//! Labels as people write them: a text in the organisation's language, or one text for each language.

use airlock_connector::{Error, Transport};
use serde_json::{Map, Value, json};

use super::read::list;
use crate::{columns::words::shown, session::Session};

/// The language of a label where the organisation does not tell its own: English.
const ENGLISH: u64 = 1033;

/// A label with the texts of its languages.
pub(super) fn localized(texts: &[(u64, &str)]) -> Value {
    let labels: Vec<Value> = texts
        .iter()
        .map(|(language, text)| {
            json!({
                "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                "Label": text,
                "LanguageCode": language,
            })
        })
        .collect();
    json!({"@odata.type": "Microsoft.Dynamics.CRM.Label", "LocalizedLabels": labels})
}

/// The label that `value` is: a text in `language`, or an object of texts by language.
pub(super) fn label(value: &Value, language: u64, pointer: &str) -> Result<Value, Error> {
    let wrong = |value: &Value| {
        Error::invalid(
            pointer,
            format!(
                "{} is not a label: write a text, or one for each language by its number, such as {{\"1033\": \"Boat\", \"1040\": \"Barca\"}}",
                shown(value)
            ),
        )
    };
    match value {
        Value::String(text) => Ok(localized(&[(language, text)])),
        Value::Object(texts) if texts.contains_key("LocalizedLabels") => Ok(value.clone()),
        Value::Object(texts) if !texts.is_empty() => {
            let mut read = Vec::with_capacity(texts.len());
            for (code, text) in texts {
                let (Ok(code), Value::String(text)) = (code.trim().parse(), text) else {
                    return Err(wrong(value));
                };
                read.push((code, text.as_str()));
            }
            Ok(localized(&read))
        }
        other => Err(wrong(other)),
    }
}

/// The labels of an input, each with the member of the definition that it becomes.
pub(super) async fn labels<T: Transport>(
    session: &Session<T>,
    given: &[(&str, &str, Option<&Value>)],
    language: Option<u64>,
) -> Result<(Map<String, Value>, u64), Error> {
    let texts = given.iter().filter_map(|(_, _, value)| *value);
    let language = match language {
        Some(language) => language,
        None if texts.clone().any(Value::is_string) => of_organisation(session).await?,
        None => ENGLISH,
    };
    let mut read = Map::new();
    let mut faults = Vec::new();
    for (member, pointer, value) in given {
        match value.map(|value| label(value, language, pointer)) {
            Some(Ok(label)) => {
                read.insert((*member).to_owned(), label);
            }
            Some(Err(Error::InvalidInput(more))) => faults.extend(more),
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
    if faults.is_empty() {
        Ok((read, language))
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// The language that the organisation was made in.
pub(super) async fn of_organisation<T: Transport>(session: &Session<T>) -> Result<u64, Error> {
    let found = list(session, "organizations", "$select=languagecode", true).await;
    match found {
        Ok(rows) => {
            let first = rows.first().and_then(|row| row.get("languagecode"));
            Ok(first.and_then(Value::as_u64).unwrap_or(ENGLISH))
        }
        Err(Error::Forbidden(_) | Error::NotFound(_)) => Ok(ENGLISH),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_text_or_one_for_each_language() {
        let one = label(&json!("Boat"), 1040, "/label").unwrap();
        assert_eq!(one["LocalizedLabels"][0]["LanguageCode"], 1040);
        let two = label(&json!({"1033": "Boat", "1040": "Barca"}), 1033, "").unwrap();
        assert_eq!(two["LocalizedLabels"][1]["Label"], "Barca");
        let wire = json!({"LocalizedLabels": []});
        assert_eq!(label(&wire, 1033, "").unwrap(), wire);
        for wrong in [
            json!(7),
            json!({}),
            json!({"en": "Boat"}),
            json!({"1033": 7}),
        ] {
            let error = label(&wrong, 1033, "/label").unwrap_err().to_string();
            assert!(error.starts_with("/label: "), "{error}");
        }
    }
}
