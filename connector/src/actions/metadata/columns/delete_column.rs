//! `delete-column`: removes a column with what stands in it.

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
    /// Input of `delete-column`.
    struct Input {
        /// The table: its logical name, its entity set name, or the id of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// The column: its name, or the id of its definition.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub column: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct DeleteColumn;

impl Action<Dataverse> for DeleteColumn {
    const DECLARATION: Declaration = Declaration {
        name: "delete-column",
        aliases: &[],
        title: "Delete a column",
        description: "Removes a column of a table with what stands in it. What depends on it has to go first.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "new_boat", "column": "new_length"}"#],
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
            let resource = place::column(session, &table, &input.column, "/column").await?;
            delete(session, &resource, &options).await
        };
        gone(removed.await, repeat)?;
        Ok(Output::of("deleted", input.column))
    }
}
