//! `delete-choice`: removes a global choice.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};

use crate::{
    actions::{
        input::input,
        metadata::{
            place::{CHOICE, named},
            written::{Output, delete, gone},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `delete-choice`.
    struct Input {
        /// Global choice, by its name or the id of its definition.
        pub choice: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteChoice;

impl Action<Dataverse> for DeleteChoice {
    const DECLARATION: Declaration = Declaration {
        name: "delete-choice",
        aliases: &[],
        title: "Delete a global choice",
        description: "Removes a choice that columns shared. Columns that use it have to go first.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"choice": "new_rig"}"#],
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
            let resource = named(session, CHOICE, &input.choice, "/choice").await?;
            delete(session, &resource, &options).await
        };
        gone(removed.await, repeat)?;
        Ok(Output::of("deleted", input.choice))
    }
}
