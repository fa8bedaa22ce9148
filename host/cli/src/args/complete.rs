//! `airlock completions` for people and `airlock complete` for their shells.

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use std::ffi::OsString;

/// Shown below `airlock completions --help`.
pub(super) const INSTALL_HELP: &str = "\
Install it:
  bash  airlock completions bash > ~/.local/share/bash-completion/completions/airlock
  zsh   airlock completions zsh > DIR/_airlock, where DIR is one of $fpath; then: compinit
  fish  airlock completions fish > ~/.config/fish/completions/airlock.fish

In bash, zsh and fish it completes names of connections, connectors, tenants and actions, an action's
own flags, and the tables and columns that a connection knows. For those it asks the service, for at most
AIRLOCK_COMPLETION_MS (1500), and remembers them for ten minutes.";

/// `airlock completions`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `airlock complete`: what the scripts call. It never fails and never prints an error.
#[derive(Clone, Debug, Args)]
pub struct Complete {
    /// The shell that asks
    pub shell: CompletingShell,
    /// The words of the line up to the cursor, the program's name left out
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<OsString>,
}

/// A shell whose script asks `airlock complete`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompletingShell {
    /// GNU Bash.
    Bash,
    /// The Z shell.
    Zsh,
    /// The friendly interactive shell.
    Fish,
}
