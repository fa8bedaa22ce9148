//! What may be typed: the fixed part of the command line, as types.
//!
//! The flags of `airlock run` that belong to an action are not here; they come from the action's
//! schema when it runs (see `flags`).

mod action;
mod choices;
mod complete;
mod connection;
mod connector;
mod duration;
mod globals;
mod peek;
mod removal;
mod run;
mod runs;
mod sign_in;
mod subscription;
mod tenant;

pub use action::ActionCommand;
pub use choices::Choices;
pub use complete::{Complete, CompletingShell, Completions};
pub use connection::{
    AddConnection, ConnectionCommand, ExportConnections, ImportConnections, ReplaceSecrets,
    SecretFlags, UpdateConnection,
};
pub use connector::ConnectorCommand;
pub use duration::duration;
pub use globals::{ColorChoice, ErrorFormat, Globals};
pub use peek::{has_flag, last_value};
use removal::REMOVE_HELP;
pub use removal::Sure;
pub use run::{Run, RunFixed};
pub use runs::{ListRuns, RunStatus, RunsCommand};
pub use sign_in::{SignIn, SignInFlags};
pub use subscription::{
    AddSubscription, Listen, ReplayEvents, ResumeFrom, ResumeSubscription, StateOfEvent,
    SubscriptionCommand, SubscriptionEvents, WatchTrigger, Watched, WhenExpired,
};
pub use tenant::TenantCommand;

use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "airlock",
    version,
    about = "Run connectors in a sealed sandbox; credentials stay outside it",
    after_help = AFTER_HELP,
    subcommand_required = true,
    arg_required_else_help = true,
    propagate_version = false,
    max_term_width = 100,
    infer_subcommands = false
)]
pub struct Cli {
    /// Settings of every command.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Shown below `airlock --help`.
const AFTER_HELP: &str = "\
Exit codes:
    0  done
    2  the input is wrong: change it
    3  the credential was refused: renew it
    4  the service refused: it understood, and will not
    5  something is unavailable: trying again may help
    6  done, but not everything: more rows or columns are left, or rows were not done
    7  this host's policy forbids it: the error names the setting
    8  a budget of this host is used up: ask for less, or raise it
   70  a defect: please report it
  130  ended by Ctrl-C
With --error-format json an error is one line with category, code, exit-code, message and, where they
are known, status, service-code, request-id, retry-after-ms, faults (pointer, flag, message), advice.

Files:
  state          --data-dir, else $AIRLOCK_DATA_DIR, else $XDG_DATA_HOME/airlock, else
                 ~/.local/share/airlock
  configuration  --config, else $AIRLOCK_CONFIG, else airlock.toml in the data folder, else
                 $XDG_CONFIG_HOME/airlock/airlock.toml, else ~/.config/airlock/airlock.toml
  airlock doctor shows which are used.

Environment:
  AIRLOCK_TENANT, AIRLOCK_DATA_DIR, AIRLOCK_CONFIG: defaults of the flags of those names
  AIRLOCK_MASTER_KEY: the key that seals secrets (32 bytes, base64), instead of the key file
  NO_COLOR: set to anything, no colours

First steps:
  airlock connector add dynamics.wasm
  airlock connection add
  airlock run contoso list-rows --help";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add, list, inspect and remove connectors
    #[command(subcommand)]
    Connector(ConnectorCommand),
    /// Add, list, change, test, export and remove connections
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// List and describe what a connector can do
    #[command(subcommand)]
    Action(ActionCommand),
    /// Run an action; its flags come from the action itself
    Run(Run),
    /// See what was run, and what became of it
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Watch for what happens, and tell of it
    #[command(subcommand)]
    Subscription(SubscriptionCommand),
    /// Print what happens as it is found, one JSON object per line
    Watch(Box<WatchTrigger>),
    /// Do the work of all subscriptions: poll, and hand over what was found
    Listen(Listen),
    /// See whose connectors and connections there are
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// List the legal values of a form's field, such as tables or columns
    Choices(Choices),
    /// Find out what is wrong with this installation, and repair what is safe to repair
    Doctor(Doctor),
    /// Print a completion script for a shell
    #[command(after_help = complete::INSTALL_HELP)]
    Completions(Completions),
    /// Write the manual pages of all commands into a folder
    Man(Man),
    /// What completion scripts ask
    #[command(hide = true)]
    Complete(Complete),
}

/// The command that these words name, the program's name first, if they name one.
pub fn command_at<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<clap::Command> {
    let mut command = <Cli as clap::CommandFactory>::command();
    command.build();
    (words.next()? == command.get_name()).then_some(())?;
    for word in words {
        command = command.find_subcommand(word)?.clone();
    }
    Some(command)
}

/// The command that was typed, as far as there is one: flags and what else stands between its words do not count.
pub fn command_typed(words: &[OsString]) -> clap::Command {
    let mut command = <Cli as clap::CommandFactory>::command();
    command.build();
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(next) = command.find_subcommand(word) {
            command = next.clone();
        }
    }
    command
}

/// `airlock doctor`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Doctor {
    /// Repair what can be repaired without losing anything (file modes, folders, leftovers in the cache)
    #[arg(long)]
    pub fix: bool,
    /// Use each connection: reach its service, judge its certificate, sign in
    #[arg(long)]
    pub online: bool,
}

/// `airlock man`.
#[derive(Clone, Debug, Args)]
pub struct Man {
    /// The folder, such as ~/.local/share/man/man1
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_passes_claps_own_checks() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_and_command_is_explained() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some() || argument.is_hide_set(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            for child in command.get_subcommands() {
                assert!(child.get_about().is_some(), "{}", child.get_name());
                check(child);
            }
        }
        check(&Cli::command());
    }

    #[test]
    fn a_command_is_found_by_its_words() {
        let found = |line: &str| command_at(line.split(' ')).map(|it| it.get_name().to_owned());
        assert_eq!(found("airlock connection add").as_deref(), Some("add"));
        assert_eq!(found("airlock connection rm").as_deref(), Some("remove"));
        assert_eq!(found("airlock").as_deref(), Some("airlock"));
        for none in ["airlock run contoso", "other", "airlock nonsense"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn a_misspelt_command_is_answered_with_the_nearest() {
        let fault = Cli::try_parse_from(["airlock", "conection", "list"]).unwrap_err();
        assert!(fault.to_string().contains("'connection'"), "{fault}");
        assert_eq!(fault.exit_code(), 2);
    }
}
