//! `raw-request`: any request to the organisation, for whatever no action covers.

mod body;
mod patience;
mod target;
#[cfg(test)]
mod tests;

use std::time::Duration;

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
    http::Method,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use patience::Patience;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::IntoDeserializer};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    actions::{input::input, options::plain},
    session::{Dataverse, Session},
    webapi::{ApiRequest, CallOptions, Reply, retry::RetryPolicy},
};

input! {
    /// Input of `raw-request`.
    struct Input {
        /// Path on the organisation's own address, such as
        /// `/api/data/v9.2/accounts?$select=name`; or a resource below the Web API's root, such as
        /// `WhoAmI`. Other addresses are refused.
        pub url: String,
        /// HTTP method.
        #[serde(default, deserialize_with = "verb")]
        #[schemars(extend("default" = "GET"))]
        pub method: Option<Verb>,
        /// Body of the request: JSON, or a text that is sent as it stands.
        pub data: Option<Value>,
        /// Bytes of the request's body in base64, in place of `data`: a file column, a picture, a part
        /// of a solution.
        #[schemars(extend("contentEncoding" = "base64"))]
        pub body_base64: Option<String>,
        /// Fields of a multipart form, in place of `data`.
        #[schemars(extend("x-airlock-pairs" = "form-field", "x-airlock-advanced" = true))]
        pub form_data: Option<Map<String, Value>>,
        /// Files of a multipart form: each field's content in base64.
        #[schemars(extend("x-airlock-pairs" = "file", "x-airlock-advanced" = true,
            "additionalProperties" = {"type": "string", "contentEncoding": "base64"}))]
        pub file_data: Option<Map<String, Value>>,
        /// File names of those files, by the same field names.
        #[schemars(extend("x-airlock-pairs" = "file-name", "x-airlock-advanced" = true))]
        pub file_data_file_names: Option<Map<String, Value>>,
        /// Parameters added to the address, not encoded; a list repeats its parameter.
        #[schemars(extend("x-airlock-pairs" = "query-param"))]
        pub query_params: Option<Map<String, Value>>,
        /// Headers. Those that carry credentials or belong to the connection are the host's alone.
        #[schemars(extend("x-airlock-pairs" = "header"))]
        pub headers: Option<Map<String, Value>>,
        /// How to give the answer's body.
        #[schemars(extend("default" = "json"))]
        pub response_type: Option<ResponseType>,
        /// How long one attempt may wait for the service, in milliseconds.
        #[serde(alias = "timeout")]
        #[schemars(range(min = 1))]
        pub timeout_ms: Option<u64>,
        /// Wait between attempts, in milliseconds.
        #[schemars(extend("default" = 0, "x-airlock-advanced" = true))]
        pub retry_delay_ms: Option<u64>,
        /// Try again after every error, not only after network errors and statuses from 500 up.
        #[schemars(extend("default" = false, "x-airlock-advanced" = true))]
        pub retry_on_all_errors: Option<bool>,
        /// How often to try again at most.
        #[schemars(range(max = 100), extend("default" = 0, "x-airlock-advanced" = true))]
        pub max_retry_count: Option<u32>,
        /// Double the wait from one second on, in place of `retry-delay-ms`.
        #[schemars(extend("default" = false, "x-airlock-advanced" = true))]
        pub use_exponential_backoff: Option<bool>,
    } + caller
}

/// HTTP methods that the Web API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// Read, or call a function.
    Get,
    /// Create, or call an action.
    Post,
    /// Update or upsert.
    Patch,
    /// Replace a single value, a reference or a definition.
    Put,
    /// Delete.
    Delete,
    /// Read the headers only.
    Head,
    /// Ask what is allowed.
    Options,
}

/// Reads a method in any case.
fn verb<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Verb>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let word = word.trim().to_ascii_uppercase();
    Verb::deserialize(word.as_str().into_deserializer()).map(Some)
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::Get,
            Verb::Post => Self::Post,
            Verb::Patch => Self::Patch,
            Verb::Put => Self::Put,
            Verb::Delete => Self::Delete,
            Verb::Head => Self::Head,
            Verb::Options => Self::Options,
        }
    }
}

/// How to give a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseType {
    /// As the JSON that it is; a body that is none as text.
    #[default]
    Json,
    /// As text.
    Text,
    /// As bytes, in base64.
    Binary,
}

