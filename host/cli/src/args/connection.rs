//! `airlock connection …`

use super::sign_in::{SIGN_IN_HELP, SignIn, SignInFlags};
use airlock_runtime::store::{ConnectionName, ConnectorName};
use clap::{Args, Subcommand};

/// What to do with connections.
#[derive(Debug, Subcommand)]
pub enum ConnectionCommand {
    /// Make a connection; at a terminal, what is missing is asked for
    #[command(after_help = SECRETS_HELP)]
    Add(AddConnection),
    /// List connections
    #[command(visible_alias = "ls")]
    List {
        /// Columns to show, in this order: of `connection show`, and settings by their name
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        columns: Vec<String>,
    },
    /// Change settings of a connection; its secrets stay
    Update(UpdateConnection),
    /// Give a connection another name; its secrets stay
    Rename {
        /// The connection
        name: ConnectionName,
        /// What to call it from now on
        to: ConnectionName,
    },
    /// Replace secrets of a connection, such as one that expires; the others stay
    #[command(after_help = REPLACE_HELP)]
    ReplaceSecrets(ReplaceSecrets),
    /// Show a connection, without its secrets
    Show {
        /// The connection
        name: ConnectionName,
    },
    /// Prove that a connection works, and show whom it speaks as
    Test {
        /// The connection
        name: ConnectionName,
    },
    /// Sign in for a connection that speaks as a person
    #[command(after_help = SIGN_IN_HELP)]
    SignIn(SignIn),
    /// Forget who signed in for a connection; the connection itself stays
    SignOut {
        /// The connection
        name: ConnectionName,
    },
    /// Print connections as a document that `import` reads; secrets are not in it
    Export(ExportConnections),
    /// Make the connections of an exported document; secrets are asked for
    #[command(after_help = IMPORT_HELP)]
    Import(ImportConnections),
    /// Remove a connection and its secrets
    #[command(visible_alias = "rm", alias = "delete", after_help = super::REMOVE_HELP)]
    Remove {
        /// The connection
        name: ConnectionName,
        /// Whether to ask first.
        #[command(flatten)]
        sure: super::Sure,
    },
}

/// Shown below `airlock connection add --help`.
const SECRETS_HELP: &str = "\
At a terminal, name, connector, kind, settings and secrets that are missing are asked for, secrets
without echo. Secrets never come as an argument: arguments are seen by every process of this machine
and stay in the shell's history.";

/// Shown below `airlock connection replace-secrets --help`.
const REPLACE_HELP: &str = "\
The secrets that the flags above give are replaced. Without flags, all required ones are asked for
on the terminal. The connection's tokens are dropped, so that its next call signs in anew.";

/// Shown below `airlock connection import --help`.
const IMPORT_HELP: &str = "\
Every connection is judged before the first is made. Secrets are asked for on the terminal, or come by
the flags above: with one connection in the document as for `connection add`, with several as one JSON
object on standard input, {\"contoso\": {\"client-secret\": \"…\"}, …}.";

/// `airlock connection replace-secrets`.
#[derive(Debug, Args)]
pub struct ReplaceSecrets {
    /// The connection
    pub name: ConnectionName,
    /// Where the new ones are
    #[command(flatten)]
    pub secrets: SecretFlags,
}

/// `airlock connection add`.
#[derive(Debug, Args)]
pub struct AddConnection {
    /// What to call it
    pub name: Option<ConnectionName>,
    /// The connector it uses [default: the only one there is]
    #[arg(long, value_name = "NAME")]
    pub connector: Option<ConnectorName>,
    /// The way to connect, as `airlock connector inspect` lists them
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// A setting of this kind of connection; repeat for more (also name:=JSON, name=@FILE)
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// A host it may reach besides those that its kind names, or a whole URL that its secrets may be
    /// sent to; repeat for more
    #[arg(long = "allow-host", value_name = "HOST[:PORT]|URL")]
    pub allowed_hosts: Vec<String>,
    /// Where its secrets are
    #[command(flatten)]
    pub secrets: SecretFlags,
    /// How to sign in, where the kind has a person do so
    #[command(flatten)]
    pub sign_in: SignInFlags,
}

/// `airlock connection update`.
#[derive(Debug, Args)]
pub struct UpdateConnection {
    /// The connection
    pub name: ConnectionName,
    /// A setting's new value; repeat for more (also name:=JSON, name=@FILE)
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// A setting to leave to its default again; repeat for more
    #[arg(long = "unset", value_name = "NAME")]
    pub unset: Vec<String>,
    /// One more host it may reach; repeat for more
    #[arg(long = "allow-host", value_name = "HOST[:PORT]")]
    pub allowed_hosts: Vec<String>,
    /// A host it may reach no longer; repeat for more
    #[arg(long = "disallow-host", value_name = "HOST[:PORT]")]
    pub disallowed_hosts: Vec<String>,
    /// Caught only to be refused with advice: see `commands::connection`.
    #[arg(long = "secret", hide = true, num_args = 0..=1, value_name = "NAME=VALUE")]
    pub secret_arguments: Vec<Refused>,
}

/// `airlock connection export`.
#[derive(Debug, Args)]
pub struct ExportConnections {
    /// The connections [default: all of the tenant]
    pub names: Vec<ConnectionName>,
    /// Print TOML instead of JSON
    #[arg(long, conflicts_with = "output")]
    pub toml: bool,
}

/// `airlock connection import`.
#[derive(Debug, Args)]
pub struct ImportConnections {
    /// The document (.toml, or JSON), or `-` for standard input
    #[arg(value_name = "FILE|-")]
    pub file: String,
    /// Where secrets are
    #[command(flatten)]
    pub secrets: SecretFlags,
}

/// Flags that say where secrets are.
#[derive(Debug, Args)]
pub struct SecretFlags {
    /// Read this one secret from standard input
    #[arg(long, value_name = "NAME", help_heading = "Secrets")]
    pub secret_stdin: Option<String>,
    /// Read all secrets from standard input, as one JSON object
    #[arg(long, conflicts_with = "secret_stdin", help_heading = "Secrets")]
    pub secrets_stdin: bool,
    /// Read a secret from a file; repeat for more
    #[arg(
        long = "secret-file",
        value_name = "NAME=PATH",
        help_heading = "Secrets"
    )]
    pub secret_files: Vec<String>,
    /// Read a secret from an environment variable; repeat for more
    #[arg(
        long = "secret-env",
        value_name = "NAME=VARIABLE",
        help_heading = "Secrets"
    )]
    pub secret_variables: Vec<String>,
    /// Caught only to be refused with advice: see `commands::connection`.
    #[arg(long = "secret", hide = true, num_args = 0..=1, value_name = "NAME=VALUE")]
    pub secret_arguments: Vec<Refused>,
}

/// A value that is thrown away as it is read, so that nothing can print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl std::str::FromStr for Refused {
    type Err = std::convert::Infallible;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Ok(Self)
    }
}
