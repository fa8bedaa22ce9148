//! Stage 10. What was decided about one request, and by which rule: one line for people, or JSON.
//! It never carries a query string, a body, a header value or a credential; whoever asks for the alternate
//! form (`{:#}`), for the eyes of the person whose call it is, sees the names of a query's parameters.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use airlock_store::{ConnectionId, TenantId};
use http::Method;
use serde::Serialize;

use crate::error::Stage;
use crate::policy::Purpose;

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It left and was answered.
    Answered {
        /// HTTP status.
        status: u16,
        /// Bytes of the answer's body that came in.
        bytes: u64,
        /// Why the body ended early, where it did.
        broken: Option<String>,
    },
    /// A stage refused it; nothing was sent.
    Denied {
        /// The stage.
        stage: Stage,
        /// For people.
        message: String,
    },
    /// It was permitted and failed.
    Failed {
        /// For people.
        message: String,
    },
    /// A dry run caught it.
    DryRun,
    /// The caller went away before the answer came.
    Abandoned,
}

/// What was done about a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialUse {
    /// None was added: the lane has none, or the request did not come that far.
    None,
    /// None was added, because the host is not among those it may go to.
    Withheld,
    /// Added as `Authorization: Bearer`.
    Bearer,
    /// Added as `Authorization: Basic`.
    Basic,
    /// Added as another header field.
    Header,
    /// Added to the query string.
    Query,
}

/// One request, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuditRecord {
    /// Whose request.
    pub tenant: TenantId,
    /// By which connection.
    pub connection: ConnectionId,
    /// For what.
    pub purpose: Purpose,
    /// HTTP method.
    #[serde(serialize_with = "as_text")]
    pub method: Method,
    /// URL without its query.
    pub url: String,
    /// The names of the query's parameters, and a mark that tells this query from others of the same
    /// names. For the alternate form alone.
    #[serde(skip)]
    pub query: Option<String>,
    /// The address that answered.
    pub address: Option<SocketAddr>,
    /// The rule that permitted or refused it, such as `host org.example.com`.
    #[serde(serialize_with = "as_text")]
    pub rule: Arc<str>,
    /// What was done about a credential.
    pub credential: CredentialUse,
    /// Whether it was sent again with a renewed credential after a 401.
    pub renewed: bool,
    /// Until the answer's head came, or until it failed.
    #[serde(rename = "elapsed-us", serialize_with = "as_micros")]
    pub elapsed: Duration,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

fn as_text<T: fmt::Display, S: serde::Serializer>(text: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(text)
}

fn as_micros<S: serde::Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
}

impl fmt::Display for CredentialUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Withheld => "withheld by host",
            Self::Bearer => "bearer added by host",
            Self::Basic => "basic added by host",
            Self::Header => "header added by host",
            Self::Query => "query parameter added by host",
        })
    }
}

impl fmt::Display for AuditRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, .. } = self;
        let url = Target(self, f.alternate());
        match &self.outcome {
            Outcome::Denied { stage, message } => {
                return write!(
                    f,
                    "egress deny {method} {url} at {stage}: {message} (rule: {})",
                    self.rule
                );
            }
            Outcome::DryRun => write!(f, "egress dry-run {method} {url}, not sent")?,
            Outcome::Answered {
                status,
                bytes,
                broken,
            } => {
                write!(f, "egress allow {method} {url}")?;
                self.write_address(f)?;
                write!(f, " {status} in {}, {bytes} B", Milliseconds(self.elapsed))?;
                if let Some(broken) = broken {
                    write!(f, ", then broke off: {broken}")?;
                }
            }
            Outcome::Failed { message } => {
                write!(f, "egress fail {method} {url}")?;
                self.write_address(f)?;
                write!(f, " after {}: {message}", Milliseconds(self.elapsed))?;
            }
            Outcome::Abandoned => {
                write!(
                    f,
                    "egress abandoned {method} {url} after {}",
                    Milliseconds(self.elapsed)
                )?;
            }
        }
        write!(f, "; credential: {}", self.credential)?;
        if self.renewed {
            f.write_str(", renewed after 401")?;
        }
        write!(f, " (rule: {})", self.rule)
    }
}

impl AuditRecord {
    fn write_address(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(address) => write!(f, " → {address}"),
            None => Ok(()),
        }
    }
}

/// The URL, and where that is wanted the outline of its query.
struct Target<'a>(&'a AuditRecord, bool);

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.url)?;
        match &self.0.query {
            Some(query) if self.1 => write!(f, "?{query}"),
            _ => Ok(()),
        }
    }
}

/// The most parameters that an outline names, and the longest name.
const MOST_NAMES: usize = 12;
const LONGEST_NAME: usize = 40;

