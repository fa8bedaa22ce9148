//! Whom a subscription tells, and what came of telling.

mod action;
mod attempt;
mod command;
mod http;

pub(crate) use attempt::{Attempt, Outcome};
pub(crate) use http::lane_of;

use airlock_runtime::store::ConnectionName;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::attempt::DEADLINE;
use crate::sign::SigningSecret;

/// Whom a subscription tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to")]
pub enum Consumer {
    /// A command, which reads the message on its standard input and exits with 0 once it has it.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
    },
    /// An address, which gets the message as Standard Webhooks has it and answers 2xx.
    Http {
        /// The address.
        url: String,
        /// What it is signed with.
        secret: SigningSecret,
    },
    /// An action of a connection of the same tenant.
    Action {
        /// The connection.
        connection: ConnectionName,
        /// The action.
        action: String,
        /// Its input, with expressions of the workflow definition language in it: `triggerBody()` is the message.
        input: Value,
    },
    /// Nobody: what is found is kept, and can be looked at.
    Nobody,
}

impl Consumer {
    /// Hands an event over, within the deadline of an attempt.
    pub(crate) async fn take(&self, attempt: &Attempt<'_>) -> Outcome {
        let made = async {
            match self {
                Self::Command { words } => command::run(attempt, words).await,
                Self::Http { url, secret } => http::send(attempt, url, secret).await,
                Self::Action {
                    connection,
                    action,
                    input,
                } => action::perform(attempt, connection, action, input).await,
                Self::Nobody => Outcome::Delivered,
            }
        };
        let late = |_| Outcome::failed(format!("it took longer than {} s", DEADLINE.as_secs()));
        tokio::time::timeout(DEADLINE, made)
            .await
            .unwrap_or_else(late)
    }
}
