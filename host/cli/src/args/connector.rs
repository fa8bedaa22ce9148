//! `airlock connector …`

use airlock_runtime::store::ConnectorName;
use clap::Subcommand;
use std::path::PathBuf;

/// What to do with connectors.
#[derive(Debug, Subcommand)]
pub enum ConnectorCommand {
    /// Install a component, or replace the one of that name
    Add {
        /// The component (.wasm)
        file: PathBuf,
        /// What to call it [default: its own name]
        #[arg(long, value_name = "NAME")]
        name: Option<ConnectorName>,
    },
    /// List installed connectors
    #[command(visible_alias = "ls")]
    List,
    /// Show what a component is, what it asks for and what it may do
    Inspect {
        /// A component (.wasm), or the name of an installed connector
        #[arg(value_name = "FILE|NAME")]
        target: String,
    },
    /// Remove a connector that no connection uses
    #[command(visible_alias = "rm", alias = "delete", after_help = super::REMOVE_HELP)]
    Remove {
        /// The connector
        name: ConnectorName,
        /// Whether to ask first.
        #[command(flatten)]
        sure: super::Sure,
    },
}