/// What may be written down of a query: `$select&$filter (3fa2)`. The mark is the same for the same query
/// and says nothing about it: it is made with a key that nobody knows and that is gone with the process.
/// A parameter without `=` may be a value itself and is not named.
pub(crate) fn outline(query: &str) -> String {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let mut text = String::new();
    for (at, pair) in query.split('&').enumerate() {
        if at > 0 {
            text.push('&');
        }
        let name = pair.split_once('=').map(|(name, _)| name);
        match name.filter(|name| at < MOST_NAMES && name.len() <= LONGEST_NAME) {
            Some(name) => text.push_str(name),
            None => text.push('…'),
        }
        if at >= MOST_NAMES {
            break;
        }
    }
    let mark = KEY.hash_one(query) & 0xffff;
    text.push_str(&format!(" ({mark:04x})"));
    text
}

struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} ms", self.0.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(outcome: Outcome) -> AuditRecord {
        AuditRecord {
            tenant: TenantId::default(),
            connection: ConnectionId::random(),
            purpose: Purpose::Api,
            method: Method::GET,
            url: "https://org.crm.dynamics.com/api/data/v9.2/leads".into(),
            query: None,
            address: Some(([127, 0, 0, 1], 8443).into()),
            rule: "host org.crm.dynamics.com".into(),
            credential: CredentialUse::Bearer,
            renewed: false,
            elapsed: Duration::from_micros(3_210),
            outcome,
        }
    }

    #[test]
    fn a_record_is_one_line_for_people() {
        let answered = record(Outcome::Answered {
            status: 200,
            bytes: 5120,
            broken: None,
        });
        assert_eq!(
            answered.to_string(),
            "egress allow GET https://org.crm.dynamics.com/api/data/v9.2/leads → 127.0.0.1:8443 200 \
             in 3.2 ms, 5120 B; credential: bearer added by host (rule: host org.crm.dynamics.com)"
        );
        let denied = record(Outcome::Denied {
            stage: Stage::Policy,
            message: "no".into(),
        });
        assert_eq!(
            denied.to_string(),
            "egress deny GET https://org.crm.dynamics.com/api/data/v9.2/leads at policy: no \
             (rule: host org.crm.dynamics.com)"
        );
        let renewed = AuditRecord {
            renewed: true,
            ..record(Outcome::Failed {
                message: "it fell silent".into(),
            })
        };
        assert_eq!(
            renewed.to_string(),
            "egress fail GET https://org.crm.dynamics.com/api/data/v9.2/leads → 127.0.0.1:8443 after \
             3.2 ms: it fell silent; credential: bearer added by host, renewed after 401 \
             (rule: host org.crm.dynamics.com)"
        );
        let dry = record(Outcome::DryRun).to_string();
        assert!(
            dry.starts_with("egress dry-run GET https://") && dry.contains("not sent"),
            "{dry}"
        );
    }

    #[test]
    fn of_a_query_nothing_but_names_is_written_down() {
        let outlined = |query: &str| {
            let text = outline(query);
            let (names, mark) = text.split_once(' ').unwrap();
            (names.to_owned(), mark.to_owned())
        };
        let (names, mark) = outlined("$select=name&$filter=name%20eq%20'secret'&naked-secret");
        assert_eq!(names, "$select&$filter&…");
        let again = outlined("$select=name&$filter=name%20eq%20'secret'&naked-secret");
        assert_eq!(again, (names, mark));
        let marks: std::collections::BTreeSet<String> = (0..50)
            .map(|n| outlined(&format!("$filter={n}")).1)
            .collect();
        assert!(marks.len() > 40, "{marks:?}");
        let many: String = (0..1_000).map(|n| format!("&p{n}=1")).collect();
        assert!(outline(&many).len() < 80);
        assert!(outline(&format!("{}=1", "x".repeat(500))).len() < 20);
        let mut answered = record(Outcome::DryRun);
        answered.query = Some("$select (3fa2)".into());
        assert!(format!("{answered:#}").contains("/leads?$select (3fa2), not sent"));
        assert!(answered.to_string().contains("/leads, not sent"));
        let json = serde_json::to_string(&answered).unwrap();
        assert!(!json.contains("$select"), "{json}");
    }

    #[test]
    fn a_record_is_flat_json() {
        let json = serde_json::to_value(record(Outcome::Answered {
            status: 200,
            bytes: 7,
            broken: None,
        }))
        .unwrap();
        assert_eq!(json["outcome"], "answered");
        assert_eq!(json["status"], 200);
        assert_eq!(json["credential"], "bearer");
        assert_eq!(json["elapsed-us"], 3210);
    }
}
