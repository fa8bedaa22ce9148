//! Functions and actions in forms: which there are, and what the chosen one takes.

use airlock_connector::{Choice, Error, Transport};
use serde_json::{Map, Value, json};

use crate::{
    operations::{
        find::short,
        model::{Kind, Operation, Operations, TypeName, ValueType},
    },
    session::Session,
    tables::Freshness,
};

/// The drop-down of functions, or of actions: those of the form's table, or those that stand by themselves.
pub(super) async fn choices<T: Transport>(
    session: &Session<T>,
    kind: Kind,
    form: &Map<String, Value>,
) -> Result<Vec<Choice>, Error> {
    let table = match given(form, "table") {
        Some(name) => Some(session.table(name, "/table").await?),
        None => None,
    };
    let operations = session
        .catalog()
        .operations(session.client(), Freshness::Cached)
        .await?;
    let fits = |one: &&Operation| match (&one.binding, &table) {
        (Some(binding), Some(table)) => operations.is_a(table.name.as_str(), &binding.table),
        (None, None) => true,
        _ => false,
    };
    let of_kind = operations.all.iter().filter(|one| one.kind == kind);
    let mut names: Vec<&str> = of_kind.filter(fits).map(|one| one.name.as_str()).collect();
    names.sort_by_cached_key(|name| name.to_lowercase());
    names.dedup();
    let choice = |name: &str| Choice {
        value: json!(name),
        label: name.to_owned(),
    };
    Ok(names.into_iter().map(choice).collect())
}

/// Which operations a form calls, if it calls any.
pub(super) fn called_by(schema: &Value) -> Option<Kind> {
    schema.pointer("/properties/parameters")?;
    match schema
        .pointer("/properties/name/x-airlock-choices")?
        .as_str()?
    {
        "functions" => Some(Kind::Function),
        "actions" => Some(Kind::Action),
        _ => None,
    }
}

/// The schema with the parameters of the operation that the form names.
pub(super) async fn refine<T: Transport>(
    session: &Session<T>,
    kind: Kind,
    form: &Map<String, Value>,
    mut schema: Value,
) -> Result<Value, Error> {
    let Some(name) = given(form, "name") else {
        return Ok(schema);
    };
    let table = match given(form, "table") {
        Some(table) => Some(session.table(table, "/table").await?),
        None => None,
    };
    let operations = session
        .catalog()
        .operations(session.client(), Freshness::Cached)
        .await?;
    let of_name = |one: &&Operation| one.kind == kind && one.name.eq_ignore_ascii_case(short(name));
    let mut found = operations.all.iter().filter(of_name).peekable();
    let first = found.peek().copied();
    let bound = found.find(|one| {
        let binding = one.binding.as_ref();
        match (binding, &table) {
            (Some(binding), Some(table)) => operations.is_a(table.name.as_str(), &binding.table),
            (None, None) => true,
            _ => false,
        }
    });
    let Some(operation) = bound.or(first) else {
        return Ok(schema);
    };
    let parameters = schema.pointer_mut("/properties/parameters");
    if let Some(target) = parameters.and_then(Value::as_object_mut) {
        let mut properties = Map::new();
        for parameter in &operation.parameters {
            let one = of_type(&operations, &parameter.of);
            properties.insert(parameter.name.clone(), one);
        }
        let names = |required: bool| {
            let all = operation.parameters.iter();
            let all = all.filter(|one| !required || !one.optional);
            json!(all.map(|one| one.name.as_str()).collect::<Vec<_>>())
        };
        target.insert("required".to_owned(), names(true));
        target.insert("x-airlock-order".to_owned(), names(false));
        target.insert("properties".to_owned(), Value::Object(properties));
    }
    Ok(schema)
}

/// What a form is told of a value.
fn of_type(operations: &Operations, of: &TypeName) -> Value {
    let mut one = match operations.value_type(of) {
        ValueType::Text | ValueType::Guid => json!({"type": "string"}),
        ValueType::Date => json!({"type": "string", "format": "date"}),
        ValueType::Moment => json!({"type": "string", "format": "date-time"}),
        ValueType::YesNo => json!({"type": "boolean"}),
        ValueType::Whole(_) => json!({"type": "integer"}),
        ValueType::Number => json!({"type": "number"}),
        ValueType::Enumeration(_, found) if !found.flags => {
            let members = found
                .members
                .iter()
                .map(|(name, _)| json!({ "const": name }));
            json!({"type": "string", "oneOf": members.collect::<Vec<_>>()})
        }
        _ => json!({}),
    };
    if of.many {
        one = json!({"type": "array", "items": one});
    }
    if let Some(object) = one.as_object_mut() {
        let words = operations.type_in_words(of);
        object.insert("description".to_owned(), json!(words));
    }
    one
}

fn given<'a>(form: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    form.get(name)?
        .as_str()
        .filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use futures::executor::block_on;

    use super::*;
    use crate::{
        actions::testing::session, operations::testing::DOCUMENT, tables::testing::organisation,
    };

    fn form(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn the_actions_of_a_table_are_chosen_from_and_the_chosen_one_says_what_it_takes() {
        let script = organisation().always(Method::Get, "$metadata", 200, DOCUMENT);
        let session = session(&script);
        let of = |kind, value| block_on(choices(&session, kind, &form(value))).unwrap();
        let bound = of(Kind::Action, json!({"table": "account"}));
        let names: Vec<&str> = bound.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(names, ["new_All", "new_Escalate"]);
        assert!(
            of(Kind::Function, json!({}))
                .iter()
                .any(|one| one.label == "WhoAmI")
        );
        let schema = json!({"properties": {
            "name": {"x-airlock-choices": "actions"}, "table": {}, "parameters": {"type": "object"}}});
        assert_eq!(called_by(&schema), Some(Kind::Action));
        let chosen = form(json!({"table": "task", "name": "new_escalate"}));
        let refined = block_on(refine(&session, Kind::Action, &chosen, schema)).unwrap();
        let parameters = &refined["properties"]["parameters"];
        assert_eq!(parameters["required"], json!(["Reason"]));
        assert_eq!(parameters["properties"]["Due"]["format"], "date");
        assert_eq!(
            parameters["properties"]["Helper"]["description"],
            "a row of systemuser"
        );
    }
}
