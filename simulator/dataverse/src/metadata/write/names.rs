//! The names of definitions: what a schema name may be, and what is derived from it.

use super::errors;
use crate::http::SimError;

/// Longest schema name of anything: what SQL Server allows an identifier.
const LONGEST: usize = 128;

/// What a schema name belongs to, in the words of the service's messages.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    Table,
    Column,
    Relationship,
    Key,
    Choice,
}

impl Named {
    fn word(self) -> &'static str {
        match self {
            Self::Table => "Entity",
            Self::Column => "Attribute",
            Self::Relationship => "EntityRelationship",
            Self::Key => "EntityKey",
            Self::Choice => "OptionSet",
        }
    }
}

/// Whether a schema name can be a new one's. It needs a publisher's prefix: two to eight letters and digits, a letter
/// first, and not the service's own `mscrm`.
pub(super) fn check(name: &str, named: Named) -> Result<(), SimError> {
    let kind = named.word();
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(if name.is_empty() {
            errors::missing("SchemaName")
        } else {
            errors::no_letter_first(name, kind)
        });
    }
    if !name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    {
        return Err(errors::bad_characters(name, kind));
    }
    if name.len() > LONGEST {
        return Err(errors::name_too_long(name, kind, LONGEST));
    }
    // A relationship between shipped tables, or a key, is often named after them: `account_new_thing_new_Account`.
    if matches!(named, Named::Relationship | Named::Key) {
        return Ok(());
    }
    let has_prefix = name.split_once('_').is_some_and(|(prefix, rest)| {
        (2..=8).contains(&prefix.len())
            && !prefix.to_ascii_lowercase().starts_with("mscrm")
            && !rest.is_empty()
    });
    if has_prefix {
        Ok(())
    } else {
        Err(errors::no_prefix(name, kind))
    }
}

/// The logical name of a schema name.
pub(super) fn logical(schema_name: &str) -> String {
    schema_name.to_ascii_lowercase()
}

/// The English plural, as the service names collections: `new_box` → `new_boxes`, `new_Company` → `new_Companies`.
pub(super) fn plural(name: &str) -> String {
    let ends = |endings: &[&str]| {
        let lower = name.to_ascii_lowercase();
        endings.iter().any(|ending| lower.ends_with(ending))
    };
    if ends(&["s", "x", "z", "ch", "sh"]) {
        return format!("{name}es");
    }
    match name.strip_suffix(['y', 'Y']) {
        Some(stem) if !ends(&["ay", "ey", "iy", "oy", "uy"]) => format!("{stem}ies"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_are_english_plurals() {
        for (one, many) in [
            ("new_thing", "new_things"),
            ("new_box", "new_boxes"),
            ("new_Company", "new_Companies"),
            ("new_key", "new_keys"),
            ("new_address", "new_addresses"),
            ("new_branch", "new_branches"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn a_schema_name_needs_a_prefix_and_plain_letters() {
        for good in ["new_Thing", "cr123_a", "contoso_bank_Account2"] {
            assert!(check(good, Named::Table).is_ok(), "{good}");
        }
        let code = |name: &str| check(name, Named::Column).unwrap_err().code;
        assert_eq!(code("Thing"), "0x80044366");
        assert_eq!(code("a_Thing"), "0x80044366");
        assert_eq!(code("mscrm_Thing"), "0x80044366");
        assert_eq!(code("new_"), "0x80044366");
        assert_eq!(code("1new_Thing"), "0x80044365");
        assert_eq!(code("new_Thing-2"), "0x80044364");
        assert_eq!(code(&format!("new_{}", "x".repeat(200))), "0x80044367");
        assert!(check("account_new_thing", Named::Relationship).is_ok());
    }
}
