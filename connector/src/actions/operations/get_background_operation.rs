//! `get-background-operation`: how far an operation in the background has come.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};

use super::progress::{Output, Place, look};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
};

input! {
    /// Input of `get-background-operation`.
    struct Input {
        /// The operation: its id, or the `location` that run-in-background gave.
        pub operation: String,
    } + caller
}

/// The action.
#[derive(Debug)]
pub struct GetBackgroundOperation;

impl Action<Dataverse> for GetBackgroundOperation {
    const DECLARATION: Declaration = Declaration {
        name: "get-background-operation",
        aliases: &[],
        title: "Get a background operation",
        description: "Tells whether an operation in the background is done, and what it gave. One that failed \
                      is an error with the reason.",
        group: "Operations",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"operation": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        let place = Place::named(session, &input.operation, "/operation")?;
        look(session, &place, &options).await
    }
}
