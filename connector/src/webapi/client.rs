//! The driver: sends a call, waits and repeats where the policy says so, and turns answers into
//! values or errors. The only I/O of this layer.

use std::{cell::Cell, rc::Rc, time::Duration};

use airlock_connector::{
    Error, Failure, Level, Transport, TransportError,
    http::{Headers, Method, PREPARES, Request, Response},
};
use serde::de::DeserializeOwned;

use super::{
    address::BaseUrl,
    headers::{CallOptions, Precondition},
    long_read,
    retry::RetryPolicy,
    surrogates,
};

mod fate;

pub use super::retry::Safety;
use fate::Fate;

/// One call, not yet sent.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The method.
    pub method: Method,
    /// Absolute URL, from [`BaseUrl::url`] or [`BaseUrl::own`].
    pub url: String,
    /// What goes into the headers.
    pub options: CallOptions,
    /// The body, JSON unless `options.extra` names another content type.
    pub body: Option<Vec<u8>>,
    /// Whether the call only prepares another one; a dry run lets it pass.
    pub prepares: bool,
    /// Overrides what the method says about repeating.
    pub safety: Option<Safety>,
    /// How long one attempt may take; `None` leaves it to the host.
    pub timeout: Option<Duration>,
    /// Overrides the client's patience.
    pub retry: Option<RetryPolicy>,
    /// Whether an answer in parts is one whatever its status: each part has a status of its own, and
    /// that of the whole repeats the first failure.
    pub in_parts: bool,
}

impl ApiRequest {
    /// A call without a body.
    #[must_use]
    pub fn new(method: Method, url: String) -> Self {
        Self {
            method,
            url,
            options: CallOptions::default(),
            body: None,
            prepares: false,
            safety: None,
            timeout: None,
            retry: None,
            in_parts: false,
        }
    }

    /// A read.
    #[must_use]
    pub fn get(url: String) -> Self {
        Self::new(Method::Get, url)
    }

    /// The same call with `options`.
    #[must_use]
    pub fn with_options(mut self, options: &CallOptions) -> Self {
        self.options = options.clone();
        self
    }

    /// The same call with a body.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }

    /// The same call, marked as one that only prepares another.
    #[must_use]
    pub fn preparing(mut self) -> Self {
        self.prepares = true;
        self
    }

    /// Whether the call may be repeated when its fate is unknown.
    #[must_use]
    pub fn safety(&self) -> Safety {
        if let Some(safety) = self.safety {
            return safety;
        }
        // A repeat under a row version would meet its own change and report a conflict.
        let versioned = matches!(self.options.precondition, Some(Precondition::Version(_)));
        match self.method {
            Method::Post => Safety::Once,
            method if method.reads() => Safety::Repeatable,
            _ if versioned => Safety::Once,
            _ => Safety::Repeatable,
        }
    }
}

/// The answer to a call that succeeded.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status, below 400 unless the call asked for an answer in parts.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        let Response {
            status,
            headers,
            mut body,
        } = response;
        let json = headers
            .get("content-type")
            .is_some_and(|kind| kind.contains("json"));
        if json {
            surrogates::mend(&mut body);
        }
        Self {
            status,
            headers,
            body,
        }
    }
}

impl Reply {
    /// The body as JSON.
    ///
    /// # Errors
    /// [`Error::Rejected`] when it is none, as when the address belongs to a website.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| not_understood(self.status, &error))
    }

    /// How many requests at once the service recommends, where it says so.
    #[must_use]
    pub fn parallel_hint(&self) -> Option<usize> {
        self.headers.get("x-ms-dop-hint")?.trim().parse().ok()
    }
}

/// The error for an answer with a good status and a body that no Dataverse sends.
pub(super) fn not_understood(status: u16, error: &serde_json::Error) -> Error {
    Error::Rejected(Failure {
        message: format!(
            "the answer is not what the Dataverse Web API sends ({error}): does the Web API URL of the connection belong to a Dynamics 365 organisation?"
        ),
        status: Some(status),
        ..Failure::default()
    })
}

/// The moment until which nobody of one connection sends, because the service said so to one.
///
/// Limits are counted per user, so every call of the connection shares them; clones share one
/// moment.
#[derive(Clone, Debug, Default)]
pub struct Pause {
    until: Rc<Cell<Duration>>,
    /// How often the service said so.
    times: Rc<Cell<u64>>,
}

impl Pause {
    fn until(&self, moment: Duration) {
        self.until.set(self.until.get().max(moment));
        self.times.set(self.times.get() + 1);
    }

    /// What is left of it. The clock is the host's and asked only when there is something to wait for.
    fn left(&self, now: impl FnOnce() -> Duration) -> Duration {
        let until = self.until.get();
        if until.is_zero() {
            return until;
        }
        until.saturating_sub(now())
    }
}

/// How long a single wait may be where nobody said how long the call may last, as with what a form
/// asks: a host is likely to wait longer, and a person unlikely.
const LONGEST_UNTOLD: Duration = Duration::from_secs(60);

/// Kept back of the time that a call has, so that it answers before it is stopped: a tenth, but no
/// more than this.
const MOST_KEPT_BACK: Duration = Duration::from_secs(15);

