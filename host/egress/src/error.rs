//! Why a request did not leave, or its answer did not come back. Every layer of egress answers
//! with this one type; each text says what happened, where, and what to do about it. None of them
//! carries a query string, a body or a credential.

use std::fmt;
use std::time::Duration;

use airlock_auth::AuthError;
use serde::Serialize;

/// The ten stages of a request's way out, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 1: the URL is read once.
    Parse,
    /// 2: scheme, host, port, method and path are judged.
    Policy,
    /// 3: header fields are judged and rebuilt.
    Headers,
    /// 4: the connection's quota.
    Quota,
    /// 5: the name is resolved and every address judged.
    Addresses,
    /// 6: the credential is leased and put on.
    Inject,
    /// 7: a judged address is dialled.
    Dial,
    /// 8: the response's header fields are filtered.
    ResponseHeaders,
    /// 9: the response's body is bounded and redacted.
    Body,
    /// 10: what was decided is written down.
    Audit,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parse => "parse",
            Self::Policy => "policy",
            Self::Headers => "headers",
            Self::Quota => "quota",
            Self::Addresses => "addresses",
            Self::Inject => "inject",
            Self::Dial => "dial",
            Self::ResponseHeaders => "response-headers",
            Self::Body => "body",
            Self::Audit => "audit",
        })
    }
}

/// What was waited for when time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// The name's addresses.
    Resolve,
    /// One of the tenant's sockets.
    Socket,
    /// A TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The response's header fields.
    ResponseHeaders,
    /// More of the response's body.
    BetweenBytes,
    /// The whole call.
    Total,
}

impl Waiting {
    /// The setting that lengthens the wait.
    fn setting(self) -> &'static str {
        match self {
            Self::Resolve | Self::Connect => "connect-timeout-ms",
            Self::Socket => "max-in-flight-per-tenant",
            Self::Tls => "tls-timeout-ms",
            Self::ResponseHeaders => "response-header-timeout-ms",
            Self::BetweenBytes => "between-bytes-timeout-ms",
            Self::Total => "total-timeout-ms",
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "its name was not resolved",
            Self::Socket => "none of the tenant's sockets became free",
            Self::Connect => "no TCP connection came about",
            Self::Tls => "the TLS handshake did not finish",
            Self::ResponseHeaders => "it sent no response headers",
            Self::BetweenBytes => "its answer fell silent",
            Self::Total => "the call did not finish",
        })
    }
}

/// Which body was too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The request's.
    Request,
    /// The response's.
    Response,
}

impl Direction {
    fn words(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// Why a request did not leave, or its answer did not come back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// A rule forbids it. Nothing was sent, no credential was leased.
    #[error("{message}")]
    Denied {
        /// The stage that refused.
        stage: Stage,
        /// Short name of the rule, stable enough to count by.
        rule: &'static str,
        /// What was refused and the setting that would permit it.
        message: String,
    },
    /// The connection's quota is used up.
    #[error("{message}")]
    Quota {
        /// Which quota, and the setting that widens it.
        message: String,
        /// When another attempt makes sense.
        retry_after: Duration,
    },
    /// No credential could be had for it.
    #[error(transparent)]
    Credential(#[from] AuthError),
    /// The host's name has no address.
    #[error(
        "cannot find {host}: {message}; check the spelling of the address and this machine's DNS"
    )]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        message: String,
    },
    /// No address of the host takes a connection.
    #[error(
        "cannot connect to {origin}: {message}; check that the service runs and that no firewall is between"
    )]
    Connect {
        /// `scheme://host[:port]`.
        origin: String,
        /// What the operating system said, with the address.
        message: String,
    },
    /// The host could not prove who it is, or speaks no TLS.
    #[error("no TLS with {origin}: {message}")]
    Tls {
        /// `scheme://host[:port]`.
        origin: String,
        /// What was wrong, and what to do.
        message: String,
        /// Whether it stays so until somebody mends something, as a certificate does.
        lasts: bool,
    },
    /// Time ran out.
    #[error("gave up on {origin} after {}: {what}; raise {} under [egress] if it needs longer",
        seconds(after), what.setting())]
    Timeout {
        /// `scheme://host[:port]`.
        origin: String,
        /// What was waited for.
        what: Waiting,
        /// How long.
        after: Duration,
    },
    /// A body is larger than the operator permits.
    #[error("the {} body is larger than {limit} bytes; raise max-{}-body-bytes under [egress] to permit it",
        direction.words(), direction.words())]
    BodyTooLarge {
        /// Which body.
        direction: Direction,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The connection broke, or one side broke the rules of HTTP.
    #[error("the exchange with {origin} broke off: {message}")]
    Protocol {
        /// `scheme://host[:port]`.
        origin: String,
        /// What went wrong.
        message: String,
    },
    /// The request's own body could not be read to its end.
    #[error("the request body broke off: {message}")]
    RequestBody {
        /// What its producer said.
        message: String,
    },
    /// A dry run ended here; the request is in its [`DryRun`](crate::DryRun).
    #[error("dry run: the request was prepared and judged, and did not leave")]
    DryRun,
    /// The operator's configuration cannot be used.
    #[error("{message}")]
    Configuration {
        /// Which setting, and what is wrong with it.
        message: String,
    },
}

impl EgressError {
    pub(crate) fn denied(stage: Stage, rule: &'static str, message: impl Into<String>) -> Self {
        Self::Denied {
            stage,
            rule,
            message: message.into(),
        }
    }

    /// Whether it stays as it is until somebody mends something, so that repeating is pointless.
    pub(crate) fn lasts(&self) -> bool {
        matches!(
            self,
            Self::Resolve { .. } | Self::Tls { lasts: true, .. } | Self::Configuration { .. }
        )
    }
}

fn seconds(duration: &Duration) -> String {
    let text = format!("{:.3}", duration.as_secs_f64());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_names_the_setting_that_lengthens_it() {
        let error = EgressError::Timeout {
            origin: "https://org.example".into(),
            what: Waiting::ResponseHeaders,
            after: Duration::from_millis(1500),
        };
        assert_eq!(
            error.to_string(),
            "gave up on https://org.example after 1.5 s: it sent no response headers; \
             raise response-header-timeout-ms under [egress] if it needs longer"
        );
    }
}
