//! What kind of thing an argument of the fixed command line names. Pure.

/// What a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A connection of the tenant.
    Connection,
    /// A connector of the tenant.
    Connector,
    /// Either.
    ConnectionOrConnector,
    /// A connector, or a file.
    ConnectorOrFile,
    /// A tenant.
    Tenant,
    /// A kind of connection.
    Kind,
    /// `name=value` of a kind's settings.
    Setting,
    /// A secret's name.
    Secret,
    /// `name=…` of a secret.
    SecretPair,
    /// An action.
    Action,
    /// A list that a form names.
    Source,
    /// `name=value` of a form.
    Form,
    /// A run.
    Run,
    /// A subscription.
    Subscription,
    /// A file or a folder.
    File,
    /// A name that does not exist yet, or anything else that nobody can know.
    Unknown,
}

/// What the argument `id` of the command `path` names.
pub(super) fn of(path: &str, id: &str) -> Place {
    match (path, id) {
        (_, "tenant") => Place::Tenant,
        ("subscription add", "name" | "input") => Place::Unknown,
        (_, "name") if path.starts_with("subscription ") => Place::Subscription,
        (
            _,
            "data_dir" | "config" | "input" | "folder" | "failed" | "output_file" | "definition"
            | "with_file",
        ) => Place::File,
        ("connection add", "name") | ("connection rename", "to") => Place::Unknown,
        ("connector add", "file") | ("connection import", "file") => Place::File,
        ("connector remove", "name") => Place::Connector,
        ("connector inspect", "target") => Place::ConnectorOrFile,
        ("action list" | "action describe", "of") => Place::ConnectionOrConnector,
        ("runs show", "id") => Place::Run,
        (_, "name" | "names") if path.starts_with("connection ") => Place::Connection,
        (_, "connection") => Place::Connection,
        (_, "connector") => Place::Connector,
        (_, "kind") => Place::Kind,
        (_, "settings" | "unset") => Place::Setting,
        (_, "secret_stdin") => Place::Secret,
        (_, "secret_files" | "secret_variables") => Place::SecretPair,
        (_, "action") => Place::Action,
        (_, "source") => Place::Source,
        (_, "form") => Place::Form,
        _ => Place::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::{Command, CommandFactory as _};

    /// Values that nobody can know.
    const FREE: &[&str] = &[
        "connection add name",
        "connection rename to",
        "connection add allowed_hosts",
        "connection list columns",
        "connection update allowed_hosts",
        "connection update disallowed_hosts",
        "run idempotency_key",
        "run deadline",
        "run rest",
        "runs list limit",
        "connector add name",
        "connection add port",
        "connection add timeout",
        "connection sign-in port",
        "connection sign-in timeout",
        "run query",
        "action list dialect",
        "subscription add name",
        "subscription add trigger",
        "subscription add with",
        "subscription add every",
        "subscription add at_most",
        "subscription add since",
        "subscription add attempts",
        "subscription add retry_after",
        "subscription add url",
        "subscription add signing_secret_env",
        "subscription add input",
        "subscription add command",
        "subscription events after",
        "subscription events limit",
        "subscription replay events",
        "subscription replay since",
        "watch trigger",
        "watch with",
        "watch every",
        "watch since",
        "watch exec",
        "listen time",
    ];

    #[test]
    fn every_argument_that_names_something_is_known() {
        fn look(command: &Command, path: &str) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let closed = !argument.get_action().takes_values()
                    || !argument.get_possible_values().is_empty()
                    || argument.is_hide_set();
                let name = format!("{path} {id}");
                if closed || FREE.contains(&name.as_str()) {
                    continue;
                }
                assert_ne!(of(path, id), Place::Unknown, "{name}");
            }
            for child in command
                .get_subcommands()
                .filter(|child| !child.is_hide_set())
            {
                let path = format!("{path} {}", child.get_name());
                look(child, path.trim());
            }
        }
        look(&Cli::command(), "");
    }
}
