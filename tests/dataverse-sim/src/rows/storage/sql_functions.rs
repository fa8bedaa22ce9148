//! What SQLite must learn to compare text as SQL Server does: a collation beyond ASCII and its `LIKE`.
//!
//! Layer: storage.

use std::cmp::Ordering;

use rusqlite::{Connection, functions::FunctionFlags};

use super::like::{Pattern, fold};

/// Name of the function `matches(value, pattern)`.
pub const LIKE: &str = "dataverse_like";

/// Teaches a connection.
///
/// The built-in `NOCASE` knows only ASCII; replacing it under the same name keeps the file readable by other tools.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation(c"NOCASE", compare)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(LIKE, 2, flags, |context| {
        let pattern = context.get_or_create_aux(1, |pattern| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync + 'static>>(Pattern::new(
                pattern.as_str()?,
            ))
        })?;
        Ok(context
            .get_raw(0)
            .as_str_or_null()
            .ok()
            .flatten()
            .map(|text| pattern.fits(text)))
    })
}

/// Compares two texts without regard to case.
pub fn compare(left: &str, right: &str) -> Ordering {
    let shared = left.bytes().zip(right.bytes());
    for (a, b) in shared {
        if !a.is_ascii() || !b.is_ascii() {
            return left.chars().map(fold).cmp(right.chars().map(fold));
        }
        match a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    left.len().cmp(&right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_have_no_case_either() {
        assert_eq!(compare("Éclair", "éCLAIR"), Ordering::Equal);
        assert_eq!(compare("abc", "ABCD"), Ordering::Less);
        assert_eq!(compare("b", "A"), Ordering::Greater);
    }
}
