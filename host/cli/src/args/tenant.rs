//! `airlock tenant …`

use clap::Subcommand;

/// What to find out about tenants.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum TenantCommand {
    /// List the tenants that something is kept of
    #[command(visible_alias = "ls")]
    List,
}
