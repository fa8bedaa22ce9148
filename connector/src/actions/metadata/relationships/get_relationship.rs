//! `get-relationship`: the definition of one relationship.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;

use crate::{
    actions::metadata::{
        place::{RELATIONSHIP, named},
        read::{DefinitionShown, one},
    },
    session::{Dataverse, Session},
};

/// Input of `get-relationship`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The relationship: its schema name in any case, or the id of its definition.
    pub relationship: String,
}

/// The action.
#[derive(Debug)]
pub struct GetRelationship;

impl Action<Dataverse> for GetRelationship {
    const DECLARATION: Declaration = Declaration {
        name: "get-relationship",
        aliases: &[],
        title: "Get a relationship's definition",
        description: "Gives the definition of one relationship as the service has it.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"relationship": "account_primary_contact"}"#],
    };
    type Input = Input;
    type Output = DefinitionShown;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<DefinitionShown, Error> {
        let resource = named(session, RELATIONSHIP, &input.relationship, "/relationship").await?;
        let definition = one(session, &resource, "", false).await?;
        Ok(DefinitionShown { definition })
    }
}
