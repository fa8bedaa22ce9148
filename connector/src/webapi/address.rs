//! Where the Web API of one organisation lives, and whether a link leads there.
//!
//! Texts are joined rather than formatted: a fresh instance reads its connection's address anew for
//! each call, and formatting calls four functions through a table that such an instance has to fill.

use std::{borrow::Cow, fmt};

use airlock_connector::Error;

/// The version spoken when the settings name none. Older ones stay accepted by the service.
const DEFAULT_PATH: &str = "/api/data/v9.2";

/// Longest URL that the service takes outside of `$batch`, in characters.
pub const LONGEST_URL: usize = 32_768;

/// Longest URL of a read that goes as part of a `$batch`, in characters.
pub const LONGEST_IN_BATCH: usize = 65_536;

/// `https://host[:port]`: what decides whether a link may be followed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Origin {
    /// Splits an absolute URL into its origin and the rest, which is empty or starts with `/`,
    /// `?` or `#`. Anything that two parsers could read differently is refused.
    #[must_use]
    pub fn split(url: &str) -> Option<(Self, &str)> {
        if ambiguous(url) {
            return None;
        }
        let (scheme, rest) = absolute(url)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "https" => "443",
            "http" => "80",
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, ""),
        };
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let plain = !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !(plain || bracketed) || !port.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let host = host.to_ascii_lowercase();
        let origin = if port.is_empty() || port == default_port {
            [&scheme, "://", &host].concat()
        } else {
            [&scheme, "://", &host, ":", port].concat()
        };
        Some((Self(origin), tail))
    }

    /// Whether an absolute URL leads here.
    fn holds(&self, url: &str) -> bool {
        // Links mostly come spelt as the origin is, and then need no second copy.
        if let Some(tail) = url.strip_prefix(&self.0)
            && (tail.is_empty() || tail.starts_with(['/', '?', '#']))
        {
            return !ambiguous(tail);
        }
        Self::split(url).is_some_and(|(origin, _)| origin == *self)
    }
}

/// What stands before and after `://`, if the first colon belongs to one.
fn absolute(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Whether two parsers could read the URL differently.
fn ambiguous(url: &str) -> bool {
    // Without a branch for each byte the compiler looks at sixteen of them at once.
    let (mut foreign, mut found) = (false, false);
    for byte in url.bytes() {
        foreign |= !byte.is_ascii();
        found |= (byte <= b' ') | (byte == b'\x7f') | (byte == b'\\');
    }
    if !foreign {
        return found;
    }
    url.chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
}

/// The root of one organisation's Web API, such as `https://contoso.crm.dynamics.com/api/data/v9.2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: Origin,
    root: String,
}

impl BaseUrl {
    /// Reads what a person writes as the Web API URL: the organisation's address with or without
    /// `https://`, a trailing slash, or the `/api/data/v9.x` part.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `/web-api-url` when no address can be made of it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim();
        let wrong = || {
            Error::invalid(
                "/web-api-url",
                format!(
                    "`{trimmed}` is not the address of a Dynamics 365 organisation: it looks like https://contoso.crm.dynamics.com"
                ),
            )
        };
        let whole = match absolute(trimmed) {
            Some(_) => Cow::Borrowed(trimmed),
            None => Cow::Owned(["https://", trimmed].concat()),
        };
        let (origin, tail) = Origin::split(&whole).ok_or_else(wrong)?;
        let path = match tail.trim_end_matches('/') {
            "" => DEFAULT_PATH,
            path => api_path(path).ok_or_else(wrong)?,
        };
        let root = [&*origin.0, path].concat();
        Ok(Self { origin, root })
    }

    /// The organisation's origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The root of the Web API, without a slash at its end.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// What stands below the Web API's root in an address of this organisation, whatever version of the API
    /// it names; none where it leads elsewhere.
    #[must_use]
    pub fn below_any_version<'a>(&self, url: &'a str) -> Option<&'a str> {
        if let Some(rest) = url.strip_prefix(&self.root) {
            return Some(rest);
        }
        let (origin, path) = Origin::split(url)?;
        let rest = path
            .strip_prefix("/api/data/")
            .filter(|_| origin == self.origin)?;
        let (version, _) = rest.split_once('/')?;
        api_path(path.get(..path.len() - rest.len() + version.len())?)?;
        rest.get(version.len()..)
    }

    /// The URL of `resource` (already encoded, no slash in front) with `query` (already encoded,
    /// may be empty).
    ///
    /// # Errors
    /// [`Error::InvalidInput`] when the URL is longer than the service takes.
    pub fn url(&self, resource: &str, query: &str) -> Result<String, Error> {
        let mark = match (query.is_empty(), resource.contains('?')) {
            (true, _) => "",
            (false, false) => "?",
            (false, true) => "&",
        };
        checked_length(format!("{}/{resource}{mark}{query}", self.root))
    }

    /// A URL given as a path on the organisation's origin (`/api/data/v9.2/accounts`), as a
    /// resource below the API root (`accounts`), or in full.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `pointer` when it leads anywhere else.
    pub fn own(&self, link: &str, pointer: &str) -> Result<String, Error> {
        let foreign = || {
            Error::invalid(
                pointer,
                format!(
                    "`{}` does not lead to {}: only that organisation is reached through this connection",
                    shorten(link),
                    self.origin
                ),
            )
        };
        if link.is_empty() || link.starts_with("//") {
            return Err(foreign());
        }
        let whole = if link.starts_with('/') {
            [&*self.origin.0, link].concat()
        } else if absolute(link).is_some() {
            link.to_owned()
        } else {
            [&*self.root, "/", link].concat()
        };
        if !self.origin.holds(&whole) {
            return Err(foreign());
        }
        // Kept as it came: a nextLink is encoded already and must go back byte for byte.
        checked_length(whole)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.root)
    }
}

