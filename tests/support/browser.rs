//! A browser as far as signing in needs one: it keeps cookies, fills in forms and follows where it is
//! sent. It has no script, as the pages have none.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// The password of everybody in a simulator.
const PASSWORD: &str = dataverse_sim::token::DEFAULT_PASSWORD;

/// A browser.
pub struct Browser {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    cookies: BTreeMap<String, String>,
}

/// What it was shown.
#[derive(Debug)]
pub struct Page {
    /// Where.
    pub url: Url,
    /// HTTP status.
    pub status: StatusCode,
    /// The header.
    pub headers: HeaderMap,
    /// The text.
    pub html: String,
}

impl Page {
    /// Where it sends the browser.
    pub fn location(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().unwrap();
        Some(self.url.join(location).unwrap())
    }

    /// The hidden inputs of its first form.
    fn hidden(&self) -> Vec<(String, String)> {
        let form = self.html.split("</form>").next().unwrap_or_default();
        let inputs = form.split("<input ").skip(1);
        inputs
            .filter(|input| input.starts_with("type=\"hidden\""))
            .map(|input| {
                let attribute = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    unescaped(rest.split('"').next().unwrap())
                };
                (attribute("name"), attribute("value"))
            })
            .collect()
    }

    /// Where its first form is sent.
    fn action(&self) -> Url {
        let (_, rest) = self.html.split_once("action=\"").unwrap();
        self.url.join(rest.split('"').next().unwrap()).unwrap()
    }
}

fn unescaped(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

impl Browser {
    /// A browser that trusts the authority of this certificate.
    pub fn trusting(ca_pem: &str) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .build();
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens an address.
    pub async fn get(&mut self, url: &Url) -> Page {
        self.ask(Method::GET, url, None).await
    }

    /// Sends a form.
    pub async fn post(&mut self, url: &Url, fields: &[(String, String)]) -> Page {
        self.ask(Method::POST, url, Some(fields)).await
    }

    async fn ask(&mut self, method: Method, url: &Url, form: Option<&[(String, String)]>) -> Page {
        let mut serializer = form_urlencoded::Serializer::new(String::new());
        let body = serializer
            .extend_pairs(form.unwrap_or_default())
            .finish()
            .to_owned();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(HOST, url.authority());
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        // The simulator and the terminal's door are one site to nobody: only the first set cookies.
        if !cookies.is_empty() && url.scheme() == "https" {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let response = self.client.request(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Page {
            url: url.clone(),
            status: head.status,
            headers: head.headers,
            html: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Opens a sign-in page, signs in as `user` and agrees to whatever is asked; the address to which
    /// the browser is sent in the end, without opening it.
    pub async fn sign_in(&mut self, page: &Url, user: &str) -> Url {
        self.sign_in_and(page, user, "accept").await
    }

    /// The same, with `accept` or `decline` where agreement is asked for.
    pub async fn sign_in_and(&mut self, page: &Url, user: &str, decision: &str) -> Url {
        let home = page.origin();
        let mut shown = self.get(page).await;
        for _ in 0..8 {
            if let Some(next) = shown.location() {
                if next.origin() != home {
                    return next;
                }
                shown = self.get(&next).await;
                continue;
            }
            assert!(shown.html.contains("<form"), "no way on: {}", shown.html);
            let mut fields = shown.hidden();
            let mut fill = |name: &str, value: &str| fields.push((name.into(), value.into()));
            if shown.html.contains("name=\"passwd\"") {
                fill("login", user);
                fill("passwd", PASSWORD);
            } else if shown.html.contains("name=\"decision\"") {
                fill("decision", decision);
            } else {
                // A choice among accounts: each is a form of its own, somebody else the last one.
                fields.retain(|(name, _)| name != "account");
                fields.push(("account".into(), "other".into()));
            }
            shown = self.post(&shown.action(), &fields).await;
        }
        panic!("the sign-in goes round in circles: {}", shown.html);
    }
}
