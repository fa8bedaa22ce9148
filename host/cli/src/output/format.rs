//! The formats, and which one is meant when none is named.

use clap::ValueEnum;

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One indented JSON document.
    Json,
    /// One JSON document per line: each row, or the whole answer.
    Ndjson,
    /// Columns for reading.
    Table,
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One YAML document.
    Yaml,
}

/// The format to use: what was asked for, else a table where a person will read rows, else JSON.
pub fn choose(asked: Option<Format>, terminal: bool, tabular: bool) -> Format {
    match asked {
        Some(format) => format,
        None if terminal && tabular => Format::Table,
        None => Format::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_a_table_on_a_terminal_only() {
        assert_eq!(choose(None, true, true), Format::Table);
        assert_eq!(choose(None, false, true), Format::Json);
        assert_eq!(choose(None, true, false), Format::Json);
        assert_eq!(choose(Some(Format::Csv), true, true), Format::Csv);
    }
}
