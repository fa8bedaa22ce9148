//! `reactivate-key`: has the service build the index of a key again that it could not build.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, json};

use crate::{
    actions::{
        input::input,
        metadata::{
            place,
            read::text,
            written::{Output, post},
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `reactivate-key`.
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
pub struct ReactivateKey;

impl Action<Dataverse> for ReactivateKey {
    const DECLARATION: Declaration = Declaration {
        name: "reactivate-key",
        aliases: &["ReactivateEntityKey"],
        title: "Reactivate an alternate key",
        description: "Has the service build the index of a key again, as after rows that it held twice were mended.",
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
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let table = place::table(session, &input.table, "/table").await?;
        let (_, key) = place::key(session, &table, &input.name).await?;
        if text(&key, "EntityKeyIndexStatus") == Some("Active") {
            return Ok(Output::changed(false, input.name));
        }
        let name = text(&key, "LogicalName").unwrap_or(&input.name);
        let body = Map::from_iter([
            ("EntityLogicalName".to_owned(), json!(table.name.as_str())),
            ("EntityKeyLogicalName".to_owned(), json!(name)),
        ]);
        post(session, "ReactivateEntityKey", &body, &options).await?;
        Ok(Output::changed(true, name))
    }
}
