//! `airlock action …`

use clap::Subcommand;

/// What to find out about actions.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// List the actions of a connection or a connector
    #[command(visible_alias = "ls")]
    List {
        /// A connection or a connector
        #[arg(value_name = "CONNECTION|CONNECTOR")]
        of: String,
        /// The operations of another system that stand for actions, such as power-automate
        #[arg(long, value_name = "SYSTEM")]
        dialect: Option<String>,
    },
    /// Show one action: its input, its output and what it does
    Describe {
        /// A connection or a connector
        #[arg(value_name = "CONNECTION|CONNECTOR")]
        of: String,
        /// The action
        action: String,
        /// Show the input as it is once this much is filled in (needs a connection); repeat for more
        #[arg(long = "form", value_name = "NAME=VALUE")]
        form: Vec<String>,
    },
}
