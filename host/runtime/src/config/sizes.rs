//! Sizes as people write them: `memory-bytes = "128MiB"` is the same as the number of bytes.
//!
//! Each setting that ends in `-bytes` takes both. The text is put into numbers before it is read, so
//! that no section has to know, and what else is wrong in it is still told with line and column.

use super::ConfigFault;
use bytesize::ByteSize;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// `text` with numbers in place of sizes.
///
/// # Errors
/// When it is no TOML, or a size is none.
pub(super) fn in_bytes(text: &str) -> Result<String, ConfigFault> {
    let document =
        DeTable::parse(text).map_err(|error| ConfigFault::Malformed(error.to_string()))?;
    let mut sizes: Vec<(Range<usize>, u64)> = Vec::new();
    for (section, settings) in document.get_ref() {
        let DeValue::Table(settings) = settings.get_ref() else {
            continue;
        };
        for (name, value) in settings {
            let (name, DeValue::String(size)) = (name.get_ref(), value.get_ref()) else {
                continue;
            };
            if !name.ends_with("-bytes") {
                continue;
            }
            let bytes = size
                .parse::<ByteSize>()
                .map_err(|_| ConfigFault::NotASize {
                    setting: format!("{}.{name}", section.get_ref()),
                    given: size.to_string(),
                })?;
            sizes.push((value.span(), bytes.as_u64()));
        }
    }
    // From the end, so that the places before stay what they are.
    sizes.sort_unstable_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut text = text.to_owned();
    for (place, bytes) in sizes {
        text.replace_range(place, &bytes.to_string());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigFault};

    #[test]
    fn a_size_may_have_a_unit_in_every_section() {
        let config = Config::parse(
            r#"
            [runtime]
            max-component-bytes = "8 MiB" # of what
            [budgets]
            memory-bytes = '256MiB'
            header-bytes = 65_536
            tenant-memory-bytes = "1.5GiB"
            [egress]
            max-request-body-bytes = "10MB"
            replay-body-bytes = "64kib"
            "#,
        )
        .unwrap();
        assert_eq!(config.runtime.max_component_bytes, 8 << 20);
        assert_eq!(config.budgets.memory_bytes, 256 << 20);
        assert_eq!(config.budgets.header_bytes, 64 << 10);
        assert_eq!(config.budgets.tenant_memory_bytes, 1536 << 20);
        assert_eq!(config.egress.max_request_body_bytes, 10_000_000);
        assert_eq!(config.egress.replay_body_bytes, 64 << 10);
        let inline =
            Config::parse(r#"budgets = { memory-bytes = "2MiB", handles = 100 }"#).unwrap();
        assert_eq!(inline.budgets.memory_bytes, 2 << 20);
        assert_eq!(inline.budgets.handles, 100);
    }

    #[test]
    fn what_is_no_size_is_refused_with_the_setting() {
        for size in ["", "much", "128 apples", "-1MiB", "MiB"] {
            let told = Config::parse(&format!("[budgets]\nmemory-bytes = \"{size}\"")).unwrap_err();
            let fault = ConfigFault::NotASize {
                setting: "budgets.memory-bytes".to_owned(),
                given: size.to_owned(),
            };
            assert_eq!(told, fault);
        }
        let told = Config::parse("[budgets]\nmemory-bytes = \"999999999TiB\"")
            .unwrap_err()
            .to_string();
        assert!(told.contains("budgets.memory-bytes"), "{told}");
        // Where no size is meant, a text stays wrong.
        assert!(Config::parse("[budgets]\nhandles = \"1MiB\"").is_err());
    }

    #[test]
    fn what_else_is_wrong_is_still_told_with_its_line() {
        let told = Config::parse("[budgets]\nmemory-bytes = \"2MiB\"\nhandels = 1")
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("line 3") && told.contains("handels"),
            "{told}"
        );
    }
}
