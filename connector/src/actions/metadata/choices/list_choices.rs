//! `list-choices`: the global choices of the organisation.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    actions::metadata::{
        option::{OptionShown, shown_options},
        read::{label, list, text, yes},
    },
    session::{Dataverse, Session},
};

/// Input of `list-choices`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Only the organisation's own choices (true), or only those of the platform and its applications
    /// (false).
    pub custom: Option<bool>,
    /// Only names and labels that contain this text, in any case.
    pub search: Option<String>,
    /// Give the options of each, too.
    pub options: Option<bool>,
}

/// Output of `list-choices`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The choices by name.
    choices: Vec<ChoiceShown>,
    /// How many there are.
    count: usize,
}

/// One choice.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct ChoiceShown {
    /// Id of its definition.
    id: String,
    /// Its name.
    name: String,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Whether it is the organisation's own.
    custom: bool,
    /// Its options, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<OptionShown>>,
}

/// The action.
#[derive(Debug)]
pub struct ListChoices;

impl Action<Dataverse> for ListChoices {
    const DECLARATION: Declaration = Declaration {
        name: "list-choices",
        aliases: &[],
        title: "List global choices",
        description: "Lists the choices of the organisation that columns share.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"custom": true, "options": true}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let all = list(session, "GlobalOptionSetDefinitions", "", false).await?;
        let search = input.search.unwrap_or_default().trim().to_lowercase();
        let mut choices: Vec<ChoiceShown> = all
            .iter()
            .filter(|one| {
                input
                    .custom
                    .is_none_or(|custom| custom == yes(one, "IsCustomOptionSet"))
            })
            .map(|one| ChoiceShown {
                id: text(one, "MetadataId").unwrap_or_default().to_owned(),
                name: text(one, "Name").unwrap_or_default().to_owned(),
                label: label(one, "DisplayName"),
                custom: yes(one, "IsCustomOptionSet"),
                options: input.options.unwrap_or(false).then(|| shown_options(one)),
            })
            .filter(|one| {
                let label = one.label.as_deref().unwrap_or_default().to_lowercase();
                one.name.to_lowercase().contains(&search) || label.contains(&search)
            })
            .collect();
        choices.sort_by_cached_key(|one| one.name.to_lowercase());
        Ok(Output {
            count: choices.len(),
            choices,
        })
    }
}
