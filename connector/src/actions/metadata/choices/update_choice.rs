//! `update-choice`: labels of a global choice, and options of it or of a column's own.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
    input::below,
};
use serde_json::{Map, Value, json};

use super::place::{Found, Given, find};
use crate::{
    actions::{
        input::input,
        metadata::{
            change::change,
            label::{labels, of_organisation},
            option::{option, options, shown_options},
            publish::publish,
            written::{Output, post},
        },
    },
    columns::words::shown,
    session::{Dataverse, Session},
    webapi::CallOptions,
};

input! {
    /// Input of `update-choice`.
    struct Input {
        /// Global choice, by its name or the id of its definition.
        pub choice: Option<String>,
        /// Table of the column whose choice is meant.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: Option<String>,
        /// Column whose choice is meant.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: Option<String>,
        /// Name of a global choice for people: a text in the organisation's language, or one text for each
        /// language by its number. Languages that are not named keep theirs.
        pub label: Option<Value>,
        /// What a global choice is for, in the same form.
        pub description: Option<Value>,
        /// Options to add: texts, or objects with `label` and, where wanted, `value`, `color`, `description`
        /// and `external-value`.
        pub add: Option<Vec<Value>>,
        /// Options to change, each by its number or its label: a new label, or an object as in `add`.
        pub change: Option<Map<String, Value>>,
        /// Options to remove, each by its number or its label.
        pub remove: Option<Vec<Value>>,
        /// All options in their new order, each by its number or its label.
        pub order: Option<Vec<Value>>,
        /// Number of the state that a new reason for a state belongs to; only of status columns.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub state: Option<i64>,
        /// Also show the change to applications.
        #[schemars(extend("default" = false))]
        pub publish: Option<bool>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateChoice;

/// Each option is a request of its own, so a repeat would add twice.
const TRAITS: Traits = Traits {
    read_only: false,
    idempotent: false,
    destructive: true,
};

impl Action<Dataverse> for UpdateChoice {
    const DECLARATION: Declaration = Declaration {
        name: "update-choice",
        aliases: &[],
        title: "Update a choice",
        description: "Changes the labels of a global choice, and adds, changes, removes or orders options of it or \
                      of a column's own choice, in that order and one by one.",
        group: "Metadata",
        traits: TRAITS,
        streams: Streams::NONE,
        examples: &[
            r#"{"choice": "new_rig", "add": ["Yawl"], "change": {"Sloop": {"label": {"1031": "Slup"}}}}"#,
            r#"{"table": "new_boat", "column": "new_rig", "remove": ["Ketch"], "publish": true}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut call = input.options()?;
        call.solution.clone_from(&input.solution);
        let language = match input.language {
            Some(language) => language,
            None => of_organisation(session).await?,
        };
        let given = [
            ("DisplayName", "/label", input.label.as_ref()),
            ("Description", "/description", input.description.as_ref()),
        ];
        let (changes, _) = labels(session, &given, Some(language)).await?;
        let added = options(input.add.as_deref().unwrap_or_default(), language, "/add")?;
        let given = Given {
            choice: input.choice.as_deref(),
            table: input.table.as_deref(),
            column: input.column.as_deref(),
        };
        let found = find(session, given, true).await?;
        let steps = steps(&found, &input, added, language)?;
        let mut changed = !steps.is_empty();
        if !changes.is_empty() {
            let Some(resource) = &found.resource else {
                return Err(Error::invalid(
                    "/label",
                    "the choice of a column has the column's label: change that by update-column",
                ));
            };
            changed |= change(session, resource, changes, "OptionSetMetadata", &call).await?;
        }
        for (action, body) in steps {
            send(session, action, &found, body, &call).await?;
        }
        let published = changed && input.publish.unwrap_or(false);
        if published {
            let name = found.name();
            match &found.table {
                Some(table) => publish(session, &[table], &[], &call).await?,
                None => publish(session, &[], &[name], &call).await?,
            }
        }
        Ok(Output {
            published,
            ..Output::changed(changed, found.name())
        })
    }
}

/// The name of an action on single options, and what it is told.
type Step = (&'static str, Map<String, Value>);

/// The requests that the options need, each an action with what it says of one option.
fn steps(
    found: &Found,
    input: &Input,
    added: Vec<Value>,
    language: u64,
) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    for one in added {
        let Value::Object(mut body) = one else {
            continue;
        };
        let action = match input.state {
            Some(state) => {
                body.insert("StateCode".to_owned(), json!(state));
                "InsertStatusValue"
            }
            None => "InsertOptionValue",
        };
        steps.push((action, body));
    }
    for (name, value) in input.change.iter().flatten() {
        let place = below("/change", name);
        let mut body = option(value, language, &place)?;
        let number = number_of(found, &Value::from(name.as_str()), &place)?;
        body.insert("Value".to_owned(), json!(number));
        body.insert("MergeLabels".to_owned(), json!(true));
        steps.push(("UpdateOptionValue", body));
    }
    for (index, value) in input.remove.iter().flatten().enumerate() {
        let number = number_of(found, value, &format!("/remove/{index}"))?;
        steps.push((
            "DeleteOptionValue",
            Map::from_iter([("Value".to_owned(), json!(number))]),
        ));
    }
    if let Some(order) = &input.order {
        let numbers = order.iter().enumerate();
        let numbers: Vec<i64> = numbers
            .map(|(index, value)| number_of(found, value, &format!("/order/{index}")))
            .collect::<Result<_, _>>()?;
        steps.push((
            "OrderOption",
            Map::from_iter([("Values".to_owned(), json!(numbers))]),
        ));
    }
    Ok(steps)
}

/// The number of the option that `value` names, by it or by its label in any language.
fn number_of(found: &Found, value: &Value, pointer: &str) -> Result<i64, Error> {
    let options = || {
        let listed = found.definition.get("Options").and_then(Value::as_array);
        let two = ["FalseOption", "TrueOption"]
            .iter()
            .filter_map(|name| found.definition.get(*name));
        listed.into_iter().flatten().chain(two)
    };
    let number = |option: &Value| option.get("Value").and_then(Value::as_i64);
    let wanted = match value {
        Value::Number(given) => given.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    if let Some(wanted) = wanted
        && options().any(|option| number(option) == Some(wanted))
    {
        return Ok(wanted);
    }
    let text = value.as_str().unwrap_or_default().trim().to_lowercase();
    let called = |option: &&Value| {
        let labels = option
            .get("Label")
            .and_then(|label| label.get("LocalizedLabels"));
        let labels = labels.and_then(Value::as_array).into_iter().flatten();
        labels
            .filter_map(|label| label.get("Label")?.as_str())
            .any(|label| label.to_lowercase() == text)
    };
    let one = options().find(called).and_then(number);
    one.ok_or_else(|| {
        let known: Vec<String> = shown_options(&found.definition)
            .iter()
            .map(ToString::to_string)
            .collect();
        Error::invalid(
            pointer,
            format!(
                "{} is no option of {}; there are {}",
                shown(value),
                found.name(),
                known.join(", ")
            ),
        )
    })
}

async fn send<T: Transport>(
    session: &Session<T>,
    action: &str,
    found: &Found,
    mut body: Map<String, Value>,
    call: &CallOptions,
) -> Result<(), Error> {
    body.extend(found.named.clone());
    if let Some(solution) = &call.solution {
        body.insert("SolutionUniqueName".to_owned(), json!(solution));
    }
    post(session, action, &body, call).await?;
    Ok(())
}
