//! What stands in a connector's lists: an action or a trigger with its types forgotten, ready to run.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Action, Answer, Callback, Error, IdempotencyKey, Page, Receipt, Registration, Service, Start,
    Summary, Transport, Trigger,
    declare::{Declaration, TriggerDeclaration, schema},
    input,
    stream::{Pending, Pipe},
};

type Run<S, T> = for<'a> fn(
    &'a <S as Service>::Session<T>,
    &'a str,
    Option<IdempotencyKey<'a>>,
) -> Pending<'a, Result<String, Error>>;

/// A streaming run whose input has been read.
pub(crate) type RunPiped<S, T> = Box<
    dyn for<'a> FnOnce(
        &'a <S as Service>::Session<T>,
        Option<IdempotencyKey<'a>>,
        Pipe<'a>,
    ) -> Pending<'a, Result<Summary, Error>>,
>;

/// An action in a connector's list.
#[derive(Debug)]
pub struct ActionEntry<S: Service, T: Transport> {
    /// Names and texts.
    pub declaration: Declaration,
    /// How it writes.
    pub writes: Option<S::Writes>,
    /// JSON Schema of its input, with its examples.
    pub input: fn() -> Value,
    /// JSON Schema of its output.
    pub output: fn() -> Value,
    /// Reads an input and says what is wrong with it.
    pub accepts: fn(&str) -> Result<(), Error>,
    /// Where it is written, as `crate::module::Type`.
    pub path: fn() -> &'static str,
    pub(crate) run: Run<S, T>,
    pub(crate) pipe: fn(&str) -> Result<RunPiped<S, T>, Error>,
}

impl<S: Service, T: Transport> ActionEntry<S, T> {
    /// The entry of the action `A`.
    #[must_use]
    pub const fn of<A: Action<S>>() -> Self {
        Self {
            declaration: A::DECLARATION,
            writes: A::WRITES,
            input: || described(schema::of::<A::Input>(), &A::DECLARATION),
            output: schema::of_output::<A::Output>,
            accepts: accepts::<A::Input>,
            path: std::any::type_name::<A>,
            run: run::<A, S, T>,
            pipe: pipe::<A, S, T>,
        }
    }
}

fn run<'a, A: Action<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    text: &'a str,
    key: Option<IdempotencyKey<'a>>,
) -> Pending<'a, Result<String, Error>> {
    Box::pin(async move {
        let input = input::decode::<A::Input>(text)?;
        A::run::<T>(session, input, key).await?.text()
    })
}

fn pipe<A: Action<S>, S: Service, T: Transport>(text: &str) -> Result<RunPiped<S, T>, Error> {
    let input = input::decode::<A::Input>(text)?;
    Ok(Box::new(move |session, key, pipe| {
        Box::pin(A::pipe::<T>(session, input, key, pipe))
    }))
}

type Poll<S, T> = for<'a> fn(
    &'a <S as Service>::Session<T>,
    &'a str,
    Start<'a>,
) -> Pending<'a, Result<Page, Error>>;

/// What is done with a registration: by the configuration, and by an address or a handle.
type Register<S, T, R> =
    for<'a> fn(&'a <S as Service>::Session<T>, &'a str, &'a str) -> Pending<'a, Result<R, Error>>;

type Receive<S, T> = for<'a> fn(
    &'a <S as Service>::Session<T>,
    &'a str,
    &'a Callback,
) -> Pending<'a, Result<Receipt, Error>>;

type Unsubscribe<S, T> =
    for<'a> fn(&'a <S as Service>::Session<T>, &'a str) -> Pending<'a, Result<(), Error>>;

