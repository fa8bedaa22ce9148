//! The pooled HTTP client: one for each lane, origin and set of judged addresses. HTTP/1.1, or
//! HTTP/2 where the service offers it. Pool and protocol are hyper-util's; ours is only where it may
//! dial to, how much an answer's head may be, and what a failure means.

use std::error::Error as StdError;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::rt::TokioTimer;
use tokio::time::Instant;

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::stages::judge::HeadLimits;
use crate::wire::dialer::{Connector, Dialer};
use crate::wire::faults::{self, Fault};
use crate::wire::interim;
use crate::wire::link::Link;
use crate::wire::tasks::Tasks;

/// What hyper keeps on the stack, and its own limit of fields when none is set.
const HYPER_FIELDS: usize = 100;

/// Below this hyper refuses to work.
const HYPER_BUFFER: usize = 8 << 10;

/// Speaks HTTP to one origin, sending bodies of type `B`.
pub(crate) struct HttpClient<B> {
    client: Client<Connector, B>,
    origin: String,
    limits: HeadLimits,
}

impl<B> HttpClient<B>
where
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    /// A client over `dialer`, whose connections are among `tasks`.
    pub(crate) fn new(
        dialer: Dialer,
        config: &EgressConfig,
        limits: HeadLimits,
        tasks: Tasks,
    ) -> Self {
        let idle = match config.idle_timeout() {
            time if time.is_zero() => 0,
            _ => config.idle_connections_per_host,
        };
        let mut builder = Client::builder(tasks);
        builder
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(config.idle_timeout())
            .pool_max_idle_per_host(idle)
            .http1_max_buf_size(limits.fields.bytes.max(HYPER_BUFFER))
            .http2_max_header_list_size(u32::try_from(limits.fields.bytes).unwrap_or(u32::MAX));
        // Another number costs an allocation for each answer, so it is only set where it differs.
        if limits.fields.fields != HYPER_FIELDS {
            builder.http1_max_headers(limits.fields.fields);
        }
        Self {
            origin: dialer.origin.clone(),
            client: builder.build(Connector::from(dialer)),
            limits,
        }
    }

    /// Sends a request to an absolute URL on this client's origin and waits for the answer's head. A
    /// request of which nothing left over a pooled connection is sent over another one.
    pub(crate) async fn request(
        &self,
        mut request: Request<B>,
    ) -> Result<Response<Incoming>, Fault> {
        let asked = Instant::now();
        let captured = capture_connection(&mut request);
        let too_many = interim::watch(&mut request, self.limits.interim);
        let answer = tokio::select! {
            biased;
            answer = self.client.request(request) => answer,
            () = too_many => {
                return Err(Fault {
                    error: EgressError::Protocol {
                        origin: self.origin.clone(),
                        message: interim::WITHOUT_END.into(),
                    },
                    stale: false,
                    address: Link::of(&captured).map(|link| link.address),
                });
            }
        };
        let link = Link::of(&captured);
        match answer {
            Ok(answer) => {
                link.inspect(|link| link.answered());
                Ok(answer)
            }
            Err(error) => {
                let pooled = link.as_ref().is_some_and(|link| link.was_pooled(asked));
                Err(Fault {
                    address: link.map(|link| link.address),
                    ..faults::of_exchange(&error, &self.origin, pooled)
                })
            }
        }
    }
}
