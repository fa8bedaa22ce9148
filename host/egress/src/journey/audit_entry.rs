//! The audit record of one request while it is being written. Whatever happens to the request, even
//! that its caller goes away, the record is handed over exactly once: when this is dropped.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Method, Uri};
use tokio::time::Instant;

use crate::error::EgressError;
use crate::journey::context::Journey;
use crate::lane::core::LaneCore;
use crate::stages::audit::{AuditRecord, CredentialUse, Outcome, outline};

/// One request's record.
pub(crate) struct AuditEntry {
    core: Arc<LaneCore>,
    started: Instant,
    answered: Option<Instant>,
    method: Method,
    uri: Uri,
    rule: Option<Arc<str>>,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) credential: CredentialUse,
    pub(crate) renewed: bool,
    outcome: Outcome,
}

impl AuditEntry {
    /// Opens a record.
    pub(crate) fn open(journey: &Journey<'_>, method: &Method, uri: &Uri) -> Self {
        Self {
            core: Arc::clone(journey.core),
            started: journey.started,
            answered: None,
            method: method.clone(),
            uri: uri.clone(),
            rule: None,
            address: None,
            credential: CredentialUse::None,
            renewed: false,
            outcome: Outcome::Abandoned,
        }
    }

    /// Notes the rule that permits it.
    pub(crate) fn permitted(&mut self, rule: &Arc<str>) {
        self.rule = Some(Arc::clone(rule));
    }

    /// Notes the answer's head.
    pub(crate) fn answered(&mut self, status: u16) {
        self.answered = Some(Instant::now());
        self.outcome = Outcome::Answered {
            status,
            bytes: 0,
            broken: None,
        };
    }

    /// Notes how the answer's body ended.
    pub(crate) fn ended(&mut self, seen: u64, why: Option<String>) {
        if let Outcome::Answered { bytes, broken, .. } = &mut self.outcome {
            *bytes = seen;
            *broken = why;
        }
    }

    /// Notes that it came to nothing.
    pub(crate) fn failed(&mut self, error: &EgressError) {
        self.outcome = match error {
            EgressError::Denied {
                stage,
                rule,
                message,
            } => {
                self.rule = Some((*rule).into());
                Outcome::Denied {
                    stage: *stage,
                    message: message.clone(),
                }
            }
            EgressError::Quota { message, .. } => Outcome::Denied {
                stage: crate::error::Stage::Quota,
                message: message.clone(),
            },
            EgressError::DryRun => Outcome::DryRun,
            other => Outcome::Failed {
                message: other.to_string(),
            },
        };
    }
}

impl Drop for AuditEntry {
    fn drop(&mut self) {
        if !self.core.shared.audit.wants(&self.outcome) {
            return;
        }
        let id = &self.core.id;
        let until = self.answered.unwrap_or_else(Instant::now);
        let record = AuditRecord {
            tenant: id.tenant.clone(),
            connection: id.connection,
            purpose: id.purpose,
            method: self.method.clone(),
            url: without_query(&self.uri),
            query: self.uri.query().map(outline),
            address: self.address,
            rule: self.rule.take().unwrap_or_else(|| "none".into()),
            credential: self.credential,
            renewed: self.renewed,
            elapsed: until.duration_since(self.started),
            outcome: std::mem::replace(&mut self.outcome, Outcome::Abandoned),
        };
        self.core.shared.audit.record(&record);
    }
}

/// A URL as far as it may be written down: no user, no query.
pub(crate) fn without_query(uri: &Uri) -> String {
    let mut text = String::with_capacity(128);
    if let Some(scheme) = uri.scheme_str() {
        text.push_str(scheme);
        text.push_str("://");
    }
    if let Some(authority) = uri.authority() {
        let whole = authority.as_str();
        text.push_str(whole.rsplit_once('@').map_or(whole, |(_, rest)| rest));
    }
    text.push_str(uri.path());
    text
}

#[cfg(test)]
mod tests {
    use super::without_query;

    #[test]
    fn users_and_queries_are_never_written_down() {
        for (url, written) in [
            (
                "https://org.example/a/b?secret=1",
                "https://org.example/a/b",
            ),
            (
                "https://user:secret@org.example:8443/a",
                "https://org.example:8443/a",
            ),
            ("https://org.example", "https://org.example/"),
        ] {
            assert_eq!(without_query(&url.parse().unwrap()), written);
        }
    }
}
