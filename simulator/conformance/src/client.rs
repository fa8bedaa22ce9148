//! The client of the cases: sends a step as it is written and keeps what came back.

use std::collections::HashMap;

use anyhow::{Context, anyhow};
use dataverse_sim::RunningSim;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use regex::Regex;
use serde_json::Value;

use crate::case::{Step, Who};
use crate::simulator::{STRANGER, STRANGER_SECRET};
use crate::variables::Variables;

/// What cannot stand in a request line. Everything else goes out as written, so that cases can be about encoding.
const NOT_IN_A_LINE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'^')
    .add(b'\\');

/// An answer with its whole body.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header; several of one name are joined by commas.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).context("the body is no JSON")
    }

    /// A value that a case wants to keep: `id`, `header:Name`, `json:/pointer` or `text`, or with `~pattern` after it the
    /// first group of the first match in it.
    pub fn capture(&self, what: &str) -> anyhow::Result<String> {
        let (what, pattern) = match what.split_once('~') {
            Some((what, pattern)) if !what.starts_with("json:") => (what, Some(pattern)),
            _ => (what, None),
        };
        let value = self.value(what)?;
        let Some(pattern) = pattern else {
            return Ok(value);
        };
        let found = Regex::new(pattern)?.captures(&value);
        let group = found.and_then(|found| Some(found.get(1)?.as_str().to_owned()));
        group.with_context(|| format!("`{value}` has nothing like `{pattern}`"))
    }

    fn value(&self, what: &str) -> anyhow::Result<String> {
        let header = |name: &str| {
            self.header(name)
                .with_context(|| format!("there is no header {name}"))
        };
        match what.split_once(':') {
            None if what == "text" => Ok(self.text()),
            None if what == "id" => {
                let url = header("OData-EntityId")?;
                let key = url
                    .rsplit_once('(')
                    .and_then(|(_, key)| key.strip_suffix(')'));
                key.map(str::to_owned)
                    .with_context(|| format!("`{url}` ends in no key"))
            }
            Some(("header", name)) => header(name),
            Some(("json", pointer)) => {
                let json = self.json()?;
                let value = json
                    .pointer(pointer)
                    .with_context(|| format!("there is nothing at {pointer}"))?;
                Ok(value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned))
            }
            _ => Err(anyhow!(
                "`{what}` is not `id`, `text`, `header:Name` or `json:/pointer`"
            )),
        }
    }
}

/// A client of one simulator.
pub struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
    base: String,
    token_url: String,
    credentials: HashMap<Who, (String, String)>,
    scope: String,
    tokens: HashMap<Who, String>,
}

impl Client {
    /// A client that has not asked anything.
    pub fn new(sim: &RunningSim) -> Self {
        let developer = (sim.client_id().to_string(), sim.client_secret().to_owned());
        let stranger = (STRANGER.to_string(), STRANGER_SECRET.to_owned());
        Self {
            pool: Pool::builder(TokioExecutor::new()).build_http(),
            base: sim.base_url(),
            token_url: sim.token_url(),
            credentials: [(Who::Developer, developer), (Who::Stranger, stranger)].into(),
            scope: sim.scope(),
            tokens: HashMap::new(),
        }
    }

    /// Signs in anew at the next request, as after the clock was turned.
    pub fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Sends a step once.
    pub async fn send(&mut self, step: &Step, variables: &Variables) -> anyhow::Result<Answer> {
        let line = variables.fill(&step.request)?;
        let (method, path) = line
            .split_once(' ')
            .with_context(|| format!("`{line}` is not `METHOD path`"))?;
        let url = match path {
            path if path.starts_with("http://") || path.starts_with("https://") => path.to_owned(),
            path if path.starts_with('/') => format!("{}{path}", self.base),
            path => format!("{}/api/data/v9.2/{path}", self.base),
        };
        let url = utf8_percent_encode(&url, NOT_IN_A_LINE).to_string();
        let mut request = Request::builder()
            .method(method.parse::<Method>()?)
            .uri(url);
        if let Some(token) = self.token(step.identity).await? {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let (body, content_type) = body(step, variables)?;
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        for (name, value) in &step.headers {
            request = request.header(name, variables.fill(value)?);
        }
        self.answer(request.body(Full::from(body))?).await
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let response = self.pool.request(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    async fn token(&mut self, who: Who) -> anyhow::Result<Option<String>> {
        let Some((id, secret)) = self.credentials.get(&who) else {
            return Ok(None);
        };
        if let Some(token) = self.tokens.get(&who) {
            return Ok(Some(token.clone()));
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", id)
            .append_pair("client_secret", secret)
            .append_pair("scope", &self.scope)
            .finish();
        let request = Request::post(&self.token_url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form))?;
        let answer = self.answer(request).await?;
        let token = answer
            .capture("json:/access_token")
            .with_context(|| answer.text())?;
        self.tokens.insert(who, token.clone());
        Ok(Some(token))
    }
}

/// Body and content type of a step.
fn body(step: &Step, variables: &Variables) -> anyhow::Result<(String, Option<String>)> {
    let given = step
        .content_type
        .as_deref()
        .map(|text| variables.fill(text))
        .transpose()?;
    if let Some(form) = &step.form {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form {
            text.append_pair(name, &variables.fill(value)?);
        }
        let usual = "application/x-www-form-urlencoded".to_owned();
        return Ok((text.finish(), Some(given.unwrap_or(usual))));
    }
    let text = match &step.body {
        None => return Ok((String::new(), given)),
        Some(Value::String(text)) => variables.fill(text)?,
        Some(json) => variables.fill_json(json)?.to_string(),
    };
    let content_type = given.unwrap_or_else(|| "application/json".to_owned());
    // A case file has plain line ends; the protocol of batches has not.
    let text = if content_type.starts_with("multipart/") {
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        text
    };
    Ok((
        text,
        Some(content_type).filter(|content_type| !content_type.is_empty()),
    ))
}