/// A trigger in a connector's list.
#[derive(Debug)]
pub struct TriggerEntry<S: Service, T: Transport> {
    /// Names and texts.
    pub declaration: TriggerDeclaration,
    /// How it writes.
    pub writes: Option<S::Writes>,
    /// JSON Schema of its configuration, with its examples.
    pub config: fn() -> Value,
    /// JSON Schema of what an event carries.
    pub payload: fn() -> Value,
    /// Reads a configuration and says what is wrong with it.
    pub accepts: fn(&str) -> Result<(), Error>,
    /// Where it is written, as `crate::module::Type`.
    pub path: fn() -> &'static str,
    pub(crate) poll: Poll<S, T>,
    pub(crate) subscribe: Register<S, T, Registration>,
    pub(crate) renew: Register<S, T, Registration>,
    pub(crate) verify: Register<S, T, bool>,
    pub(crate) unsubscribe: Unsubscribe<S, T>,
    pub(crate) receive: Receive<S, T>,
}

impl<S: Service, T: Transport> TriggerEntry<S, T> {
    /// The entry of the trigger `G`.
    #[must_use]
    pub const fn of<G: Trigger<S>>() -> Self {
        Self {
            declaration: G::DECLARATION,
            writes: G::WRITES,
            config: || with_examples(schema::of::<G::Config>(), G::DECLARATION.examples),
            payload: schema::of_output::<G::Payload>,
            accepts: accepts::<G::Config>,
            path: std::any::type_name::<G>,
            poll: poll::<G, S, T>,
            subscribe: subscribe::<G, S, T>,
            renew: renew::<G, S, T>,
            verify: verify::<G, S, T>,
            unsubscribe: unsubscribe::<G, S, T>,
            receive: receive::<G, S, T>,
        }
    }
}

fn poll<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    config: &'a str,
    start: Start<'a>,
) -> Pending<'a, Result<Page, Error>> {
    Box::pin(async move { G::poll::<T>(session, input::decode(config)?, start).await })
}

fn subscribe<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    config: &'a str,
    callback_url: &'a str,
) -> Pending<'a, Result<Registration, Error>> {
    Box::pin(async move { G::subscribe::<T>(session, input::decode(config)?, callback_url).await })
}

fn renew<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    config: &'a str,
    handle: &'a str,
) -> Pending<'a, Result<Registration, Error>> {
    Box::pin(async move { G::renew::<T>(session, input::decode(config)?, handle).await })
}

fn verify<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    config: &'a str,
    handle: &'a str,
) -> Pending<'a, Result<bool, Error>> {
    Box::pin(async move { G::verify::<T>(session, input::decode(config)?, handle).await })
}

fn receive<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    config: &'a str,
    request: &'a Callback,
) -> Pending<'a, Result<Receipt, Error>> {
    Box::pin(async move { G::receive::<T>(session, input::decode(config)?, request).await })
}

fn unsubscribe<'a, G: Trigger<S>, S: Service, T: Transport>(
    session: &'a S::Session<T>,
    handle: &'a str,
) -> Pending<'a, Result<(), Error>> {
    Box::pin(async move { G::unsubscribe::<T>(session, handle).await })
}

fn accepts<I: DeserializeOwned + JsonSchema>(text: &str) -> Result<(), Error> {
    input::decode::<I>(text).map(drop)
}

/// The schema of an action's input, with its examples and with what streams in beside it and out.
fn described(schema: Value, declaration: &Declaration) -> Value {
    let mut schema = with_examples(schema, declaration.examples);
    if let Some(object) = schema.as_object_mut() {
        let streams = declaration.streams;
        for (word, media_type) in [
            ("x-airlock-takes", streams.takes),
            ("x-airlock-gives", streams.gives),
        ] {
            if let Some(media_type) = media_type {
                object.insert(word.to_owned(), media_type.into());
            }
        }
    }
    schema
}

fn with_examples(mut schema: Value, examples: &[&str]) -> Value {
    let examples: Vec<Value> = examples
        .iter()
        .filter_map(|example| serde_json::from_str(example).ok())
        .collect();
    if let Some(object) = schema.as_object_mut()
        && !examples.is_empty()
    {
        object.insert("examples".to_owned(), Value::Array(examples));
    }
    schema
}
