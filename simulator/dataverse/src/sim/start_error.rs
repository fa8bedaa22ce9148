//! Why a simulator does not start.

use std::io;
use std::net::SocketAddr;

use crate::http::server::TlsError;
use crate::operations::CustomError;
use crate::rows::StoreError;
use crate::schema::definition::DefinitionError;
use crate::seed::SeedError;
use crate::token::{DirectoryError, KeyError};

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {reason}. Choose another address or port 0 for a free one."
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        reason: io::Error,
    },
    /// A thread or runtime could not be made.
    #[error("the simulator's threads could not be started: {0}")]
    Threads(io::Error),
    /// The schema is inconsistent.
    #[error(transparent)]
    Schema(#[from] DefinitionError),
    /// Rows cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The seed failed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// No signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Registrations cannot be kept.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Custom operations do not fit the organisation.
    #[error(transparent)]
    Operations(#[from] CustomError),
    /// Two organisations could not be told apart.
    #[error("two organisations are called `{0}`; give each a name of its own")]
    SameName(String),
    /// It stopped before it ran.
    #[error("the simulator stopped while starting")]
    Stopped,
}
