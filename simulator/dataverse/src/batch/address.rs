//! Where a request inside a batch goes: its URL may be absolute, rooted, relative to the service, or begin with a reference.
//!
//! Layer: batch, pure. The host is not looked at, for the same organisation answers under several.

use crate::http::SimError;

use super::references::References;

/// A place below the service root.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The version segment of the URL, when it has one.
    pub(super) version: Option<&'a str>,
    /// Path after the service root, without a leading slash.
    pub(super) path: String,
    /// What follows the question mark.
    pub(super) query: Option<String>,
}

/// Understands a URL.
///
/// # Errors
/// 400 for a reference to nothing, 404 for a place outside the data API.
pub(super) fn target<'a>(url: &'a str, references: &References) -> Result<Target<'a>, SimError> {
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (url, None),
    };
    let (version, path) = below_root(place)?;
    let query = query.map(|query| references.in_query(query)).transpose()?;
    Ok(Target {
        version,
        path: references.in_path(path)?,
        query,
    })
}

/// The version and the path behind it.
fn below_root(place: &str) -> Result<(Option<&str>, &str), SimError> {
    const ROOT: &str = "api/data/";
    let rooted = match place.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| path),
        None => place.strip_prefix('/'),
    };
    match rooted {
        // A relative URL is relative to the service.
        None if !place.contains("://") => Ok((None, place)),
        None => Err(SimError::unknown_segment("")),
        Some(path) => match path.strip_prefix(ROOT) {
            Some(rest) => {
                let (version, path) = rest.split_once('/').unwrap_or((rest, ""));
                Ok((Some(version), path))
            }
            // `/accounts`: some clients put a slash before what is relative to the service.
            None if !place.contains("://") => Ok((None, path)),
            None => Err(SimError::unknown_segment(
                path.split('/').next().unwrap_or_default(),
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_url_leads_to_the_same_place() {
        for (url, version) in [
            ("accounts(1)/name?$select=a", None),
            ("/accounts(1)/name?$select=a", None),
            ("/api/data/v9.2/accounts(1)/name?$select=a", Some("v9.2")),
            (
                "https://contoso.crm.dynamics.com/api/data/v9.0/accounts(1)/name?$select=a",
                Some("v9.0"),
            ),
        ] {
            let expected = Target {
                version,
                path: "accounts(1)/name".to_owned(),
                query: Some("$select=a".to_owned()),
            };
            assert_eq!(
                target(url, &References::default()).unwrap(),
                expected,
                "{url}"
            );
        }
        for url in [
            "https://contoso.crm.dynamics.com",
            "https://evil.example/accounts",
        ] {
            assert!(target(url, &References::default()).is_err(), "{url}");
        }
    }

    #[test]
    fn a_reference_stands_for_the_row_it_names() {
        let mut references = References::default();
        references.add("1", "https://a.example/api/data/v9.2/accounts(7)");
        for (url, path, query) in [
            ("$1", "accounts(7)", None),
            ("/$1", "accounts(7)", None),
            (
                "$1/primarycontactid/$ref",
                "accounts(7)/primarycontactid/$ref",
                None,
            ),
            ("/api/data/v9.2/$1/name", "accounts(7)/name", None),
            (
                "contacts(2)/x/$ref?$id=$1",
                "contacts(2)/x/$ref",
                Some("$id=accounts(7)"),
            ),
            ("$metadata", "$metadata", None),
        ] {
            let found = target(url, &references).unwrap();
            assert_eq!(
                (found.path.as_str(), found.query.as_deref()),
                (path, query),
                "{url}"
            );
        }
        assert_eq!(
            target("$2/name", &references).unwrap_err().message,
            "Content-ID Reference: '$2' does not exist in the batch context."
        );
    }
}
