//! `batch`: any number of operations, in as few requests as the service takes.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    operation::Operation,
    plan::{Sets, plan},
    result::{OperationResult, Outcome, Subject},
};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::batch::{Fate, Item, MOST},
};

input! {
    /// Input of `batch`.
    struct Input {
        /// What to do, in order; each operation an object with `action` (create, update, upsert,
        /// delete, get, associate or disassociate), `table` and what the action needs.
        pub operations: Vec<Operation>,
        /// Go on behind an operation that fails. Otherwise those behind it are not begun.
        pub continue_on_error: Option<bool>,
        /// Also give each row that is written as it is stored afterwards.
        pub return_row: Option<bool>,
    } + annotations + checks + logic + caller
}

/// Output of `batch`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// How many operations were done.
    done: usize,
    /// How many were not.
    not_done: usize,
    /// What became of each operation, in order.
    results: Vec<OperationResult>,
}

/// The action.
#[derive(Debug)]
pub struct Batch;

impl Action<Dataverse> for Batch {
    const DECLARATION: Declaration = Declaration {
        name: "batch",
        aliases: &[],
        title: "Run a batch of operations",
        description: "Does any number of operations on rows, a thousand in one request, and gives a result \
                      for each in order. Neighbours with the same change set are done all or not at all. An \
                      operation that fails is told in its result, and the batch itself succeeds.",
        group: "Bulk",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[r#"{"operations": [
                {"action": "create", "table": "account", "row": {"name": "Verona Fashion"},
                 "content-id": "shop", "change-set": "1"},
                {"action": "create", "table": "contact", "row": {"lastname": "Rossi",
                 "parentcustomerid": "$shop"}, "change-set": "1"},
                {"action": "get", "table": "account", "key": {"accountnumber": "A-1001"}, "select": ["name"]}
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
        let plan = plan(session, &input.operations, &options, Sets::Named).await?;
        let goes_on = input.continue_on_error.unwrap_or(false);
        let results = send(session, &plan.items, &plan.subjects, goes_on).await?;
        let done = results.iter().filter(|one| one.outcome.is_done()).count();
        Ok(Output {
            done,
            not_done: results.len() - done,
            results,
        })
    }
}

/// Sends the items in batches. Only where nothing was carried out before is a batch that was not answered
/// an error of the whole: what earlier ones have done has to be told.
async fn send<T: Transport>(
    session: &Session<T>,
    items: &[Item],
    subjects: &[Subject],
    goes_on: bool,
) -> Result<Vec<OperationResult>, Error> {
    let mut results: Vec<OperationResult> = Vec::with_capacity(subjects.len());
    let mut left = subjects.iter();
    for chunk in chunks(items) {
        let count = chunk.iter().map(|item| item.parts().len()).sum();
        let subjects = left.by_ref().take(count);
        match session.client().batch(chunk, goes_on).await {
            Ok(fates) => results.extend(
                subjects
                    .zip(fates)
                    .map(|(subject, fate)| subject.result(fate)),
            ),
            Err(error) if results.is_empty() => return Err(error),
            Err(error) => {
                let outcome = unanswered(&error);
                results
                    .extend(subjects.map(|subject| subject.not_done(outcome, Some(error.clone()))));
                break;
            }
        }
        let sent = u64::try_from(results.len()).unwrap_or(u64::MAX);
        session.transport().progress(sent, None);
        if !goes_on
            && results
                .iter()
                .rev()
                .take(count)
                .any(|one| !one.outcome.is_done())
        {
            break;
        }
    }
    results.extend(left.map(|subject| subject.result(Fate::NotBegun)));
    Ok(results)
}

/// What is known of the operations of a batch that met this error as a whole.
fn unanswered(error: &Error) -> Outcome {
    match error {
        Error::Throttled { .. }
        | Error::Unauthenticated(_)
        | Error::Forbidden(_)
        | Error::InvalidInput(_) => Outcome::NotBegun,
        _ => Outcome::Unknown,
    }
}

/// The items cut into batches; a change set stays whole.
fn chunks(mut items: &[Item]) -> Vec<&[Item]> {
    let mut chunks = Vec::new();
    while !items.is_empty() {
        let mut count = 0;
        let fits = items
            .iter()
            .take_while(|item| {
                count += item.parts().len();
                count <= MOST
            })
            .count();
        // A change set that is too long for any batch has been refused before.
        let (chunk, rest) = items.split_at(fits.max(1));
        chunks.push(chunk);
        items = rest;
    }
    chunks
}
