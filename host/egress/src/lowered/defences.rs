//! Which defences are up. In every shipped build all of them are, and it does not have this type.

/// Stands in each program that can lower a defence and in no other: tests look for it in what ships.
pub(super) const MARK: &str = "this program can lower its defences";

/// One switch per defence; `true` is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defences {
    /// Stage 1: ambiguous URLs are refused (users before the host, odd spellings, dot segments).
    pub strict_urls: bool,
    /// Stage 2: only hosts, methods and paths that the connection allows.
    pub host_policy: bool,
    /// Stage 2: plain http only where the operator names the host.
    pub tls_required: bool,
    /// Stage 3: forbidden header and trailer fields are refused.
    pub header_hygiene: bool,
    /// Stage 3: `Host` comes from the URL.
    pub host_from_url: bool,
    /// Stage 4: quotas hold.
    pub quotas: bool,
    /// Stage 5: addresses are judged.
    pub address_judgement: bool,
    /// Stages 5 and 7: the judged addresses are dialled, not a second answer of the resolver.
    pub pinned_addresses: bool,
    /// Stage 6: the credential goes only to its own hosts.
    pub audience_binding: bool,
    /// Stage 7: redirects are never followed.
    pub redirects_left_alone: bool,
    /// Stages 7 and 9: deadlines hold.
    pub deadlines: bool,
    /// Stages 7 and 8: response headers are bounded in number and size.
    pub header_limits: bool,
    /// Stage 8: response headers are filtered.
    pub response_filter: bool,
    /// Stages 8 and 9: an echoed credential is redacted.
    pub redaction: bool,
    /// Stage 9: bodies are bounded.
    pub body_limits: bool,
    /// Pools, TLS sessions and quotas belong to one lane.
    pub lane_isolation: bool,
}

impl Default for Defences {
    /// All up.
    fn default() -> Self {
        Self {
            strict_urls: true,
            host_policy: true,
            tls_required: true,
            header_hygiene: true,
            host_from_url: true,
            quotas: true,
            address_judgement: true,
            pinned_addresses: true,
            audience_binding: true,
            redirects_left_alone: true,
            deadlines: true,
            header_limits: true,
            response_filter: true,
            redaction: true,
            body_limits: true,
            lane_isolation: true,
        }
    }
}
