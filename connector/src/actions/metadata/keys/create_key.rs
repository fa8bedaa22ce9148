//! `create-key`: columns that identify a row together.

use airlock_connector::{
    Action, Error, FieldError, IdempotencyKey, Transport,
    declare::{Declaration, Streams},
};
use serde_json::{Value, json};

use crate::{
    actions::{
        input::input,
        metadata::{
            label::labels,
            place,
            written::{NEW, Output, post, prefixed},
        },
        options::names,
    },
    session::{Dataverse, Session},
};

input! {
    /// Input of `create-key`.
    struct Input {
        /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
        /// of its definition.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
        /// Schema name of the key, with the prefix of a publisher: `new_Number`.
        pub name: String,
        /// Columns that identify a row together.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub columns: Vec<String>,
        /// Name for people: a text in the organisation's language, or one text for each language by its
        /// number; the schema name unless given.
        pub label: Option<Value>,
        /// Language of labels that are texts, by its number (1033 is English); the organisation's unless
        /// given.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub language: Option<u64>,
        /// Unique name of the unmanaged solution that takes the key.
        pub solution: Option<String>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct CreateKey;

impl Action<Dataverse> for CreateKey {
    const DECLARATION: Declaration = Declaration {
        name: "create-key",
        aliases: &[],
        title: "Create an alternate key",
        description: "Makes an alternate key of columns of a table. The service builds its index by and by: rows \
                      are found by the key once list-keys says that it is active.",
        group: "Metadata",
        traits: NEW,
        streams: Streams::NONE,
        examples: &[r#"{"table": "new_boat", "name": "new_Number", "columns": ["new_name"]}"#],
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
        prefixed(&input.name, "/name")?;
        let wanted = names(&input.columns);
        if wanted.is_empty() {
            return Err(Error::invalid(
                "/columns",
                "which columns? Name at least one",
            ));
        }
        let own = Value::from(input.name.as_str());
        let given = [(
            "DisplayName",
            "/label",
            Some(input.label.as_ref().unwrap_or(&own)),
        )];
        let (mut body, _) = labels(session, &given, input.language).await?;
        let table = place::table(session, &input.table, "/table").await?;
        let mut columns = Vec::new();
        let mut faults: Vec<FieldError> = Vec::new();
        for (index, name) in wanted.iter().enumerate() {
            match place::column_name(session, &table, name, &format!("/columns/{index}")).await {
                Ok(name) => columns.push(name),
                Err(Error::InvalidInput(more)) => faults.extend(more),
                Err(error) => return Err(error),
            }
        }
        if !faults.is_empty() {
            return Err(Error::InvalidInput(faults));
        }
        body.insert("SchemaName".to_owned(), own);
        body.insert("KeyAttributes".to_owned(), json!(columns));
        let resource = format!("{}/Keys", place::of_table(&table));
        let (id, _) = post(session, &resource, &body, &options).await?;
        Ok(Output {
            id,
            ..Output::of("created", input.name.to_lowercase())
        })
    }
}
