//! What a fault rule says: which requests fail, how, and how often.

use std::time::Duration;

use http::Method;
use http::uri::PathAndQuery;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};
use time::OffsetDateTime;

/// Longest pause a rule may ask for, in milliseconds: whoever waits longer has given up.
const LONGEST_DELAY: u64 = 600_000;
/// Statuses that can be answered with.
const STATUSES: std::ops::RangeInclusive<u16> = 200..=599;

/// Which requests fail and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultRule {
    /// Name for people; also what the request log shows.
    #[serde(default)]
    pub name: String,
    /// Only this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that contain this text, compared as received. Empty for every path.
    #[serde(default)]
    pub path: String,
    /// Only queries that contain this text, compared as received: `skiptoken` for the pages after the first.
    #[serde(default)]
    pub query: String,
    /// Let this many fitting requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// Then fail this many; absent for all that follow.
    #[serde(default)]
    pub count: Option<u32>,
    /// How likely each of them fails, from 0 to 1; absent for always.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Where the dice of `probability` start: the same number gives the same throws.
    #[serde(default)]
    pub dice: u64,
    /// What happens.
    pub effect: Effect,
}

impl FaultRule {
    /// A rule for every request whose path contains a text.
    pub fn new(path: &str, effect: Effect) -> Self {
        Self {
            name: String::new(),
            method: None,
            path: path.to_owned(),
            query: String::new(),
            skip: 0,
            count: None,
            probability: None,
            dice: 0,
            effect,
        }
    }

    /// Only requests with this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only requests whose query contains this text.
    #[must_use]
    pub fn query(mut self, text: &str) -> Self {
        self.query = text.to_owned();
        self
    }

    /// Let this many fitting requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Fail each with this probability, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Fail this many requests and then no more.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.count = Some(requests);
        self
    }

    /// Whether a request is one that the rule means.
    pub(super) fn fits(&self, method: &Method, target: &PathAndQuery) -> bool {
        let wanted = self.method.as_deref();
        wanted.is_none_or(|wanted| method.as_str().eq_ignore_ascii_case(wanted))
            && target.path().contains(self.path.as_str())
            && target
                .query()
                .unwrap_or_default()
                .contains(self.query.as_str())
    }

    /// What is wrong with the rule, for whoever wrote it.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        let is_method = |text: &str| Method::from_bytes(text.as_bytes()).is_ok();
        if let Some(method) = self.method.as_deref().filter(|text| !is_method(text)) {
            return Err(format!("`{method}` is no method."));
        }
        if let Some(likely) = self.probability
            && !(0.0..=1.0).contains(&likely)
        {
            return Err(format!("The probability {likely} is not between 0 and 1."));
        }
        match &self.effect {
            Effect::Status { status, .. } if !STATUSES.contains(status) => Err(format!(
                "The status {status} is not between {} and {}.",
                STATUSES.start(),
                STATUSES.end()
            )),
            Effect::Delay { milliseconds } if *milliseconds > LONGEST_DELAY => Err(format!(
                "A delay of {milliseconds} milliseconds is longer than {LONGEST_DELAY}."
            )),
            _ => Ok(()),
        }
    }
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Effect {
    /// Answer with this instead of handling the request.
    Status {
        /// HTTP status.
        status: u16,
        /// Dataverse error code, `0x…`.
        #[serde(default)]
        code: String,
        /// Text.
        #[serde(default)]
        message: String,
        /// `Retry-After` in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
        /// Body in place of the usual error JSON.
        #[serde(default)]
        body: Option<String>,
    },
    /// Answer as the service does to who asks too much: 429 and how long to wait, in any form.
    Throttle {
        /// `Retry-After`.
        retry_after: RetryAfter,
    },
    /// Answer as the service does while its database moves to another server: errors that pass by themselves.
    FailOver(FailOver),
    /// Handle the request after a pause.
    Delay {
        /// The pause in milliseconds.
        milliseconds: u64,
    },
    /// Cut the connection with RST before anything is handled.
    Reset,
    /// Handle the request and cut the connection instead of answering: the write happened, the caller cannot know.
    ResetAfter,
    /// Handle the request and break the answer off.
    Truncate {
        /// Bytes of the body that still arrive.
        bytes: usize,
    },
}

/// What a caller sees of a database that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailOver {
    /// The database is not there: 500 `0x80044150`.
    Database,
    /// It does not answer in time: 500 `0x80044151`.
    Timeout,
    /// The server takes no more requests: 503 `0x8004a001`.
    Busy,
}

