//! `update-relationship`: changes what a relationship does to related rows.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use crate::{
    actions::{
        input::input,
        metadata::{
            cascade::cascade,
            change::change,
            place::{RELATIONSHIP, named},
            written::Output,
        },
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `update-relationship`.
    struct Input {
        /// The relationship: its schema name in any case, or the id of its definition.
        pub relationship: String,
        /// What happens to the many rows when something happens to the one: `assign`, `delete`, `merge`,
        /// `reparent`, `share`, `unshare` and `rollup-view`, each `none`, `all`, `active`, `owned`,
        /// `remove-link` or `restrict`. What is not named stays as it is.
        #[schemars(extend("x-airlock-pairs" = "event"))]
        pub cascade: Option<Map<String, Value>>,
        /// Other members of the definition to change, as the service names them. Of an object only the
        /// members that are given change.
        pub definition: Option<Map<String, Value>>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateRelationship;

impl Action<Dataverse> for UpdateRelationship {
    const DECLARATION: Declaration = Declaration {
        name: "update-relationship",
        aliases: &[],
        title: "Update a relationship's definition",
        description: "Changes what a relationship does to related rows, and its other settings.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"relationship": "new_account_new_boat", "cascade": {"delete": "remove-link"}}"#,
        ],
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
        let mut changes = Map::new();
        if let Some(given) = &input.cascade {
            let events = cascade(given, "/cascade")?;
            changes.insert("CascadeConfiguration".to_owned(), events);
        }
        changes.extend(input.definition.unwrap_or_default());
        let resource = named(session, RELATIONSHIP, &input.relationship, "/relationship").await?;
        let type_name = "OneToManyRelationshipMetadata";
        let changed = change(session, &resource, changes, type_name, &options).await?;
        Ok(Output::changed(changed, input.relationship))
    }
}
