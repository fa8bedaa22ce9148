//! `-v`: each request that left, as one line on standard error, and where the token came from.

use crate::console::Console;
use crate::output::clean;
use airlock_runtime::egress::{AuditRecord, AuditSink, CredentialUse, Outcome, Purpose};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Prints requests.
pub(crate) struct RequestLines {
    console: Arc<Console>,
    /// Whether it is known where the token came from.
    token_told: AtomicBool,
}

impl RequestLines {
    /// Prints to this console.
    pub(crate) fn new(console: Arc<Console>) -> Self {
        Self {
            console,
            token_told: AtomicBool::new(false),
        }
    }
}

impl RequestLines {
    /// Whether this is the first that is heard of the token, and it was not asked for.
    fn token_was_there(&self, record: &AuditRecord) -> bool {
        let asked = record.purpose == Purpose::Token;
        let carried = !matches!(
            record.credential,
            CredentialUse::None | CredentialUse::Withheld
        );
        if !asked && !carried {
            return false;
        }
        let first = !self.token_told.swap(true, Ordering::Relaxed);
        first && carried && !asked
    }
}

impl AuditSink for RequestLines {
    fn record(&self, record: &AuditRecord) {
        if self.token_was_there(record) {
            self.console.line("token       from the cache");
        }
        // Paths come from the connector: they must not drive the terminal.
        self.console.line(&clean(&line(record)));
    }
}

fn line(record: &AuditRecord) -> String {
    let what = match record.purpose {
        Purpose::Token => "token asked",
        Purpose::Api => "request    ",
    };
    let took = record.elapsed.as_millis();
    let end = match &record.outcome {
        Outcome::Answered { status, bytes, .. } => format!("{status} in {took} ms, {bytes} bytes"),
        Outcome::Denied { message, .. } => format!("not sent: {message}"),
        Outcome::Failed { message } => format!("failed after {took} ms: {message}"),
        Outcome::DryRun => "not sent: dry run".to_owned(),
        Outcome::Abandoned => format!("abandoned after {took} ms"),
    };
    let renewed = match record.renewed {
        true => ", with a new token after a 401",
        false => "",
    };
    format!("{what} {} {} → {end}{renewed}", record.method, record.url)
}
