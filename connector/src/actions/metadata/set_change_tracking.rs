//! `set-change-tracking`: lets changes of a table be told, as list-changes and triggers need it.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, json};

use super::{change::change, place, publish::publish, written::Output};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `set-change-tracking`.
    struct Input {
        /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
        /// of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Whether its changes are tracked. The service does not let every table be switched off again.
        #[schemars(extend("default" = true))]
        pub enabled: Option<bool>,
        /// Also show the change to applications.
        #[schemars(extend("default" = true))]
        pub publish: Option<bool>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct SetChangeTracking;

impl Action<Dataverse> for SetChangeTracking {
    const DECLARATION: Declaration = Declaration {
        name: "set-change-tracking",
        aliases: &[],
        title: "Switch change tracking",
        description: "Switches the tracking of a table's changes on or off, and publishes it.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"table": "new_boat"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.solution.clone_from(&input.solution);
        let table = place::table(session, &input.table, "/table").await?;
        let enabled = json!(input.enabled.unwrap_or(true));
        let changes = Map::from_iter([("ChangeTrackingEnabled".to_owned(), enabled)]);
        let resource = place::of_table(&table);
        let changed = change(session, &resource, changes, "EntityMetadata", &options).await?;
        let published = changed && input.publish.unwrap_or(true);
        if published {
            publish(session, &[table.name.as_str()], &[], &options).await?;
        }
        Ok(Output {
            published,
            ..Output::changed(changed, table.name.as_str())
        })
    }
}