/// Accepts `/api/data`, `/api/data/v9.2` and nothing else.
fn api_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api/data")?;
    if rest.is_empty() {
        return Some(DEFAULT_PATH);
    }
    let version = rest.strip_prefix("/v")?;
    let (major, minor) = version.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    (digits(major) && digits(minor)).then_some(path)
}

/// Beyond [`LONGEST_URL`] the client sends a read in a batch, and refuses anything else.
fn checked_length(url: String) -> Result<String, Error> {
    if url.len() <= LONGEST_IN_BATCH {
        return Ok(url);
    }
    let length = url.chars().count();
    if length <= LONGEST_IN_BATCH {
        return Ok(url);
    }
    Err(Error::invalid(
        "",
        format!(
            "the request's URL would have {length} characters; the service takes at most {LONGEST_IN_BATCH}: select fewer columns or split the filter"
        ),
    ))
}

fn shorten(link: &str) -> String {
    link.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_in_every_usual_spelling() {
        let root = "https://contoso.crm.dynamics.com/api/data/v9.2";
        let table = [
            ("https://contoso.crm.dynamics.com", root),
            ("https://contoso.crm.dynamics.com/", root),
            (" https://Contoso.CRM.dynamics.com:443/ ", root),
            ("contoso.crm.dynamics.com", root),
            ("https://contoso.crm.dynamics.com/api/data/v9.2", root),
            ("https://contoso.crm.dynamics.com/api/data/v9.2/", root),
            ("https://contoso.crm.dynamics.com/api/data", root),
            (
                "https://contoso.crm.dynamics.com/api/data/v9.1",
                "https://contoso.crm.dynamics.com/api/data/v9.1",
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080/api/data/v9.2",
            ),
            ("https://[::1]:8443/", "https://[::1]:8443/api/data/v9.2"),
        ];
        for (text, expected) in table {
            assert_eq!(BaseUrl::parse(text).unwrap().root(), expected, "{text}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_an_example() {
        let wrong = [
            "",
            "ftp://contoso.crm.dynamics.com",
            "https://user@contoso.crm.dynamics.com",
            "https://contoso.crm.dynamics.com/main.aspx",
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts",
            "https://contoso.crm.dynamics.com?x=1",
            "https://con toso",
            "https://a\\b",
            "https://host:port",
        ];
        for text in wrong {
            let error = BaseUrl::parse(text).unwrap_err().to_string();
            assert!(
                error.contains("contoso.crm.dynamics.com"),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn only_links_to_the_same_origin_are_ours() {
        let base = BaseUrl::parse("https://contoso.crm.dynamics.com").unwrap();
        let own = [
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts?$skiptoken=%3Ccookie%2525",
            "https://CONTOSO.crm.dynamics.com:443/api/data/v9.2/accounts",
            "https://contoso.crm.dynamics.com?$top=1",
            "https://contoso.crm.dynamics.com",
        ];
        for link in own {
            assert_eq!(base.own(link, "").unwrap(), link);
        }
        assert_eq!(
            base.own("/api/data/v9.2/accounts", "").unwrap(),
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts"
        );
        assert_eq!(
            base.own("accounts?$top=1", "").unwrap(),
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts?$top=1"
        );
        let foreign = [
            "",
            "https://evil.example/api/data/v9.2/accounts",
            "http://contoso.crm.dynamics.com/api/data/v9.2/accounts",
            "https://contoso.crm.dynamics.com:8443/accounts",
            "https://contoso.crm.dynamics.com@evil.example/accounts",
            "https://contoso.crm.dynamics.com.evil.example/accounts",
            "https://contoso.crm.dynamics.com\\@evil.example/",
            "https://contoso.crm.dynamics.com/\\evil.example/",
            "https://contoso.crm.dynamics.com/a\u{2028}b",
            "https://contoso.crm.dynamics.com/a b",
            "//evil.example/accounts",
            "file:///etc/passwd",
        ];
        for link in foreign {
            assert!(base.own(link, "/next-page").is_err(), "{link}");
        }
    }

    #[test]
    fn a_url_beyond_the_limit_is_refused_before_it_leaves() {
        let base = BaseUrl::parse("https://contoso.crm.dynamics.com").unwrap();
        let error = base
            .url("accounts", &"x".repeat(LONGEST_IN_BATCH))
            .unwrap_err();
        assert!(error.to_string().contains("at most 65536"), "{error}");
    }
}
