//! The component's exports, over any connector.

use std::marker::PhantomData;

use wit_bindgen::{StreamReader, spawn_local};

use super::{
    bindings::{
        exports::airlock::connector::{
            actions::{Guest as Actions, Piped, Request},
            discovery::{Choice, Guest as Discovery},
            manifest::{About, Guest as Manifest},
            triggers::{
                Guest as Triggers, HttpRequest, Page, Receipt, Registration, Start as StartOfPoll,
            },
        },
        wit_future, wit_stream,
    },
    convert::{self, Connection, Error, split},
    host::{Host, Inlet, Outlet},
};
use crate::{
    Connector, Service, SessionOf, dispatch,
    stream::{Nothing, Pipe, Source},
};

/// The component that the connector `C` is; [`export!`](crate::export) names it.
#[derive(Debug)]
pub struct Component<C>(PhantomData<C>);

fn open<C: Connector>(connection: Connection) -> Result<SessionOf<C, Host>, Error> {
    Ok(C::Service::open(Host, &connection.into(), None)?)
}

impl<C: Connector> Manifest for Component<C> {
    fn describe() -> About {
        convert::about::<C, Host>()
    }
}

impl<C: Connector> Discovery for Component<C> {
    async fn check(connection: Connection) -> Result<String, Error> {
        Ok(dispatch::check::<C, Host>(&open::<C>(connection)?).await?)
    }

    async fn choices(
        connection: Connection,
        source: String,
        form: String,
    ) -> Result<Vec<Choice>, Error> {
        let session = open::<C>(connection)?;
        let choices = dispatch::choices::<C, Host>(&session, &source, &form).await?;
        Ok(choices.into_iter().map(Choice::from).collect())
    }

    async fn refine(
        connection: Connection,
        operation: String,
        form: String,
    ) -> Result<String, Error> {
        let session = open::<C>(connection)?;
        let schema = dispatch::refine::<C, Host>(&session, &operation, &form).await?;
        Ok(schema.to_string())
    }
}

impl<C: Connector> Actions for Component<C> {
    async fn invoke(request: Request) -> Result<String, Error> {
        let (connection, call, time) = split(request);
        let session = C::Service::open(Host, &connection, time)?;
        Ok(dispatch::invoke::<C, Host>(&session, &call).await?)
    }

    async fn pipe(request: Request, body: Option<StreamReader<u8>>) -> Result<Piped, Error> {
        let (connection, call, time) = split(request);
        let piping = dispatch::pipe::<C, Host>(&call, body.is_some())?;
        let session = C::Service::open(Host, &connection, time)?;
        let content_type = piping.content_type().to_owned();
        let (writer, data) = wit_stream::new();
        let (summary, done) = wit_future::new(|| {
            Err(Error::Internal(
                "the stream ended without a summary".to_owned(),
            ))
        });
        spawn_local(async move {
            let mut sink = Outlet(writer);
            let mut source: Box<dyn Source> = match body {
                Some(body) => Box::new(Inlet(body)),
                None => Box::new(Nothing),
            };
            let pipe = Pipe {
                source: &mut *source,
                sink: &mut sink,
            };
            let result = piping.run(&session, pipe).await;
            drop(sink);
            // A host that no longer listens has no use for the summary either.
            let _ = summary.write(result.map_err(Error::from)).await;
        });
        Ok(Piped {
            content_type,
            data,
            done,
        })
    }
}

impl<C: Connector> Triggers for Component<C> {
    async fn poll(
        connection: Connection,
        trigger: String,
        config: String,
        start: StartOfPoll,
    ) -> Result<Page, Error> {
        let session = open::<C>(connection)?;
        let start = convert::start(&start);
        let page = dispatch::poll::<C, Host>(&session, &trigger, &config, start).await?;
        Ok(page.into())
    }

    async fn subscribe(
        connection: Connection,
        trigger: String,
        config: String,
        callback_url: String,
    ) -> Result<Registration, Error> {
        let session = open::<C>(connection)?;
        let made = dispatch::subscribe::<C, Host>(&session, &trigger, &config, &callback_url);
        Ok(made.await?.into())
    }

    async fn renew(
        connection: Connection,
        trigger: String,
        config: String,
        handle: String,
    ) -> Result<Registration, Error> {
        let session = open::<C>(connection)?;
        let renewed = dispatch::renew::<C, Host>(&session, &trigger, &config, &handle);
        Ok(renewed.await?.into())
    }

    async fn verify(
        connection: Connection,
        trigger: String,
        config: String,
        handle: String,
    ) -> Result<bool, Error> {
        let session = open::<C>(connection)?;
        Ok(dispatch::verify::<C, Host>(&session, &trigger, &config, &handle).await?)
    }

    async fn unsubscribe(
        connection: Connection,
        trigger: String,
        handle: String,
    ) -> Result<(), Error> {
        let session = open::<C>(connection)?;
        Ok(dispatch::unsubscribe::<C, Host>(&session, &trigger, &handle).await?)
    }

    async fn receive(
        connection: Connection,
        trigger: String,
        config: String,
        request: HttpRequest,
    ) -> Result<Receipt, Error> {
        let session = open::<C>(connection)?;
        let request = request.into();
        let receipt = dispatch::receive::<C, Host>(&session, &trigger, &config, &request);
        Ok(receipt.await?.into())
    }
}
