//! Labels in some languages only: what `LabelLanguages=1033` and a `LabelQuery` ask for.

use serde_json::{Map, Value};

/// How deep labels lie at most: in the options of a choice of a column.
const DEEPEST: usize = 6;

/// The languages that an address asks for; none means all.
pub(super) fn asked_for(query: Option<&str>) -> Vec<u64> {
    let options = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let asked = options.filter(|(name, _)| name == "LabelLanguages");
    asked
        .flat_map(|(_, value)| {
            let numbers = value.split(',').map(|part| part.trim().parse().ok());
            numbers.collect::<Vec<Option<u64>>>()
        })
        .flatten()
        .collect()
}

/// Keeps the texts of some languages in a document, of all when none is named.
pub(super) fn keep(document: &mut Map<String, Value>, languages: &[u64]) {
    if !languages.is_empty() {
        keep_in(document, languages, 0);
    }
}

fn keep_in(members: &mut Map<String, Value>, languages: &[u64], depth: usize) {
    if let Some(Value::Array(labels)) = members.get_mut("LocalizedLabels") {
        labels.retain(|label| {
            let language = label.get("LanguageCode").and_then(Value::as_u64);
            language.is_some_and(|language| languages.contains(&language))
        });
        let first = labels.first().cloned().unwrap_or_default();
        members.insert("UserLocalizedLabel".to_owned(), first);
        return;
    }
    for value in members.values_mut() {
        match value {
            Value::Object(members) if depth < DEEPEST => keep_in(members, languages, depth + 1),
            Value::Array(items) if depth < DEEPEST => {
                let objects = items.iter_mut().filter_map(Value::as_object_mut);
                objects.for_each(|members| keep_in(members, languages, depth + 1));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_languages_asked_for_stay() {
        let label = json!({
            "LocalizedLabels": [{ "Label": "Boat", "LanguageCode": 1033 }, { "Label": "Boot", "LanguageCode": 1031 }],
            "UserLocalizedLabel": { "Label": "Boat", "LanguageCode": 1033 },
        });
        let mut document = json!({ "DisplayName": label, "Options": [{ "Label": label }] });
        let document = document.as_object_mut().unwrap();
        keep(document, &[]);
        assert_eq!(document["DisplayName"], label);
        keep(document, &asked_for(Some("x=1&LabelLanguages=1031")));
        let only = json!({ "Label": "Boot", "LanguageCode": 1031 });
        let kept = json!({ "LocalizedLabels": [only], "UserLocalizedLabel": only });
        assert_eq!(document["DisplayName"], kept);
        assert_eq!(document["Options"][0]["Label"], kept);
    }
}