/// Output of `raw-request`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// HTTP status.
    status: u16,
    /// Headers of the answer, by name in lower case; one that repeats is joined by commas.
    headers: Map<String, Value>,
    /// The answer's body: JSON, text or base64, as asked for; `null` when it is empty.
    #[schemars(with = "Value")]
    body: Box<RawValue>,
}

/// The action.
#[derive(Debug)]
pub struct RawRequest;

impl Action<Dataverse> for RawRequest {
    const DECLARATION: Declaration = Declaration {
        name: "raw-request",
        aliases: &[],
        title: "Send a raw request",
        description: "Sends any HTTP request to the organisation of the connection and gives the \
                      answer as it comes. Statuses from 400 up are errors.",
        group: "Advanced",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[
            r#"{"url": "WhoAmI"}"#,
            r#"{"url": "leads", "method": "POST", "data": {"subject": "Three stores"}}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let call = call(session, &input)?;
        let patience = Patience {
            retries: input.max_retry_count.unwrap_or(0),
            every_error: input.retry_on_all_errors.unwrap_or(false),
            delay: Duration::from_millis(input.retry_delay_ms.unwrap_or(0)),
            exponential: input.use_exponential_backoff.unwrap_or(false),
        };
        let mut retried = 0;
        let reply = loop {
            let error = match session.client().send(call.clone()).await {
                Ok(reply) => break reply,
                Err(error) => error,
            };
            let chance = session.transport().random();
            let Some(wait) = patience.after(retried, &error, chance) else {
                return Err(error);
            };
            session.transport().sleep(wait).await;
            retried += 1;
        };
        output(reply, input.response_type.unwrap_or_default())
    }
}

fn call<T: Transport>(session: &Session<T>, input: &Input) -> Result<ApiRequest, Error> {
    let method: Method = input.method.map_or(Method::Get, Method::from);
    let url = target::url(
        session.client().base(),
        &input.url,
        input.query_params.as_ref(),
    )?;
    let mut options: CallOptions = input.options()?;
    let parts = body::Parts {
        data: input.data.as_ref(),
        base64: input.body_base64.as_deref(),
        fields: input.form_data.as_ref(),
        files: input.file_data.as_ref(),
        names: input.file_data_file_names.as_ref(),
    };
    let boundary = || format!("airlock-{:016x}", session.transport().random());
    let body = parts.into_body(boundary)?;
    if let Some(body) = &body {
        options
            .extra
            .push(("content-type".to_owned(), body.content_type.clone()));
    }
    for (name, value) in input.headers.iter().flatten() {
        options.extra.push((name.to_lowercase(), plain(value)));
    }
    let mut call = ApiRequest::new(method, url).with_options(&options);
    call.body = body.map(|body| body.bytes);
    call.timeout = input.timeout_ms.map(Duration::from_millis);
    // How often to try again is the caller's own decision here.
    call.retry = Some(RetryPolicy::NEVER);
    Ok(call)
}

fn output(reply: Reply, response_type: ResponseType) -> Result<Output, Error> {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in reply.headers.iter() {
        match headers.entry(name.to_lowercase()) {
            serde_json::map::Entry::Vacant(free) => {
                free.insert(Value::String(value.to_owned()));
            }
            serde_json::map::Entry::Occupied(mut taken) => {
                let joined = format!("{}, {value}", plain(taken.get()));
                taken.insert(Value::String(joined));
            }
        }
    }
    let body = shown(reply.body, response_type)
        .map_err(|error| Error::Internal(format!("the answer could not be passed on: {error}")))?;
    Ok(Output {
        status: reply.status,
        headers,
        body,
    })
}

fn shown(body: Vec<u8>, response_type: ResponseType) -> Result<Box<RawValue>, serde_json::Error> {
    if body.is_empty() {
        return Ok(RawValue::NULL.to_owned());
    }
    let text = match response_type {
        ResponseType::Binary => STANDARD.encode(body),
        ResponseType::Text | ResponseType::Json => into_text(body),
    };
    if response_type == ResponseType::Json
        && let Ok(json) = serde_json::from_str::<&RawValue>(text.trim_start_matches('\u{feff}'))
    {
        return Ok(json.to_owned());
    }
    RawValue::from_string(serde_json::to_string(&text)?)
}

fn into_text(body: Vec<u8>) -> String {
    String::from_utf8(body)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
