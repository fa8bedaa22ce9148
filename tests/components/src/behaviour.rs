//! The contract with a harmless answer for every export, so that a guest writes only what it is
//! about.

use crate::answer::{Answer, defect};
use crate::call::Call;
use crate::contract::airlock::connector::types::{Connection, Error};
use crate::contract::exports::airlock::connector::{actions, discovery, manifest, triggers};
use crate::manifest::harmless;
use serde_json::Value;
use wit_bindgen::StreamReader;

/// One way to behave.
#[allow(async_fn_in_trait, reason = "a component has one thread")]
pub trait Behaviour: 'static {
    /// What it says about itself.
    fn describe() -> manifest::About {
        harmless()
    }

    /// What it does when an action is invoked.
    async fn invoke(_: Call) -> Answer {
        Ok(Value::Null)
    }

    /// The same as text, for a guest whose answer is not JSON.
    async fn answer(call: Call) -> Result<String, Error> {
        Ok(Self::invoke(call).await?.to_string())
    }

    /// What it does when an action is piped.
    async fn pipe(_: Call, _: Option<StreamReader<u8>>) -> Result<actions::Piped, Error> {
        Err(defect("this guest does not stream"))
    }
}

impl<T: Behaviour> manifest::Guest for T {
    fn describe() -> manifest::About {
        T::describe()
    }
}

impl<T: Behaviour> actions::Guest for T {
    async fn invoke(request: actions::Request) -> Result<String, Error> {
        T::answer(Call::read(request)?).await
    }

    async fn pipe(
        request: actions::Request,
        body: Option<StreamReader<u8>>,
    ) -> Result<actions::Piped, Error> {
        T::pipe(Call::read(request)?, body).await
    }
}

impl<T: Behaviour> discovery::Guest for T {
    async fn check(_: Connection) -> Result<String, Error> {
        Ok("{}".to_owned())
    }

    async fn choices(_: Connection, _: String, _: String) -> Result<Vec<discovery::Choice>, Error> {
        Ok(Vec::new())
    }

    async fn refine(_: Connection, _: String, _: String) -> Result<String, Error> {
        Ok("true".to_owned())
    }
}

impl<T: Behaviour> triggers::Guest for T {
    async fn poll(
        _: Connection,
        _: String,
        _: String,
        _: triggers::Start,
    ) -> Result<triggers::Page, Error> {
        Ok(triggers::Page {
            events: Vec::new(),
            cursor: "null".to_owned(),
            more: false,
            missed: None,
        })
    }

    async fn subscribe(
        _: Connection,
        _: String,
        _: String,
        _: String,
    ) -> Result<triggers::Registration, Error> {
        Ok(registration())
    }

    async fn renew(
        _: Connection,
        _: String,
        _: String,
        _: String,
    ) -> Result<triggers::Registration, Error> {
        Ok(registration())
    }

    async fn verify(_: Connection, _: String, _: String, _: String) -> Result<bool, Error> {
        Ok(true)
    }

    async fn unsubscribe(_: Connection, _: String, _: String) -> Result<(), Error> {
        Ok(())
    }

    async fn receive(
        _: Connection,
        _: String,
        _: String,
        _: triggers::HttpRequest,
    ) -> Result<triggers::Receipt, Error> {
        Ok(triggers::Receipt {
            status: 204,
            headers: Vec::new(),
            body: Vec::new(),
            events: Vec::new(),
        })
    }
}

fn registration() -> triggers::Registration {
    triggers::Registration {
        handle: "null".to_owned(),
        expires_at: None,
    }
}
