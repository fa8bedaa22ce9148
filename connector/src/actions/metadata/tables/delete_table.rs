//! `delete-table`: removes a table and all of its rows.

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
    /// Input of `delete-table`.
    struct Input {
        /// The table: its logical name, its entity set name, or the id of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteTable;

impl Action<Dataverse> for DeleteTable {
    const DECLARATION: Declaration = Declaration {
        name: "delete-table",
        aliases: &[],
        title: "Delete a table",
        description: "Removes a table of the organisation with all of its rows. What depends on it has to go \
                      first.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "new_port"}"#],
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
            delete(session, &place::of_table(&table), &options).await
        };
        gone(removed.await, repeat)?;
        Ok(Output::of("deleted", input.table))
    }
}
