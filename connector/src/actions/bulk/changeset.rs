//! `changeset`: several changes, all of them or none.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    operation::Operation,
    plan::{Sets, plan},
    result::{OperationResult, Subject},
};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::batch::Fate,
};

/// Said of every failure: nothing has to be cleaned up.
const UNDONE: &str = "no operation of the change set has any effect";

input! {
    /// Input of `changeset`.
    struct Input {
        /// What to do, in order; each operation an object with `action` (create, update, upsert,
        /// delete, associate or disassociate), `table` and what the action needs.
        pub operations: Vec<Operation>,
        /// Also give each row that is written as it is stored afterwards.
        pub return_row: Option<bool>,
    } + annotations + checks + logic + caller
}

/// Output of `changeset`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// What became of each operation, in order.
    results: Vec<OperationResult>,
}

/// The action.
#[derive(Debug)]
pub struct Changeset;

impl Action<Dataverse> for Changeset {
    const DECLARATION: Declaration = Declaration {
        name: "changeset",
        aliases: &[],
        title: "Run a change set",
        description: "Does up to a thousand operations on rows as one change: all of them or none. The error \
                      names the operation that failed.",
        group: "Bulk",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[r#"{"operations": [
                {"action": "create", "table": "account", "row": {"name": "Verona Fashion"},
                 "content-id": "shop"},
                {"action": "create", "table": "contact", "row": {"lastname": "Rossi",
                 "parentcustomerid": "$shop"}, "content-id": "person"},
                {"action": "update", "id": "$shop", "row": {"primarycontactid": "$person"}}
            ]}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.return_row = input.return_row.unwrap_or(false);
        let plan = plan(session, &input.operations, &options, Sets::All).await?;
        let fates = session.client().batch(&plan.items, false).await?;
        let outcomes = plan.subjects.iter().zip(&fates);
        if let Some(error) = outcomes.clone().find_map(|(one, fate)| failure(one, fate)) {
            return Err(error);
        }
        let results = plan
            .subjects
            .iter()
            .zip(fates)
            .map(|(subject, fate)| subject.result(fate))
            .collect();
        Ok(Output { results })
    }
}

/// The error of the operation that failed, or of all where it is not known which did.
fn failure(subject: &Subject, fate: &Fate) -> Option<Error> {
    match fate {
        Fate::Answered(response) if response.status >= 400 => {
            let error = subject.error(response);
            Some(error.noting(&format!("this is {}: {UNDONE}", subject.described())))
        }
        Fate::UndoneBy(response) => Some(without_place(subject.error(response)).noting(&format!(
            "the service does not say of which operation: {UNDONE}"
        ))),
        _ => None,
    }
}

/// The same error, blaming no single operation.
fn without_place(error: Error) -> Error {
    match error {
        Error::InvalidInput(mut faults) => {
            for fault in &mut faults {
                "/operations".clone_into(&mut fault.pointer);
            }
            Error::InvalidInput(faults)
        }
        other => other,
    }
}
