//! Changes a definition: the service takes it only whole, so it is read, changed and put back. Labels are
//! merged, so that no language is lost.

use airlock_connector::{Error, Transport, http::Method};
use serde_json::{Map, Value};

use super::read::one;
use crate::{
    session::Session,
    webapi::{ApiRequest, CallOptions},
};

/// Puts `changes` into the definition at `resource`. Nothing is sent when nothing differs, and then it says
/// `false`.
pub(super) async fn change<T: Transport>(
    session: &Session<T>,
    resource: &str,
    changes: Map<String, Value>,
    type_name: &str,
    options: &CallOptions,
) -> Result<bool, Error> {
    let stored = one(session, resource, "", true).await?;
    let mut wanted = stored.clone();
    merge(&mut wanted, changes);
    if wanted == stored {
        return Ok(false);
    }
    wanted.retain(|name, _| name != "@odata.context");
    let told = match wanted.get("@odata.type").and_then(Value::as_str) {
        Some(told) => told.trim_start_matches('#').to_owned(),
        None => format!("Microsoft.Dynamics.CRM.{type_name}"),
    };
    wanted.insert("@odata.type".to_owned(), Value::from(told));
    let mut call = ApiRequest::new(Method::Put, session.client().base().url(resource, "")?)
        .with_options(options)
        .with_body(to_bytes(&wanted)?);
    let merging = ("mscrm.mergelabels".to_owned(), "true".to_owned());
    call.options.extra.push(merging);
    session.client().send(call).await?;
    session.catalog().forget();
    Ok(true)
}

/// The bytes of a body.
pub(super) fn to_bytes(body: &Map<String, Value>) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(|error| Error::Internal(error.to_string()))
}

/// Puts `changes` over `definition`: a label by its languages, a managed property by its value, an object
/// by its members, anything else as it is.
pub(super) fn merge(definition: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (name, change) in changes {
        let merged = match (definition.remove(&name), change) {
            (Some(Value::Object(old)), Value::Object(new))
                if new.contains_key("LocalizedLabels") =>
            {
                merge_label(old, new)
            }
            (Some(Value::Object(mut old)), Value::Object(new)) => {
                merge(&mut old, new);
                Value::Object(old)
            }
            (Some(Value::Object(mut managed)), plain) if managed.contains_key("Value") => {
                managed.insert("Value".to_owned(), plain);
                Value::Object(managed)
            }
            (_, new) => new,
        };
        definition.insert(name, merged);
    }
}

fn merge_label(mut old: Map<String, Value>, new: Map<String, Value>) -> Value {
    let language = |label: &Value| label.get("LanguageCode").and_then(Value::as_u64);
    let words = |label: &Value| label.get("Label").cloned();
    let of = |label: &Map<String, Value>| match label.get("LocalizedLabels") {
        Some(Value::Array(labels)) => labels.clone(),
        _ => Vec::new(),
    };
    let mut labels = of(&old);
    let mut differs = false;
    for label in of(&new) {
        match labels
            .iter_mut()
            .find(|one| language(one) == language(&label))
        {
            Some(same) if words(same) == words(&label) => {}
            Some(other) => {
                *other = label;
                differs = true;
            }
            None => {
                labels.push(label);
                differs = true;
            }
        }
    }
    if differs {
        old.insert("LocalizedLabels".to_owned(), Value::Array(labels));
        // It repeats what stood in the list before.
        old.remove("UserLocalizedLabel");
    }
    Value::Object(old)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn label(texts: &[(u64, &str)]) -> Value {
        let one = |(code, text): &(u64, &str)| json!({"Label": text, "LanguageCode": code});
        json!({"LocalizedLabels": texts.iter().map(one).collect::<Vec<_>>()})
    }

    fn merged(definition: Value, changes: Value) -> Value {
        let Value::Object(mut definition) = definition else {
            panic!("no object");
        };
        merge(&mut definition, changes.as_object().unwrap().clone());
        Value::Object(definition)
    }

    #[test]
    fn a_label_keeps_its_other_languages() {
        let both = label(&[(1033, "Boat"), (1031, "Boot")]);
        let new = merged(
            json!({"DisplayName": both}),
            json!({"DisplayName": label(&[(1033, "Ship")])}),
        );
        assert_eq!(new["DisplayName"], label(&[(1033, "Ship"), (1031, "Boot")]));
        let third = merged(
            json!({"DisplayName": both}),
            json!({"DisplayName": label(&[(1040, "Barca")])}),
        );
        assert_eq!(
            third["DisplayName"]["LocalizedLabels"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
        let same = merged(
            json!({"DisplayName": both}),
            json!({"DisplayName": label(&[(1031, "Boot")])}),
        );
        assert_eq!(same["DisplayName"], both);
    }

    #[test]
    fn a_managed_property_takes_a_value_and_an_object_its_members() {
        let definition = json!({"IsAuditEnabled": {"Value": false, "CanBeChanged": true}, "MaxLength": 5,
            "CascadeConfiguration": {"Delete": "RemoveLink", "Assign": "NoCascade"}});
        let new = merged(
            definition,
            json!({"IsAuditEnabled": true, "MaxLength": 7, "Format": "Url",
            "CascadeConfiguration": {"Delete": "Restrict"}}),
        );
        assert_eq!(
            new,
            json!({"IsAuditEnabled": {"Value": true, "CanBeChanged": true}, "MaxLength": 7, "Format": "Url",
                "CascadeConfiguration": {"Delete": "Restrict", "Assign": "NoCascade"}})
        );
    }
}
