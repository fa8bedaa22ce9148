//! What an operator may set about the way out. Bottom layer of egress: plain data, one table of
//! defaults, every limit with its unit in its name.
//!
//! Where the numbers come from: the service's own ceilings where it has any (Dataverse runs 52
//! requests of one user at once and stops one after two minutes; uploads end at 128 MiB), and
//! otherwise what keeps a hostile peer from holding memory or a socket for long.

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::host_pattern::HostPattern;

/// The section `[egress]` of the operator's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct EgressConfig {
    /// Lets requests go to this machine itself (127.0.0.0/8 and ::1). For demonstrations and tests.
    pub allow_loopback: bool,
    /// Hosts that may be spoken to without TLS: `host`, `host:port` or `host:*`.
    pub allow_plain_http: Vec<HostPattern>,
    /// Networks inside the organisation that requests may go to, such as `10.20.0.0/16`.
    pub allow_private: Vec<IpNet>,
    /// Files with certificate authorities (PEM) to trust beside the public ones.
    pub trusted_roots: Vec<PathBuf>,

    /// Time for a TCP connection, in milliseconds.
    pub connect_timeout_ms: u64,
    /// Time for a TLS handshake, in milliseconds.
    pub tls_timeout_ms: u64,
    /// Time from a request's last byte to the response's headers, in milliseconds.
    pub response_header_timeout_ms: u64,
    /// Longest silence within a response body, in milliseconds.
    pub between_bytes_timeout_ms: u64,
    /// Time for everything, from the call to the last byte of the answer, in milliseconds.
    pub total_timeout_ms: u64,

    /// Largest request body, in bytes.
    pub max_request_body_bytes: u64,
    /// Largest response body, in bytes.
    pub max_response_body_bytes: u64,
    /// Most header fields in a response, and in a request.
    pub max_response_headers: usize,
    /// Size of all header fields of a response, and of a request, in bytes.
    pub max_header_bytes: usize,
    /// Request bodies of known length up to this size are held, so that they can be sent again
    /// after the service refused a token, in bytes.
    pub replay_body_bytes: u64,

    /// Requests of one connection under way at once; an answer counts until its last byte.
    pub max_in_flight_per_connection: usize,
    /// How long a request waits for its turn before it is refused, in milliseconds.
    pub queue_wait_ms: u64,
    /// Requests of one connection per second; no limit when absent.
    pub requests_per_second_per_connection: Option<u32>,
    /// Idle sockets that one connection keeps open to one host.
    pub idle_connections_per_host: usize,
    /// How long an idle socket is kept, in milliseconds.
    pub idle_timeout_ms: u64,
    /// How long a resolved and judged address is used, in milliseconds.
    pub dns_cache_ms: u64,
    /// Requests of one tenant under way at once, over all its connections, and as many sockets between two
    /// requests; 0 is an eighth of the files that this process may open.
    pub max_in_flight_per_tenant: usize,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            allow_plain_http: Vec::new(),
            allow_private: Vec::new(),
            trusted_roots: Vec::new(),
            connect_timeout_ms: 10_000,
            tls_timeout_ms: 10_000,
            response_header_timeout_ms: 130_000,
            between_bytes_timeout_ms: 30_000,
            total_timeout_ms: 600_000,
            max_request_body_bytes: 128 << 20,
            max_response_body_bytes: 128 << 20,
            max_response_headers: 100,
            max_header_bytes: 64 << 10,
            replay_body_bytes: 1 << 20,
            max_in_flight_per_connection: 64,
            queue_wait_ms: 10_000,
            requests_per_second_per_connection: None,
            idle_connections_per_host: 32,
            idle_timeout_ms: 60_000,
            dns_cache_ms: 30_000,
            max_in_flight_per_tenant: 0,
        }
    }
}

/// Longer than anybody waits; keeps sums of moments and lengths within the clock's range.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

fn millis(length: u64) -> Duration {
    Duration::from_millis(length).min(LONGEST)
}

impl EgressConfig {
    pub(crate) fn connect_timeout(&self) -> Duration {
        millis(self.connect_timeout_ms)
    }

    pub(crate) fn tls_timeout(&self) -> Duration {
        millis(self.tls_timeout_ms)
    }

    pub(crate) fn response_header_timeout(&self) -> Duration {
        millis(self.response_header_timeout_ms)
    }

    pub(crate) fn between_bytes_timeout(&self) -> Duration {
        millis(self.between_bytes_timeout_ms)
    }

    pub(crate) fn total_timeout(&self) -> Duration {
        millis(self.total_timeout_ms)
    }

    pub(crate) fn queue_wait(&self) -> Duration {
        millis(self.queue_wait_ms)
    }

    pub(crate) fn idle_timeout(&self) -> Duration {
        millis(self.idle_timeout_ms)
    }

    pub(crate) fn dns_cache(&self) -> Duration {
        millis(self.dns_cache_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::EgressConfig;

    #[test]
    fn an_empty_section_is_the_default_and_permits_nothing_inside() {
        let config: EgressConfig = serde_json::from_str("{}").unwrap();
        assert_eq!(config, EgressConfig::default());
        assert!(!config.allow_loopback);
        assert!(config.allow_plain_http.is_empty() && config.allow_private.is_empty());
    }

    #[test]
    fn keys_are_kebab_case_and_unknown_ones_are_refused() {
        let config: EgressConfig = serde_json::from_str(
            r#"{"allow-plain-http":["127.0.0.1:8080"],"allow-private":["10.0.0.0/8"]}"#,
        )
        .unwrap();
        assert_eq!(config.allow_plain_http.len(), 1);
        assert!(serde_json::from_str::<EgressConfig>(r#"{"allow_loopback":true}"#).is_err());
        assert!(serde_json::from_str::<EgressConfig>(r#"{"allow-lopback":true}"#).is_err());
    }

    #[test]
    fn a_length_beyond_all_measure_is_a_month() {
        let config = EgressConfig {
            total_timeout_ms: u64::MAX,
            ..EgressConfig::default()
        };
        assert_eq!(config.total_timeout(), super::LONGEST);
    }

    #[test]
    fn what_is_written_can_be_read_back() {
        let mut config = EgressConfig::default();
        config
            .allow_plain_http
            .push("*.sim.example.com:*".parse().unwrap());
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<EgressConfig>(&text).unwrap(), config);
    }
}
