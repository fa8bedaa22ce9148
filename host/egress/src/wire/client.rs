//! The pooled HTTP client: one for each lane, origin and set of judged addresses. HTTP/1.1, or
//! HTTP/2 where the service offers it.

use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::EgressConfig;
use crate::request_body::RequestBody;
use crate::wire::dialer::Dialer;

/// Speaks HTTP to one origin.
pub(crate) type HttpClient = Client<Dialer, RequestBody>;

/// What hyper keeps on the stack, and its own limit of fields when none is set.
const HYPER_FIELDS: usize = 100;

/// Below this hyper refuses to work.
const HYPER_BUFFER: usize = 8 << 10;

/// When limits are lowered: far beyond what any attack of ours sends.
const UNLIMITED: usize = 16 << 20;

/// Builds a client over `dialer`.
pub(crate) fn build(dialer: Dialer, config: &EgressConfig, limited: bool) -> HttpClient {
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(config.idle_timeout())
        .pool_max_idle_per_host(config.idle_connections_per_host);
    let (fields, bytes) = if limited {
        (config.max_response_headers, config.max_header_bytes)
    } else {
        (UNLIMITED >> 8, UNLIMITED)
    };
    builder.http1_max_buf_size(bytes.max(HYPER_BUFFER));
    builder.http2_max_header_list_size(u32::try_from(bytes).unwrap_or(u32::MAX));
    // Another number costs an allocation for each answer, so it is only set where it differs.
    if fields != HYPER_FIELDS {
        builder.http1_max_headers(fields);
    }
    builder.build(dialer)
}
