//! `airlock runs …`

use airlock_runtime::store::ConnectionName;
use clap::{Args, Subcommand, ValueEnum};

/// What to find out about runs that are over, or under way.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// List runs, the newest first
    #[command(visible_alias = "ls", after_help = RECORDED)]
    List(ListRuns),
    /// Show one run, with the whole of its error
    Show {
        /// The run, as `airlock runs list` names it; its beginning is enough
        id: String,
    },
}

/// Shown below `airlock runs list --help`.
const RECORDED: &str = "\
Runs of actions that may change something are kept. Those that only read, and dry runs, are not.";

/// `airlock runs list`.
#[derive(Debug, Args)]
pub struct ListRuns {
    /// Only runs over this connection
    #[arg(long, value_name = "NAME")]
    pub connection: Option<ConnectionName>,
    /// Only runs of this action
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,
    /// Only runs that are: running, succeeded or failed
    #[arg(long, value_name = "STATUS", hide_possible_values = true)]
    pub status: Option<RunStatus>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RunStatus {
    /// It has not ended, or its host died before it could say so.
    Running,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed,
}
