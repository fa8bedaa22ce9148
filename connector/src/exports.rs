//! The component's exports.

use wit_bindgen::spawn_local;

use crate::{
    actions::{self, Call, Session},
    contract::{
        Connection, Error,
        exports::airlock::connector::{
            actions::{Guest as Actions, Piped, Request},
            discovery::{Choice, Guest as Discovery},
            manifest::{About, Guest as Manifest},
            triggers::{Guest as Triggers, HttpRequest, Page, Receipt},
        },
        wit_future, wit_stream,
    },
    discovery, manifest,
    tables::Memory,
    triggers,
    wasi::{Host, Pipe},
};

struct Component;

#[allow(
    unsafe_code,
    reason = "the generated entry points take raw pointers from the host"
)]
mod entry {
    use super::Component;

    crate::contract::export!(Component with_types_in crate::contract);
}

thread_local! {
    /// What this instance remembers; a component has one thread.
    static MEMORY: Memory = const { Memory::new() };
}

fn open(connection: &Connection) -> Result<Session<Host>, Error> {
    MEMORY
        .with(|memory| Session::open(Host, memory, &connection.id, &connection.settings))
        .map_err(Error::from)
}

impl Manifest for Component {
    fn describe() -> About {
        manifest::about().into()
    }
}

impl Discovery for Component {
    async fn check(connection: Connection) -> Result<String, Error> {
        Ok(discovery::check(&open(&connection)?).await?)
    }

    async fn choices(
        connection: Connection,
        source: String,
        form: String,
    ) -> Result<Vec<Choice>, Error> {
        let choices = discovery::choices(&open(&connection)?, &source, &form).await?;
        Ok(choices.into_iter().map(Choice::from).collect())
    }

    async fn refine(
        connection: Connection,
        operation: String,
        form: String,
    ) -> Result<String, Error> {
        let schema = discovery::refine(&open(&connection)?, &operation, &form).await?;
        Ok(schema.to_string())
    }
}

impl Actions for Component {
    async fn invoke(request: Request) -> Result<String, Error> {
        let (connection, call) = split(request);
        Ok(actions::invoke(&open(&connection)?, &call).await?)
    }

    async fn pipe(
        request: Request,
        _: Option<wit_bindgen::StreamReader<u8>>,
    ) -> Result<Piped, Error> {
        let (connection, call) = split(request);
        let piping = actions::pipe(&call)?;
        let session = open(&connection)?;
        let (writer, data) = wit_stream::new();
        let (summary, done) = wit_future::new(|| {
            Err(Error::Internal(
                "the stream ended without a summary".to_owned(),
            ))
        });
        spawn_local(async move {
            let mut sink = Pipe(writer);
            let result = piping.run(&session, &mut sink).await;
            drop(sink);
            // A host that no longer listens has no use for the summary either.
            let _ = summary.write(result.map_err(Error::from)).await;
        });
        Ok(Piped {
            content_type: actions::Piping::CONTENT_TYPE.to_owned(),
            data,
            done,
        })
    }
}

fn split(request: Request) -> (Connection, Call) {
    let call = Call {
        action: request.action,
        input: request.input,
        idempotency_key: request.idempotency_key,
        may_be_done: request.may_be_done,
    };
    (request.connection, call)
}

impl Triggers for Component {
    async fn poll(
        _: Connection,
        trigger: String,
        _: String,
        _: Option<String>,
    ) -> Result<Page, Error> {
        Err(triggers::unknown(&trigger).into())
    }

    async fn subscribe(
        _: Connection,
        trigger: String,
        _: String,
        _: String,
    ) -> Result<String, Error> {
        Err(triggers::unknown(&trigger).into())
    }

    async fn unsubscribe(_: Connection, trigger: String, _: String) -> Result<(), Error> {
        Err(triggers::unknown(&trigger).into())
    }

    async fn receive(trigger: String, _: String, _: HttpRequest) -> Result<Receipt, Error> {
        Err(triggers::unknown(&trigger).into())
    }
}
