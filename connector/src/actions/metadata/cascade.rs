//! What happens to the rows at the other end of a relationship.

use airlock_connector::{
    Error, FieldError,
    input::below,
    nearest::{did_you_mean, nearest},
};
use serde_json::{Map, Value, json};

use crate::columns::words::shown;

/// What can happen to a row, with the service's word.
const EVENTS: [(&str, &str); 7] = [
    ("assign", "Assign"),
    ("delete", "Delete"),
    ("merge", "Merge"),
    ("reparent", "Reparent"),
    ("share", "Share"),
    ("unshare", "Unshare"),
    ("rollup-view", "RollupView"),
];

/// What then happens to the related rows, with the service's word.
const EFFECTS: [(&str, &str); 6] = [
    ("none", "NoCascade"),
    ("all", "Cascade"),
    ("active", "Active"),
    ("owned", "UserOwned"),
    ("remove-link", "RemoveLink"),
    ("restrict", "Restrict"),
];

/// The service's configuration of what was given.
pub(super) fn cascade(given: &Map<String, Value>, pointer: &str) -> Result<Value, Error> {
    let mut read = Map::new();
    let mut faults = Vec::new();
    for (name, value) in given {
        let place = below(pointer, name);
        match (
            word(&EVENTS, name),
            value.as_str().map(|text| word(&EFFECTS, text)),
        ) {
            (Ok(event), Some(Ok(effect))) => {
                read.insert(event.to_owned(), json!(effect));
            }
            (Err(hint), _) => faults.push(FieldError::new(
                place,
                format!("nothing is called `{name}` here{hint}"),
            )),
            (_, Some(Err(hint))) => {
                faults.push(FieldError::new(
                    place,
                    format!("{} is nothing that could happen{hint}", shown(value)),
                ));
            }
            (_, None) => faults.push(FieldError::new(
                place,
                "a text such as restrict is needed here",
            )),
        }
    }
    if faults.is_empty() {
        Ok(Value::Object(read))
    } else {
        Err(Error::InvalidInput(faults))
    }
}

fn word(words: &[(&str, &'static str)], given: &str) -> Result<&'static str, String> {
    let same = |word: &str| word.eq_ignore_ascii_case(given.trim());
    let found = words
        .iter()
        .find(|(own, service)| same(own) || same(service));
    found.map(|(_, service)| *service).ok_or_else(|| {
        let names = || words.iter().map(|(own, _)| *own);
        let near = nearest(given, names());
        if near.is_empty() {
            format!("; there are {}", names().collect::<Vec<_>>().join(", "))
        } else {
            did_you_mean(&near)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_is_said_in_words_of_people_or_of_the_service() {
        let given = json!({"delete": "restrict", "Assign": "Cascade", "rollup-view": "none"});
        let read = cascade(given.as_object().unwrap(), "/cascade").unwrap();
        assert_eq!(
            read,
            json!({"Delete": "Restrict", "Assign": "Cascade", "RollupView": "NoCascade"})
        );
        let wrong = json!({"delet": "restrict", "assign": "sometimes", "merge": 7});
        let Error::InvalidInput(faults) =
            cascade(wrong.as_object().unwrap(), "/cascade").unwrap_err()
        else {
            panic!("no faults");
        };
        assert_eq!(faults.len(), 3);
        assert!(
            faults
                .iter()
                .any(|fault| fault.message.contains("did you mean delete?")),
            "{faults:?}"
        );
    }
}
