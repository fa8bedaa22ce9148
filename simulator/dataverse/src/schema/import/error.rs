//! What can be wrong with a document, in words that help.

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(
        "{path} cannot be read: {source}. Give the file in which a $metadata document was saved."
    )]
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        source: std::io::Error,
    },
    /// Something in the document.
    #[error("{}line {line}: {message}. {advice}", prefix(path))]
    Document {
        /// The file, when it came from one.
        path: Option<String>,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        advice: String,
    },
    /// The simulator's own tables are broken.
    #[error("{0}")]
    Base(String),
}

fn prefix(path: &Option<String>) -> String {
    path.as_ref()
        .map_or_else(String::new, |path| format!("{path}, "))
}

impl ImportError {
    /// Something at a line.
    pub(super) fn at(line: usize, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Document {
            path: None,
            line,
            message: message.into(),
            advice: advice.into(),
        }
    }

    /// The same with the file named.
    pub(super) fn in_file(self, file: &str) -> Self {
        match self {
            Self::Document {
                line,
                message,
                advice,
                ..
            } => Self::Document {
                path: Some(file.to_owned()),
                line,
                message,
                advice,
            },
            other => other,
        }
    }
}
