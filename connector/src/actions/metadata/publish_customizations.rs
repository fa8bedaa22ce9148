//! `publish-customizations`: shows changed definitions to applications.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};

use super::{
    place::{self, CHOICE},
    publish::publish,
    read::{one, text},
    written::Output,
};
use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
};

input! {
    /// Input of `publish-customizations`.
    struct Input {
        /// Tables to publish; everything that waits for it, unless some table or choice is named.
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub tables: Option<Vec<String>>,
        /// Global choices to publish.
        pub choices: Option<Vec<String>>,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct PublishCustomizations;

impl Action<Dataverse> for PublishCustomizations {
    const DECLARATION: Declaration = Declaration {
        name: "publish-customizations",
        aliases: &["PublishXml", "PublishAllXml"],
        title: "Publish customizations",
        description: "Shows changed tables, columns, labels and choices to applications. The Web API knows them \
                      without it.",
        group: "Metadata",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[r#"{"tables": ["account"]}"#, "{}"],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let mut tables = Vec::new();
        for name in names(input.tables.as_deref().unwrap_or_default()) {
            let table = place::table(session, &name, "/tables").await?;
            tables.push(table.name.to_string());
        }
        let mut choices = Vec::new();
        for name in names(input.choices.as_deref().unwrap_or_default()) {
            let place = place::named(session, CHOICE, &name, "/choices").await?;
            let found = one(session, &place, "$select=Name", true).await?;
            choices.extend(text(&found, "Name").map(str::to_owned));
        }
        let of = |names: &[String]| names.join(", ");
        let named = match (tables.as_slice(), choices.as_slice()) {
            ([], []) => None,
            (tables, []) => Some(of(tables)),
            ([], choices) => Some(of(choices)),
            (tables, choices) => Some(format!("{}, {}", of(tables), of(choices))),
        };
        publish(session, &texts(&tables), &texts(&choices), &options).await?;
        Ok(Output {
            outcome: "published",
            name: named,
            published: true,
            ..Output::default()
        })
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
