//! Stages 6 to 8 of one request: lease and inject, dial and send, wait for the answer's head. Twice
//! at most, and only where that is safe: after a 401, with a renewed credential, and after the
//! discovery that a pooled socket was dead.

use std::pin::{Pin, pin};
use std::sync::Arc;

use http::header::{CONTENT_LENGTH, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::{Method, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::sync::oneshot;

use crate::body::request::RequestBody;
use crate::error::{EgressError, Waiting};
use crate::journey::admission::AdmittedRequest;
use crate::journey::arrival::Arrival;
use crate::journey::audit_entry::AuditEntry;
use crate::journey::context::Journey;
use crate::lane::target::Target;
use crate::stages::audit::CredentialUse;
use crate::stages::inject::Injection;
use crate::wire::faults::Fault;

impl Journey<'_> {
    /// Sends a request that was admitted, and answers with the head that came back.
    pub(crate) async fn exchange(
        &self,
        admitted: &mut AdmittedRequest,
        entry: &mut AuditEntry,
    ) -> Result<Arrival, EgressError> {
        let mut injection = self.lease(&admitted.target, entry).await?;
        let mut refused = false;
        let mut revived = false;
        let response = loop {
            let response = match self.attempt(admitted, injection.as_deref()).await {
                Ok(answered) => answered,
                Err(fault) if fault.stale && !revived && may_repeat(admitted) => {
                    revived = true;
                    admitted.route = self.core.refresh(&admitted.target, &admitted.route)?;
                    continue;
                }
                Err(fault) => {
                    entry.address = fault.address;
                    return Err(fault.error);
                }
            };
            match &injection {
                Some(used) if is_unauthorized(&response) && !refused => {
                    let replayable = admitted.body.is_replayable();
                    let fresh = self.renew(&admitted.target, used, replayable).await?;
                    let again = replayable && !fresh.credential().is_same_secret(used.credential());
                    refused = true;
                    injection = Some(fresh);
                    if !again {
                        break response;
                    }
                    entry.renewed = true;
                }
                _ => break response,
            }
        };
        Arrival::new(self, response, admitted, entry)
    }

    /// Stage 6: the credential, if the lane has one and it may go there.
    async fn lease(
        &self,
        target: &Target,
        entry: &mut AuditEntry,
    ) -> Result<Option<Arc<Injection>>, EgressError> {
        let Some(source) = &self.lane.credential else {
            return Ok(None);
        };
        if !target.credential {
            entry.credential = CredentialUse::Withheld;
            return Ok(None);
        }
        let leased = self.total.wait(&target.name, source.lease()).await??;
        let injection = self.lane.prepare(leased)?;
        entry.credential = injection.kind();
        Ok((injection.kind() != CredentialUse::None).then_some(injection))
    }

    /// After a 401: another credential. Also when the request cannot be repeated, so that the next
    /// one has it; the same one then means that there was no other.
    async fn renew(
        &self,
        target: &Target,
        used: &Arc<Injection>,
        replayable: bool,
    ) -> Result<Arc<Injection>, EgressError> {
        let Some(source) = &self.lane.credential else {
            return Ok(Arc::clone(used));
        };
        let renewing = source.renew(used.credential());
        match self.total.wait(&target.name, renewing).await? {
            Ok(fresh) => self.lane.prepare(fresh),
            // The service's own 401 says more about a request that is not repeated.
            Err(_) if !replayable => Ok(Arc::clone(used)),
            Err(error) => Err(error.into()),
        }
    }

    /// Stage 7: one request over the wire, until the answer's head has come.
    async fn attempt(
        &self,
        admitted: &mut AdmittedRequest,
        injection: Option<&Injection>,
    ) -> Result<Response<Incoming>, Fault> {
        let Some(outgoing) = admitted.body.next() else {
            return Err(Fault::from(EgressError::RequestBody {
                message: "it was sent and cannot be sent again".into(),
            }));
        };
        let request = dressed(admitted, outgoing.body, injection)?;
        let exchange = pin!(admitted.route.client.request(request));
        self.await_head(&admitted.target.name, exchange, outgoing.finished)
            .await?
            .map_err(|mut fault| {
                if let Some(own) = outgoing.failure.take() {
                    fault.error = own;
                    fault.stale = false;
                }
                fault
            })
    }

    /// Waits for an answer's head. The wait for it begins when the request is out: a large upload
    /// may take its time, under the total deadline.
    async fn await_head<T>(
        &self,
        name: &str,
        mut exchange: Pin<&mut impl Future<Output = T>>,
        finished: Option<oneshot::Receiver<()>>,
    ) -> Result<T, EgressError> {
        if let Some(finished) = finished {
            let uploading = async {
                tokio::select! {
                    biased;
                    answer = &mut exchange => Some(answer),
                    _ = finished => None,
                }
            };
            if let Some(answer) = self.total.wait(name, uploading).await? {
                return Ok(answer);
            }
        }
        let configured = self.core.shared.config.response_header_timeout();
        let length = self
            .options
            .first_byte_timeout
            .map_or(configured, |length| length.min(configured));
        let deadline = self.total.sooner(Waiting::ResponseHeaders, length);
        deadline.wait(name, exchange).await
    }
}

/// The request as it goes over the wire.
fn dressed(
    admitted: &mut AdmittedRequest,
    body: RequestBody,
    injection: Option<&Injection>,
) -> Result<Request<RequestBody>, EgressError> {
    // The second attempt needs them again; there is none for a body that cannot be sent again.
    let mut headers = match admitted.body.is_replayable() {
        true => admitted.fields.clone(),
        false => std::mem::take(&mut admitted.fields),
    };
    // An empty body is not framed by the client, and some services insist that it is (411).
    if body.is_end_stream() && expects_body(&admitted.method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let mut path = admitted.path.clone();
    if let Some(injection) = injection {
        path = injection.put_on(&mut headers, path)?;
    }
    let mut request = Request::new(body);
    *request.method_mut() = admitted.method.clone();
    *request.uri_mut() = admitted.target.origin.join(path)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Methods whose requests have a length even when they have nothing else (RFC 9110 §8.6).
fn expects_body(method: &Method) -> bool {
    *method == Method::POST || *method == Method::PUT || *method == Method::PATCH
}

fn is_unauthorized(response: &Response<Incoming>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
}

/// Whether a request that may have arrived can be sent again: it changes nothing that a second one
/// would change differently (RFC 9110 §9.2.2), and it carries no condition, whose second answer
/// would be about the first one's effect.
fn may_repeat(admitted: &AdmittedRequest) -> bool {
    admitted.body.is_replayable()
        && (admitted.method.is_safe()
            || (admitted.method.is_idempotent() && !is_conditional(admitted)))
}

fn is_conditional(admitted: &AdmittedRequest) -> bool {
    admitted.fields.contains_key(IF_MATCH) || admitted.fields.contains_key(IF_NONE_MATCH)
}
