//! `airlock connection sign-in` and how a sign-in at the end of `connection add` goes.

use super::duration;
use airlock_runtime::store::ConnectionName;
use clap::Args;
use std::time::Duration;

/// Shown below `airlock connection sign-in --help`.
pub(super) const SIGN_IN_HELP: &str = "\
The browser opens the sign-in page of your organisation and comes back to an address on this machine
(http://localhost:PORT/), where Airlock listens for that one answer. Without a browser here, or on
another machine, use --no-browser: open the address that is printed wherever you like, and paste the
address that your browser ends at, even if it shows an error there.

Nothing is kept before you have signed in, so Ctrl-C leaves a connection as it was. Another account
than the one before is refused unless --change-account asks for it.";

/// `airlock connection sign-in`.
#[derive(Debug, Args)]
pub struct SignIn {
    /// The connection
    pub name: ConnectionName,
    /// Let another account take the connection over
    #[arg(long)]
    pub change_account: bool,
    /// How to sign in
    #[command(flatten)]
    pub how: SignInFlags,
}

/// How a person signs in at this terminal.
#[derive(Clone, Debug, Args)]
pub struct SignInFlags {
    /// Print the address instead of opening a browser, and read the address it ends at
    #[arg(long, help_heading = "Signing in")]
    pub no_browser: bool,
    /// The port that the browser comes back to [default: any that is free]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Signing in")]
    pub port: Option<u16>,
    /// How long to wait for the person, such as 90s or 5m [default: as long as the sign-in is good]
    #[arg(long = "sign-in-timeout", value_name = "TIME", value_parser = duration, help_heading = "Signing in")]
    pub timeout: Option<Duration>,
}
