//! Settings of every command.

use crate::output::Format;
use airlock_runtime::store::TenantId;
use clap::{ArgAction, Args, ValueEnum};
use std::path::PathBuf;

/// Settings of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// Whose connectors, connections and secrets
    #[arg(
        long,
        global = true,
        env = "AIRLOCK_TENANT",
        hide_env_values = true,
        value_name = "NAME",
        default_value = "default"
    )]
    pub tenant: TenantId,
    /// Where state lies [default: $XDG_DATA_HOME/airlock or ~/.local/share/airlock]
    #[arg(
        long,
        global = true,
        env = "AIRLOCK_DATA_DIR",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub data_dir: Option<PathBuf>,
    /// The operator's configuration [default: airlock.toml in the data folder or in ~/.config/airlock]
    #[arg(
        long,
        global = true,
        env = "AIRLOCK_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub config: Option<PathBuf>,
    /// json, ndjson, table, csv or yaml [default: table for rows on a terminal, else json]
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub output: Option<Format>,
    /// Errors as text or as json
    #[arg(
        hide_possible_values = true,
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        hide_short_help = true
    )]
    pub error_format: ErrorFormat,
    /// Colours: auto, always or never
    #[arg(
        hide_possible_values = true,
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_short_help = true
    )]
    pub color: ColorChoice,
    /// Print each decision about a request that leaves, to standard error
    #[arg(long, global = true)]
    pub trace: bool,
    /// No notes and no progress, only the answer and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print what is used and each request; twice for everything that is logged
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// How errors are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    /// For people.
    Text,
    /// One JSON document on one line of standard error.
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
