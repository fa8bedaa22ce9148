//! What careless code would do, for tests that lower a defence: follow a redirect wherever it
//! points, with everything the request carried. Not compiled into any shipped build.

use std::sync::Arc;

use http::header::{HeaderMap, LOCATION};
use http::uri::PathAndQuery;
use http::{Request, Response, Uri};
use hyper::body::Incoming;

use crate::defences::Defences;
use crate::error::EgressError;
use crate::lane::Lane;
use crate::lane_core::LaneCore;
use crate::request_body::RequestBody;
use crate::stages::inject::Injection;
use crate::stages::parse::Origin;
use crate::wire::client::{HeadLimits, HttpClient};
use crate::wire::dialer::Dialer;

impl Lane {
    /// Which defences are up, for a caller that has some of its own to lower along.
    pub fn defences(&self) -> Defences {
        self.core.shared.defences()
    }
}

/// Follows one redirect over plain http, unless the defence is up.
pub(crate) async fn follow(
    core: &Arc<LaneCore>,
    answered: Response<Incoming>,
    mut headers: HeaderMap,
    injection: Option<&Injection>,
) -> Result<Response<Incoming>, EgressError> {
    if core.shared.defences().redirects_left_alone || !answered.status().is_redirection() {
        return Ok(answered);
    }
    let target = answered
        .headers()
        .get(LOCATION)
        .and_then(|value| Uri::try_from(value.as_bytes()).ok());
    let Some(target) = target.filter(|target| target.scheme().is_some()) else {
        return Ok(answered);
    };
    let origin = Origin::parse(&target)?;
    let failed = |message: String| EgressError::Protocol {
        origin: origin.to_string(),
        message,
    };
    let addresses = core
        .shared
        .resolver
        .resolve(origin.dial_host(), origin.port())
        .await
        .map_err(|error| failed(error.to_string()))?;
    let config = &core.shared.config;
    let limits = HeadLimits::of(config);
    let dialer = Dialer {
        origin: origin.to_string(),
        addresses,
        tls: None,
        sockets: core.gate.share.sockets(core.id.purpose),
        interim: limits.interim,
        connect_timeout: None,
        tls_timeout: None,
        resolve_again: None,
    };
    let mut request = Request::new(RequestBody::Held(None));
    if let Some(injection) = injection {
        injection.put_on(&mut headers, PathAndQuery::from_static("/"))?;
    }
    *request.headers_mut() = headers;
    *request.uri_mut() = target;
    HttpClient::new(dialer, config, limits)
        .request(request)
        .await
        .map_err(|fault| fault.error)
}
