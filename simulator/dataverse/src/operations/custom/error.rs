//! Why a file of operations is no good.

/// Why a file of operations is no good.
#[derive(Debug, thiserror::Error)]
pub enum CustomError {
    /// It cannot be read.
    #[error("cannot read the operations in {path}: {reason}")]
    Read {
        /// The file.
        path: String,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// It is no TOML, or has members that operations do not have.
    #[error("the operations cannot be understood: {0}")]
    Syntax(String),
    /// An operation makes no sense.
    #[error("the operation `{operation}` makes no sense: {reason}")]
    Operation {
        /// Its name.
        operation: String,
        /// What is wrong.
        reason: String,
    },
}
