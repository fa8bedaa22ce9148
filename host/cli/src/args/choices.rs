//! `airlock choices`

use airlock_runtime::store::ConnectionName;
use clap::Args;

/// `airlock choices`.
#[derive(Debug, Args)]
pub struct Choices {
    /// The connection to ask
    pub connection: ConnectionName,
    /// The list, as `airlock action describe` names it
    pub source: String,
    /// What is filled in so far; repeat for more
    #[arg(long = "form", value_name = "NAME=VALUE")]
    pub form: Vec<String>,
}