/// A client of one organisation's Web API.
#[derive(Debug)]
pub struct Client<T> {
    transport: T,
    base: Rc<BaseUrl>,
    retry: RetryPolicy,
    pause: Pause,
    /// Until when waiting makes sense, on the transport's clock.
    until: Option<Duration>,
}

impl<T: Transport> Client<T> {
    /// A client with the default patience.
    pub fn new(transport: T, base: Rc<BaseUrl>) -> Self {
        Self {
            transport,
            base,
            retry: RetryPolicy::default(),
            pause: Pause::default(),
            until: None,
        }
    }

    /// The same client for a call that may last so long.
    #[must_use]
    pub fn within(mut self, time: Option<Duration>) -> Self {
        self.until = time.map(|time| {
            let usable = time.saturating_sub((time / 10).min(MOST_KEPT_BACK));
            self.transport.now().saturating_add(usable)
        });
        self
    }

    /// How long the call may still wait.
    pub(crate) fn left(&self) -> Duration {
        self.until.map_or(LONGEST_UNTOLD, |until| {
            until.saturating_sub(self.transport.now())
        })
    }

    /// The same client, sharing the connection's pause.
    #[must_use]
    pub fn with_pause(mut self, pause: Pause) -> Self {
        self.pause = pause;
        self
    }

    /// The same client with other patience.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Where the Web API is.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// How often the service has asked this connection to wait: whoever sends much hears from it that
    /// it is too much.
    pub fn throttled(&self) -> u64 {
        self.pause.times.get()
    }

    /// What the client sends through.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Sends the call, repeating it where that is safe.
    ///
    /// # Errors
    /// What the service or the host answered, or that there was no answer.
    pub async fn send(&self, call: ApiRequest) -> Result<Reply, Error> {
        let (fate, _) = self.attempt(call).await?;
        fate
    }

    /// Like [`Client::send`], and says whether an earlier attempt may have been carried out
    /// already. The outer error is for calls that cannot be sent at all.
    pub(super) async fn attempt(
        &self,
        call: ApiRequest,
    ) -> Result<(Result<Reply, Error>, bool), Error> {
        let safety = call.safety();
        let policy = call.retry.unwrap_or(self.retry);
        let mut uncertain = false;
        let mut failed = 0;
        loop {
            self.wait_for_pause(policy).await?;
            let result = self.exchange(request_of(&call)?).await?;
            let fate = match result {
                Ok(response) if response.status < 400 || call.in_parts && in_parts(&response) => {
                    return Ok((Ok(Reply::from(response)), uncertain));
                }
                Ok(response) => Fate::of_response(&response),
                Err(error) => Fate::of_transport(error, safety),
            };
            if let Some(wait) = fate.pause {
                self.pause.until(self.transport.now() + wait);
            }
            let next = fate.outcome.as_ref().and_then(|outcome| {
                let outcome = outcome.borrow();
                failed += u32::from(outcome.counts());
                let chance = self.transport.random();
                policy.next(failed, safety, outcome, self.left(), chance)
            });
            let Some(wait) = next else {
                return Ok((Err(fate.error), uncertain));
            };
            uncertain |= fate.uncertain;
            self.transport.log(
                Level::Warn,
                &format!(
                    "{} {} failed ({}); trying again in {} ms",
                    call.method,
                    path_of(&call.url),
                    fate.error,
                    wait.as_millis()
                ),
            );
            self.transport.sleep(wait).await;
        }
    }

    /// Sends one request, in a batch where its address is too long to go by itself.
    async fn exchange(&self, request: Request) -> Result<Result<Response, TransportError>, Error> {
        if !long_read::is_long(&request) {
            return Ok(self.transport.send(request).await);
        }
        let batch = long_read::wrapped(request, &self.base)?;
        Ok(self.transport.send(batch).await.map(long_read::unwrapped))
    }

    /// Waits until the connection may send again, unless that is longer than patience lasts.
    async fn wait_for_pause(&self, policy: RetryPolicy) -> Result<(), Error> {
        let left = self.pause.left(|| self.transport.now());
        if left.is_zero() {
            return Ok(());
        }
        if !policy.keeps_waits || left > self.left() {
            return Err(Error::Throttled {
                failure: Failure::text(
                    "not sent: the service asked this connection to wait, because it had sent too many requests",
                ),
                retry_after: Some(left),
            });
        }
        self.transport.sleep(left).await;
        Ok(())
    }
}

/// Whether an answer consists of answers.
fn in_parts(response: &Response) -> bool {
    let kind = response.headers.get("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("multipart/mixed")
}

fn request_of(call: &ApiRequest) -> Result<Request, Error> {
    let mut headers = call.options.headers(call.body.is_some())?;
    if call.prepares {
        headers.set(PREPARES, "true");
    }
    Ok(Request {
        method: call.method,
        url: call.url.clone(),
        headers,
        body: call.body.clone().unwrap_or_default(),
        timeout: call.timeout,
    })
}

/// Queries may carry data, so logs show none.
fn path_of(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

#[cfg(test)]
mod tests;
