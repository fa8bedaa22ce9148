//! Which contract a component speaks, judged from its imports and exports alone.
//!
//! An unknown version, or an import from outside WASI and the contract, fails closed before any of
//! the component's code runs.

use super::SUPPORTED;
use crate::error::HostError;
use crate::names::listed;

/// The interfaces that a connector of this contract version has to export.
const REQUIRED: [&str; 4] = ["manifest", "discovery", "actions", "triggers"];

/// A component's outline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Names of all imports, such as `wasi:http/client@0.3.0`.
    pub(crate) imports: Vec<String>,
    /// Names of all exports.
    pub(crate) exports: Vec<String>,
}

/// The contract version that a component of this shape speaks.
///
/// # Errors
/// [`HostError::Component`] when it is no connector, speaks an unknown version, or imports what no
/// connector may.
pub(crate) fn spoken(shape: &Shape) -> Result<String, HostError> {
    let foreign: Vec<&str> = shape
        .imports
        .iter()
        .map(String::as_str)
        .filter(|name| !name.starts_with("wasi:") && !name.starts_with("airlock:connector/"))
        .collect();
    if !foreign.is_empty() {
        return Err(HostError::Component(format!(
            "it imports {}; a connector may import only wasi:* and airlock:connector/*",
            listed(&foreign)
        )));
    }
    let mut found = None;
    for required in REQUIRED {
        let prefix = format!("airlock:connector/{required}@");
        let Some(version) = shape
            .exports
            .iter()
            .find_map(|name| name.strip_prefix(&prefix))
        else {
            return Err(HostError::Component(format!(
                "it does not export airlock:connector/{required}; it is not a connector"
            )));
        };
        if !version.starts_with("0.1.") {
            return Err(HostError::Component(format!(
                "it speaks contract version {version}; this host knows {SUPPORTED}"
            )));
        }
        found = Some(version.to_owned());
    }
    found.ok_or_else(|| HostError::Component("it exports nothing".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(version: &str, imports: &[&str]) -> Shape {
        Shape {
            imports: imports.iter().map(|name| (*name).to_owned()).collect(),
            exports: REQUIRED
                .iter()
                .map(|name| format!("airlock:connector/{name}@{version}"))
                .collect(),
        }
    }

    #[test]
    fn a_known_version_is_accepted() {
        let shape = shape(
            "0.1.0",
            &["wasi:http/client@0.3.0", "airlock:connector/report@0.1.0"],
        );
        assert_eq!(spoken(&shape).unwrap(), "0.1.0");
    }

    #[test]
    fn an_unknown_version_is_refused_with_the_known_range() {
        let text = spoken(&shape("0.2.0", &[])).unwrap_err().to_string();
        assert!(text.contains("0.2.0") && text.contains("0.1.x"), "{text}");
    }

    #[test]
    fn an_import_from_elsewhere_is_refused_by_name() {
        let text = spoken(&shape("0.1.0", &["evil:backdoor/shell@1.0.0"]))
            .unwrap_err()
            .to_string();
        assert!(text.contains("evil:backdoor/shell@1.0.0"), "{text}");
    }

    #[test]
    fn a_component_that_is_no_connector_is_refused() {
        let text = spoken(&Shape::default()).unwrap_err().to_string();
        assert!(text.contains("not a connector"), "{text}");
    }
}