/// How long to wait, as a header tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub enum RetryAfter {
    /// `7`, as the service has it, or `1.5`, which no standard knows.
    Number(Number),
    /// A date so many seconds from now: `{"seconds-from-now": 60}`.
    Date(u32),
    /// Anything else, such as `00:00:02`.
    Text(String),
}

/// The field of a date.
const SECONDS_FROM_NOW: &str = "seconds-from-now";

impl RetryAfter {
    /// The header's value at a time.
    pub fn header(&self, now: OffsetDateTime) -> String {
        match self {
            Self::Number(seconds) => seconds.to_string(),
            Self::Date(seconds) => {
                let moment = now + Duration::from_secs(u64::from(*seconds));
                httpdate::fmt_http_date(moment.into())
            }
            Self::Text(text) => text.clone(),
        }
    }

    fn expected() -> String {
        format!(
            "`retry-after` is a number of seconds, a text, or `{{\"{SECONDS_FROM_NOW}\": 60}}` for a date"
        )
    }
}

impl TryFrom<Value> for RetryAfter {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::Number(seconds) => Ok(Self::Number(seconds)),
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(fields) if fields.len() == 1 => fields
                .get(SECONDS_FROM_NOW)
                .and_then(Value::as_u64)
                .and_then(|seconds| u32::try_from(seconds).ok())
                .map(Self::Date)
                .ok_or_else(Self::expected),
            _ => Err(Self::expected()),
        }
    }
}

impl From<RetryAfter> for Value {
    fn from(wait: RetryAfter) -> Self {
        match wait {
            RetryAfter::Number(seconds) => Self::Number(seconds),
            RetryAfter::Date(seconds) => json!({ SECONDS_FROM_NOW: seconds }),
            RetryAfter::Text(text) => Self::String(text),
        }
    }
}

impl From<u32> for RetryAfter {
    fn from(seconds: u32) -> Self {
        Self::Number(seconds.into())
    }
}

/// A fault that strikes one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the rule.
    pub name: String,
    /// What happens.
    pub effect: Effect,
}

impl Fault {
    /// The pause before handling, when that is the fault.
    pub fn delay(&self) -> Option<Duration> {
        match self.effect {
            Effect::Delay { milliseconds } => Some(Duration::from_millis(milliseconds)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_told_in_every_form() {
        let now = time::macros::datetime!(2026-11-30 17:01:31 UTC);
        for (json, expected) in [
            ("7", "7"),
            ("1.5", "1.5"),
            (r#""00:00:02""#, "00:00:02"),
            (
                r#"{"seconds-from-now": 60}"#,
                "Mon, 30 Nov 2026 17:02:31 GMT",
            ),
        ] {
            let given: RetryAfter = serde_json::from_str(json).unwrap();
            assert_eq!(given.header(now), expected, "{json}");
            let again = serde_json::to_string(&given).unwrap();
            assert_eq!(serde_json::from_str::<RetryAfter>(&again).unwrap(), given);
        }
        for json in [
            "true",
            "[]",
            r#"{"seconds-from-now": -1}"#,
            r#"{"later": 1}"#,
        ] {
            let refused = serde_json::from_str::<RetryAfter>(json).unwrap_err();
            assert!(refused.to_string().contains("retry-after"), "{json}");
        }
    }

    #[test]
    fn a_rule_nobody_can_mean_is_refused_with_its_reason() {
        let status = |status| Effect::Status {
            status,
            code: String::new(),
            message: String::new(),
            retry_after: None,
            body: None,
        };
        let delay = |milliseconds| Effect::Delay { milliseconds };
        for (rule, piece) in [
            (FaultRule::new("", status(42)), "42"),
            (FaultRule::new("", status(600)), "600"),
            (FaultRule::new("", delay(700_000)), "700000"),
            (FaultRule::new("", Effect::Reset).method("G T"), "G T"),
            (FaultRule::new("", Effect::Reset).probability(1.5), "1.5"),
            (
                FaultRule::new("", Effect::Reset).probability(f64::NAN),
                "NaN",
            ),
        ] {
            let reason = rule.check().unwrap_err();
            assert!(reason.contains(piece), "{reason}");
        }
        let good = FaultRule::new("/leads", status(503)).probability(0.5);
        assert_eq!(good.check(), Ok(()));
    }
}
