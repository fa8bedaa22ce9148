//! A client for the tests: real sockets, one call a line.

use dataverse_sim::{RunningSim, Sim};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

/// A client that trusts one simulator.
pub(crate) struct Client {
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
    base: String,
    token: Option<String>,
    /// Host of an organisation that is not the first one.
    organisation: Option<String>,
}

/// An answer with its whole body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) version: http::Version,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Code and message of a Dataverse error.
    pub(crate) fn error(&self) -> (String, String) {
        let json = self.json();
        let text = |name: &str| json["error"][name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    }
}

impl Client {
    /// A client without a token.
    pub(crate) fn new(sim: &RunningSim) -> Self {
        Self::with_roots(sim, sim.ca_pem())
    }

    /// A client that trusts nobody.
    pub(crate) fn distrustful(sim: &RunningSim) -> Self {
        Self::with_roots(sim, None)
    }

    fn with_roots(sim: &RunningSim, pem: Option<&str>) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in pem
            .iter()
            .flat_map(|pem| CertificateDer::pem_slice_iter(pem.as_bytes()))
        {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_all_versions()
            .build();
        let pool = Pool::builder(TokioExecutor::new()).build(connector);
        Self {
            pool,
            base: sim.base_url(),
            token: None,
            organisation: None,
        }
    }

    /// A client signed in as the development application.
    pub(crate) async fn signed_in(sim: &RunningSim) -> Self {
        let mut client = Self::new(sim);
        let answer = client.token(sim, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        client.token = Some(answer.json()["access_token"].as_str().unwrap().to_owned());
        client
    }

    /// The same in another organisation of the process, reached by its name on the first one's socket.
    pub(crate) async fn signed_in_at(sim: &RunningSim, organisation: &str) -> Self {
        let scope = format!("{}/.default", sim.base_url_of(organisation).unwrap());
        let answer = Self::new(sim).token(sim, &[("scope", &scope)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self::new(sim).with_token(&token).at(sim, organisation)
    }

    /// The same, asking another organisation of the process.
    pub(crate) fn at(mut self, sim: &RunningSim, organisation: &str) -> Self {
        let base = sim.base_url_of(organisation).unwrap();
        self.organisation = base.split("://").nth(1).map(str::to_owned);
        self
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Asks for a token; `changes` replaces form fields, an empty value removes one.
    pub(crate) async fn token(&self, sim: &RunningSim, changes: &[(&str, &str)]) -> Answer {
        self.token_at(&sim.token_url(), sim, changes, &[]).await
    }

    pub(crate) async fn token_at(
        &self,
        url: &str,
        sim: &RunningSim,
        changes: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut fields = vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("client_id".to_owned(), sim.client_id().to_string()),
            ("client_secret".to_owned(), sim.client_secret().to_owned()),
            ("scope".to_owned(), sim.scope()),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            if !value.is_empty() {
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, url, &all, form).await.unwrap()
    }

    /// Reads from the Web API; `path` is relative to its root.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.api(Method::GET, path, headers, "").await
    }

    pub(crate) async fn api(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let url = format!("{}/api/data/v9.2/{path}", self.base);
        self.send(method, &url, headers, body.to_owned())
            .await
            .unwrap()
    }

    /// Any request; failures of the transport are the caller's to look at.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(host) = &self.organisation {
            request = request.header(header::HOST, host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.pool.request(request.body(Full::from(body))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            version: parts.version,
            body,
        })
    }
}

/// A simulator with the small seed, and a client that is signed in.
pub(crate) async fn small() -> (RunningSim, Client) {
    let sim = Sim::builder()
        .seed("small".parse().unwrap())
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    (sim, client)
}

/// Asks the simulator's own interface.
pub(crate) async fn control(sim: &RunningSim, method: Method, path: &str, body: &str) -> Answer {
    let url = format!("{}{path}", sim.admin_url());
    let client = Client::new(sim);
    client
        .send(method, &url, &[], body.to_owned())
        .await
        .unwrap()
}

/// Makes a row.
pub(crate) async fn create(client: &Client, set: &str, body: Value) -> Answer {
    let json = [("content-type", "application/json")];
    client
        .api(Method::POST, set, &json, &body.to_string())
        .await
}

/// How many rows an entity set has.
pub(crate) async fn count(client: &Client, set: &str) -> usize {
    let path = format!("{set}/$count");
    let text = client.get(&path).await.text();
    text.trim_start_matches('\u{feff}').parse().unwrap()
}
