//! What careless code would do with a redirect: follow it wherever it points, with everything the request carried.

use http::header::{HeaderMap, LOCATION};
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty};

use crate::error::EgressError;
use crate::journey::send::send;
use crate::lane::handle::Lane;
use crate::message::{Body, SendOptions, Sender};
use crate::stages::parse::Origin;
use crate::wire::client::HttpClient;
use crate::wire::dialer::Dialer;

impl Lane {
    /// Sends a request through all ten stages, as far as their defences are up.
    ///
    /// # Errors
    /// As in a build with all defences.
    pub async fn send(
        &self,
        request: Request<Body>,
        options: SendOptions,
    ) -> Result<Response<Body>, EgressError> {
        let fields = request.headers().clone();
        let answer = send(self, request, options, Sender::Guest).await?;
        if self.defences().redirects_left_alone || !answer.status().is_redirection() {
            return Ok(answer);
        }
        let target = answer
            .headers()
            .get(LOCATION)
            .and_then(|value| Uri::try_from(value.as_bytes()).ok())
            .filter(|target| target.scheme().is_some());
        match target {
            Some(target) => self.follow(target, fields).await,
            None => Ok(answer),
        }
    }

    /// Over plain http, with the credential.
    async fn follow(
        &self,
        target: Uri,
        mut fields: HeaderMap,
    ) -> Result<Response<Body>, EgressError> {
        let shared = &self.core.shared;
        let origin = Origin::parse(&target)?;
        let failed = |message: String| EgressError::Protocol {
            origin: origin.to_string(),
            message,
        };
        let addresses = shared
            .resolver
            .resolve(origin.dial_host(), origin.port())
            .await
            .map_err(|error| failed(error.to_string()))?;
        let limits = shared.judge.head_limits(&shared.config);
        let dialer = Dialer {
            origin: origin.to_string(),
            addresses,
            tls: None,
            sockets: self.core.quota.share.sockets(self.core.id.purpose),
            interim: limits.interim,
            connect_timeout: shared.config.connect_timeout(),
            tls_timeout: shared.config.tls_timeout(),
        };
        if let Some(source) = &self.credential {
            let injection = self.prepare(source.lease().await?)?;
            injection.put_on(&mut fields, PathAndQuery::from_static("/"))?;
        }
        let mut request = Request::new(Empty::<bytes::Bytes>::new());
        *request.headers_mut() = fields;
        *request.uri_mut() = target;
        let client = HttpClient::new(dialer, &shared.config, limits, shared.tasks.clone());
        let answer = client.request(request).await.map_err(|fault| fault.error)?;
        Ok(answer.map(|body| {
            body.map_err(|error| EgressError::Protocol {
                origin: "the redirect's target".into(),
                message: error.to_string(),
            })
            .boxed_unsync()
        }))
    }
}
