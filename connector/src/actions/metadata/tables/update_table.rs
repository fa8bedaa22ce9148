//! `update-table`: changes labels and settings of a table.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use crate::{
    actions::{
        input::input,
        metadata::{change::change, label::labels, place, publish::publish, written::Output},
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `update-table`.
    struct Input {
        /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
        /// of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number, such as `{"1033": "Boat", "1040": "Barca"}`. Languages that are not named keep theirs.
        pub label: Option<Value>,
        /// Plural for people, in the same form.
        pub plural_label: Option<Value>,
        /// What the table is for, in the same form.
        pub description: Option<Value>,
        /// Other members of the definition to change, as the service names them. Of an object only the
        /// members that are given change.
        pub definition: Option<Map<String, Value>>,
        /// Also show the change to applications.
        #[schemars(extend("default" = false))]
        pub publish: Option<bool>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the change.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct UpdateTable;

impl Action<Dataverse> for UpdateTable {
    const DECLARATION: Declaration = Declaration {
        name: "update-table",
        aliases: &[],
        title: "Update a table's definition",
        description: "Changes labels and settings of a table. What is not given stays as it is.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r##"{"table": "new_boat", "label": {"1031": "Schiff"}, "definition": {"EntityColor": "#112233"}}"##,
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
        let given = [
            ("DisplayName", "/label", input.label.as_ref()),
            (
                "DisplayCollectionName",
                "/plural-label",
                input.plural_label.as_ref(),
            ),
            ("Description", "/description", input.description.as_ref()),
        ];
        let (mut changes, _) = labels(session, &given, input.language).await?;
        changes.extend(input.definition.unwrap_or_default());
        let table = place::table(session, &input.table, "/table").await?;
        let resource = place::of_table(&table);
        let changed = change(session, &resource, changes, "EntityMetadata", &options).await?;
        let published = changed && input.publish.unwrap_or(false);
        if published {
            publish(session, &[table.name.as_str()], &[], &options).await?;
        }
        Ok(Output {
            published,
            ..Output::changed(changed, table.name.as_str())
        })
    }
}
