//! The smallest connector: a service that tells of exchange rates, one way to connect, one action.
//!
//! ```sh
//! cargo build --target wasm32-wasip2 --profile component -p smallest-connector
//! airlock connector add target/wasm32-wasip2/component/smallest_connector.wasm
//! ```

use std::time::Duration;

use airlock_connector::{
    Action, ActionEntry, Connection, Connector, Error, Failure, IdempotencyKey, Service, Transport,
    declare::{ConnectionKind, Declaration, Grant, Identity, Placement, Streams, Traits, schema},
    http::{Headers, Method, Request},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service: where it is, and how a call gets there.
#[derive(Debug)]
pub struct Rates;

/// The settings of a connection.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Address of the service, such as `https://rates.example`.
    #[schemars(extend("format" = "uri"))]
    address: String,
}

/// No secrets: anybody may ask.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Secrets {}

/// One call's way to the service.
#[derive(Debug)]
pub struct Session<T> {
    transport: T,
    address: String,
}

impl Service for Rates {
    type Session<T: Transport> = Session<T>;
    type Writes = ();

    fn open<T: Transport>(
        transport: T,
        connection: &Connection,
        _: Option<Duration>,
    ) -> Result<Session<T>, Error> {
        let settings: Settings = serde_json::from_str(&connection.settings)
            .map_err(|error| Error::invalid("", format!("the settings: {error}")))?;
        Ok(Session {
            transport,
            address: settings.address.trim_end_matches('/').to_owned(),
        })
    }
}

impl<T: Transport> Session<T> {
    async fn rate(&self, currency: &str) -> Result<String, Error> {
        let request = Request {
            method: Method::Get,
            url: format!("{}/rates/{currency}", self.address),
            headers: Headers::new(),
            body: Vec::new(),
            timeout: None,
        };
        let sent = self.transport.send(request).await;
        let response = sent.map_err(|why| Error::Unavailable(Failure::text(why.to_string())))?;
        let failure = |message: &str| Failure {
            status: Some(response.status),
            ..Failure::text(message)
        };
        match response.status {
            200 => Ok(String::from_utf8_lossy(&response.body).trim().to_owned()),
            404 => Err(Error::NotFound(failure("there is no such currency"))),
            _ => Err(Error::Rejected(failure("the service did not answer"))),
        }
    }
}

/// Input of `get-rate`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The currency by its three letters, such as `CHF`.
    currency: String,
}

/// Output of `get-rate`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// What one euro costs.
    rate: String,
}

/// The action.
#[derive(Debug)]
pub struct GetRate;

impl Action<Rates> for GetRate {
    const DECLARATION: Declaration = Declaration {
        name: "get-rate",
        aliases: &[],
        title: "Get an exchange rate",
        description: "Tells what one euro costs in another currency.",
        group: "Rates",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"currency": "CHF"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let letters = input.currency.chars().all(|c| c.is_ascii_uppercase());
        if !letters || input.currency.len() != 3 {
            return Err(Error::invalid("/currency", "three letters, such as CHF"));
        }
        let rate = session.rate(&input.currency).await?;
        Ok(Output { rate })
    }
}

/// The connector.
#[derive(Debug)]
pub struct ExchangeRates;

impl Connector for ExchangeRates {
    type Service = Rates;

    const IDENTITY: Identity = Identity {
        name: "exchange-rates",
        title: "Exchange rates",
        version: env!("CARGO_PKG_VERSION"),
        description: "Tells what currencies cost.",
    };

    fn connections() -> Vec<ConnectionKind> {
        vec![ConnectionKind {
            name: "open",
            title: "Open to all",
            description: "The service asks nobody who they are.",
            grant: Grant::None,
            oauth: None,
            placement: Placement::Nowhere,
            hosts: vec!["{address:host}"],
            settings: schema::of::<Settings>(),
            secrets: schema::of::<Secrets>(),
        }]
    }

    fn actions<T: Transport>() -> &'static [ActionEntry<Rates, T>] {
        const { &[ActionEntry::of::<GetRate>()] }
    }

    async fn check<T: Transport>(session: &Session<T>) -> Result<String, Error> {
        session.rate("EUR").await?;
        Ok(r#"{"user": "anybody"}"#.to_owned())
    }
}

airlock_connector::export!(ExchangeRates);

#[cfg(test)]
mod tests {
    use airlock_connector::{
        dispatch::{self, Invocation},
        testing::{Script, block_on, keeps_promises},
    };

    use super::*;

    const ADDRESS: &str = "https://rates.example";

    fn get_rate(script: &Script, input: &str) -> Result<String, Error> {
        let connection = Connection {
            id: "c1".to_owned(),
            settings: format!("{{\"address\": \"{ADDRESS}\"}}"),
        };
        let session = Rates::open(script.clone(), &connection, None).unwrap();
        let call = Invocation {
            action: "get-rate".to_owned(),
            input: input.to_owned(),
            idempotency_key: None,
            may_be_done: false,
        };
        block_on(dispatch::invoke::<ExchangeRates, _>(&session, &call))
    }

    #[test]
    fn it_keeps_the_promises_of_every_connector() {
        keeps_promises::<ExchangeRates>();
    }

    #[test]
    fn a_rate_is_what_the_service_says() {
        let script = Script::at(ADDRESS).answer(Method::Get, "rates/CHF", 200, "0.93\n");
        let output = get_rate(&script, r#"{"currency": "CHF"}"#);
        assert_eq!(output.unwrap(), r#"{"rate":"0.93"}"#);
    }

    #[test]
    fn a_wrong_input_is_told_at_its_place_before_anything_is_sent() {
        let script = Script::at(ADDRESS);
        for (input, place) in [
            (r#"{"currency": "francs"}"#, "/currency: three letters"),
            (r#"{"curency": "CHF"}"#, "did you mean currency?"),
        ] {
            let error = get_rate(&script, input).unwrap_err().to_string();
            assert!(error.contains(place), "{error}");
        }
        assert!(script.sent().is_empty());
    }
}
