//! `airlock run`: the part that is the same for every action.

use super::duration::duration;
use airlock_runtime::store::ConnectionName;
use clap::{Arg, ArgAction, Args};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// `airlock run` before the action is known: its own words are kept unread in `rest`.
#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    after_help = "airlock run CONNECTION ACTION --help shows the action's own flags."
)]
pub struct Run {
    /// The flags that every action has.
    #[command(flatten)]
    pub fixed: RunFixed,
    /// Print help; with CONNECTION and ACTION, the action's own
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub help: bool,
    /// The connection
    pub connection: Option<ConnectionName>,
    /// The action
    pub action: Option<String>,
    /// The action's own flags
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "FLAGS"
    )]
    pub rest: Vec<OsString>,
}

/// The flags that every action has.
#[derive(Clone, Debug, Args)]
pub struct RunFixed {
    /// The input as a JSON document, from a file or `-` for standard input; flags override it. Of an action
    /// that takes rows or a content in: those
    #[arg(long, value_name = "FILE|-")]
    pub input: Option<String>,
    /// With --input of rows: keep those that were not done in this file, one result a line, to be mended
    /// and sent again as --input
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub failed: Option<PathBuf>,
    /// Where the content goes that an action gives, such as a file column's: a file, or `-` for standard output
    #[arg(long, value_name = "FILE|-", hide_short_help = true)]
    pub output_file: Option<PathBuf>,
    /// A block cut out of a flow of Power Automate, Logic Apps or Prismatic, from a file or `-`, in place of
    /// ACTION and its input
    #[arg(long, value_name = "FILE|-")]
    pub definition: Option<String>,
    /// Same key, same effect: a write that is tried again lands once
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Print the HTTP request that would leave instead of sending it; reads that only prepare it, such as
    /// metadata, are sent
    #[arg(long)]
    pub dry_run: bool,
    /// How long to wait, such as 500ms, 30s or 2m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub deadline: Option<Duration>,
    /// Print only what this makes of the answer, in the language of jq, such as '.rows[].name'
    ///
    /// Without -o a text is printed bare. With -o ndjson or -o csv of an action that streams it is asked
    /// of each row: 'select(.revenue > 5000) | .name'.
    #[arg(long, value_name = "EXPR")]
    pub query: Option<String>,
    /// With -o csv: put ' before a text that a spreadsheet would take for a formula
    #[arg(long, hide_short_help = true)]
    pub csv_guard: bool,
    /// With -o csv: begin with a byte order mark, which Excel needs to see that it is UTF-8
    #[arg(long, hide_short_help = true)]
    pub csv_bom: bool,
}

impl RunFixed {
    /// The two words that come before an action's own flags, for the command built around them. Without
    /// `action` that one may be left out: something else has named it.
    pub fn positionals(action: bool) -> [Arg; 2] {
        [
            Arg::new("connection")
                .value_name("CONNECTION")
                .help("The connection")
                .required(true),
            Arg::new("action")
                .value_name("ACTION")
                .help("The action")
                .required(action),
        ]
    }
}
