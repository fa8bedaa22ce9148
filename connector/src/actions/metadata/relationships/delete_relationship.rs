//! `delete-relationship`: unties two tables.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};

use crate::{
    actions::{
        input::input,
        metadata::{
            place::{RELATIONSHIP, named},
            written::{Output, delete, gone},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `delete-relationship`.
    struct Input {
        /// The relationship: its schema name in any case, or the id of its definition.
        pub relationship: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteRelationship;

impl Action<Dataverse> for DeleteRelationship {
    const DECLARATION: Declaration = Declaration {
        name: "delete-relationship",
        aliases: &[],
        title: "Delete a relationship",
        description: "Removes a relationship, of one to many with its lookup.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"relationship": "new_account_new_boat"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        repeat: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let removed = async {
            let resource =
                named(session, RELATIONSHIP, &input.relationship, "/relationship").await?;
            delete(session, &resource, &options).await
        };
        gone(removed.await, repeat)?;
        Ok(Output::of("deleted", input.relationship))
    }
}
