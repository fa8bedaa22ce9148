//! An address gets a message as Standard Webhooks has it, through egress like everything that leaves.
//!
//! Customers' addresses are the way in for whoever wants this host to call inside its own network, so they
//! are judged like a connector's: no private networks, no redirects. Only the status of an answer counts;
//! of its body a little is kept as a reason, and the connection is dropped at the rest.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use airlock_egress::{HostPattern, Lane, LaneId, LanePolicy, Purpose, SendOptions};
use airlock_runtime::Host;
use airlock_runtime::store::{ConnectionId, Subscription};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use time::OffsetDateTime;
use url::Url;

use super::attempt::{Attempt, Outcome};
use crate::error::TriggerError;
use crate::sign::{Secret, SigningSecret};

/// From connecting to the last byte that counts.
const DEADLINE: Duration = Duration::from_secs(20);
/// How much of an answer is kept as the reason, in bytes.
const SAID: usize = 500;

pub(super) async fn send(attempt: &Attempt<'_>, url: &str, secret: &SigningSecret) -> Outcome {
    let prepared = lane_of(attempt.host, attempt.subscription, url)
        .and_then(|lane| Ok((lane, request(attempt, url, secret)?)));
    let (lane, request) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            return Outcome::Refused {
                reason: error.to_string(),
            };
        }
    };
    let options = SendOptions {
        deadline: Some(DEADLINE),
        ..SendOptions::default()
    };
    match lane.send(request, options).await {
        Ok(response) => judge(response).await,
        Err(error) => Outcome::failed(error.to_string()),
    }
}

/// The way to an address; nothing is shared with any connection's.
pub(crate) fn lane_of(
    host: &Host,
    subscription: &Subscription,
    url: &str,
) -> Result<Arc<Lane>, TriggerError> {
    let fault = |reason: String| TriggerError::Address {
        url: url.to_owned(),
        reason,
    };
    let parsed = Url::parse(url).map_err(|error| fault(error.to_string()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(fault("it has to begin with https://".to_owned()));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(fault(
            "it must not hold a password: messages are signed".to_owned(),
        ));
    }
    let name = parsed
        .host_str()
        .ok_or_else(|| fault("it names no host".to_owned()))?;
    let place = match parsed.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    };
    let pattern = HostPattern::parse(&place).map_err(|error| fault(error.to_string()))?;
    let id = LaneId {
        tenant: subscription.tenant.clone(),
        connection: ConnectionId::from(*subscription.id.as_uuid()),
        purpose: Purpose::Api,
    };
    let policy = LanePolicy::new(format!("subscription {}", subscription.name), vec![pattern]);
    Ok(host.egress().lane(id, policy, None))
}

fn request(
    attempt: &Attempt<'_>,
    url: &str,
    secret: &SigningSecret,
) -> Result<Request<airlock_egress::Body>, TriggerError> {
    let secret = Secret::parse(&secret.0)?;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let signature = secret.sign(attempt.identity, now, attempt.message);
    let body = Full::new(Bytes::from(attempt.message.to_owned()));
    Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", attempt.identity)
        .header("webhook-timestamp", now)
        .header("webhook-signature", signature)
        .header("webhook-subscription", attempt.subscription.name.as_str())
        .header("webhook-seq", attempt.seq)
        .header("webhook-attempt", attempt.number)
        // Receivers want to know how much there is; egress frames the body by it.
        .header(CONTENT_LENGTH, attempt.message.len())
        .body(body.map_err(|never| match never {}).boxed_unsync())
        .map_err(|error| TriggerError::Address {
            url: url.to_owned(),
            reason: error.to_string(),
        })
}

async fn judge(response: Response<airlock_egress::Body>) -> Outcome {
    let status = response.status();
    if status.is_success() {
        return Outcome::Delivered;
    }
    let asked = retry_after(response.headers(), SystemTime::now());
    let said = said(response).await;
    let reason = match said.is_empty() {
        true => format!("it answered {status}"),
        false => format!("it answered {status}: {said}"),
    };
    match status {
        StatusCode::GONE => Outcome::Gone { reason },
        _ => Outcome::Failed { reason, asked },
    }
}

/// How long the receiver asks to be left alone.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .ok(),
    }
}

async fn said(response: Response<airlock_egress::Body>) -> String {
    let mut body = response.into_body();
    let mut said = Vec::new();
    while said.len() < SAID
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Ok(data) = frame.into_data() {
            said.extend_from_slice(&data);
        }
    }
    said.truncate(SAID);
    let text: String = String::from_utf8_lossy(&said)
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_how_long_in_seconds_or_by_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let date = httpdate::fmt_http_date(now + Duration::from_secs(90));
        for (text, wait) in [
            ("30", Some(30)),
            (date.as_str(), Some(90)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            let found = retry_after(&headers, now);
            assert_eq!(found, wait.map(Duration::from_secs), "{text}");
        }
    }
}
