//! Why a definition makes no sense.

/// A definition that makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The file is no such definition.
    #[error("table definition `{table}`: {message}")]
    Syntax {
        /// Which file.
        table: String,
        /// What is wrong and where.
        message: String,
    },
    /// A column contradicts itself.
    #[error("table definition `{table}`, column `{column}`: {message}")]
    Column {
        /// Which table.
        table: String,
        /// Which column.
        column: String,
        /// What is wrong.
        message: String,
    },
}
