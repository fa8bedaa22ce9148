//! `create-choice`: a global choice.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams},
};
use serde_json::{Map, Value, json};

use crate::{
    actions::{
        input::input,
        metadata::{
            change::merge,
            label::{labels, of_organisation},
            option::options,
            written::{NEW, Output, post, prefixed},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `create-choice`.
    struct Input {
        /// Name of the choice, with the prefix of a publisher: `new_rig`.
        pub name: String,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number, such as `{"1033": "Rig", "1031": "Takelung"}`.
        pub label: Value,
        /// What the choice is for, in the same form.
        pub description: Option<Value>,
        /// Its options: texts, or objects with `label` and, where wanted, `value`, `color`, `description` and
        /// `external-value`.
        pub options: Vec<Value>,
        /// Further members of the definition, as the service names them; they win over what stands above.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub definition: Option<Map<String, Value>>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the choice.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct CreateChoice;

impl Action<Dataverse> for CreateChoice {
    const DECLARATION: Declaration = Declaration {
        name: "create-choice",
        aliases: &[],
        title: "Create a global choice",
        description: "Makes a choice that columns can share.",
        group: "Metadata",
        traits: NEW,
        streams: Streams::NONE,
        examples: &[r#"{"name": "new_rig", "label": "Rig", "options": ["Sloop", "Ketch"]}"#],
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
        prefixed(&input.name, "/name")?;
        let language = match input.language {
            Some(language) => language,
            None => of_organisation(session).await?,
        };
        let given = [
            ("DisplayName", "/label", Some(&input.label)),
            ("Description", "/description", input.description.as_ref()),
        ];
        let (mut body, _) = labels(session, &given, Some(language)).await?;
        body.extend([
            (
                "@odata.type".to_owned(),
                json!("Microsoft.Dynamics.CRM.OptionSetMetadata"),
            ),
            ("Name".to_owned(), json!(input.name)),
            ("IsGlobal".to_owned(), json!(true)),
            ("OptionSetType".to_owned(), json!("Picklist")),
            (
                "Options".to_owned(),
                Value::Array(options(&input.options, language, "/options")?),
            ),
        ]);
        merge(&mut body, input.definition.unwrap_or_default());
        let (id, _) = post(session, "GlobalOptionSetDefinitions", &body, &call).await?;
        Ok(Output {
            id,
            ..Output::of("created", input.name)
        })
    }
}
