//! Whether to ask before something is removed.

use clap::Args;

/// Shown below the help of whatever removes something.
pub(super) const REMOVE_HELP: &str = "\
At a terminal this asks first. Where nobody can be asked it does as it is told.";

/// Whether to ask first.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sure {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}
