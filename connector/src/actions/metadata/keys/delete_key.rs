//! `delete-key`: removes an alternate key.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};

use crate::{
    actions::{
        input::input,
        metadata::{
            place,
            written::{Output, delete, gone},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `delete-key`.
    struct Input {
        /// The table: its logical name, its entity set name, or the id of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// The key: its name, or the id of its definition.
        pub name: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteKey;

impl Action<Dataverse> for DeleteKey {
    const DECLARATION: Declaration = Declaration {
        name: "delete-key",
        aliases: &[],
        title: "Delete an alternate key",
        description: "Removes an alternate key of a table. Its columns and rows stay.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "new_boat", "name": "new_number"}"#],
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
            let table = place::table(session, &input.table, "/table").await?;
            let (resource, _) = place::key(session, &table, &input.name).await?;
            delete(session, &resource, &options).await
        };
        gone(removed.await, repeat)?;
        Ok(Output::of("deleted", input.name))
    }
}
