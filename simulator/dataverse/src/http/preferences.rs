//! The `Prefer` header: one header with commas or several headers, unknown tokens ignored.

use http::HeaderMap;

/// What the caller prefers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `return=representation`.
    pub return_representation: bool,
    /// `odata.maxpagesize`, as sent; the grant is at most 5000.
    pub max_page_size: Option<u32>,
    /// `odata.include-annotations`.
    pub annotations: Annotations,
    /// `odata.track-changes`.
    pub track_changes: bool,
    /// `odata.continue-on-error`.
    pub continue_on_error: bool,
    /// `respond-async`.
    pub respond_async: bool,
    /// The address of `odata.callback`, which goes with it.
    pub callback: Option<String>,
}

/// Which annotations to include: a list of patterns, where `*` ends a prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    patterns: Vec<String>,
    text: String,
}

impl Annotations {
    /// Parses the list between the quotes.
    pub fn parse(text: &str) -> Self {
        let patterns = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        Self {
            patterns,
            text: text.to_owned(),
        }
    }

    /// Whether none is wanted.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether the annotation with this full name is wanted. The last pattern that fits decides; a leading `-`
    /// excludes.
    pub fn includes(&self, name: &str) -> bool {
        self.patterns
            .iter()
            .rev()
            .find_map(|pattern| {
                let (wanted, pattern) = pattern
                    .strip_prefix('-')
                    .map_or((true, pattern.as_str()), |rest| (false, rest));
                let fits = match pattern.strip_suffix('*') {
                    Some(prefix) => name.starts_with(prefix),
                    None => name == pattern,
                };
                fits.then_some(wanted)
            })
            .unwrap_or(false)
    }

    /// The list as it was sent, for `Preference-Applied`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Preferences {
    /// Reads every `Prefer` header. A token given twice keeps its first value.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut preferences = Self::default();
        for value in headers.get_all("prefer") {
            if let Ok(text) = value.to_str() {
                for token in split_outside_quotes(text) {
                    preferences.apply(token.trim());
                }
            }
        }
        preferences
    }

    fn apply(&mut self, token: &str) {
        let (name, value) = token
            .split_once('=')
            .map_or((token, ""), |(name, value)| (name.trim(), value.trim()));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "return" => self.return_representation |= value.eq_ignore_ascii_case("representation"),
            "odata.maxpagesize" | "maxpagesize" if self.max_page_size.is_none() => {
                self.max_page_size = value.parse().ok().filter(|size| *size > 0);
            }
            "odata.include-annotations" | "include-annotations" if self.annotations.is_empty() => {
                self.annotations = Annotations::parse(value);
            }
            "odata.track-changes" | "track-changes" => self.track_changes = true,
            "odata.continue-on-error" | "continue-on-error" => self.continue_on_error = true,
            "respond-async" => self.respond_async = true,
            name if is_callback(name) && self.callback.is_none() => {
                self.callback = Some(value.to_owned()).filter(|url| !url.is_empty());
            }
            _ => {}
        }
    }
}

/// `odata.callback; url`
fn is_callback(name: &str) -> bool {
    let mut parts = name.split(';').map(str::trim);
    matches!(parts.next(), Some("odata.callback" | "callback")) && parts.next() == Some("url")
}

fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut in_quotes = false;
    text.split(move |character| {
        if character == '"' {
            in_quotes = !in_quotes;
        }
        character == ',' && !in_quotes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(lines: &[&str]) -> Preferences {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("prefer", line.parse().unwrap());
        }
        Preferences::from_headers(&headers)
    }

    #[test]
    fn tokens_may_share_a_header_or_have_one_each() {
        let joined = preferences(&[
            r#"return=representation, odata.maxpagesize=3,odata.include-annotations="a.b,c.*""#,
        ]);
        let split = preferences(&[
            "return=representation",
            "odata.maxpagesize=3",
            r#"odata.include-annotations="a.b,c.*""#,
        ]);
        assert_eq!(joined, split);
        assert!(joined.return_representation);
        assert_eq!(joined.max_page_size, Some(3));
        assert_eq!(joined.annotations.as_str(), "a.b,c.*");
    }

    #[test]
    fn annotations_match_whole_names_prefixes_and_everything() {
        let some =
            preferences(&[r#"odata.include-annotations="OData.X,Microsoft.Dynamics.CRM.*""#])
                .annotations;
        assert!(some.includes("OData.X"));
        assert!(!some.includes("OData.XY"));
        assert!(some.includes("Microsoft.Dynamics.CRM.lookuplogicalname"));
        assert!(
            preferences(&[r#"odata.include-annotations="*""#])
                .annotations
                .includes("anything")
        );
        assert!(!preferences(&[]).annotations.includes("anything"));
    }

    #[test]
    fn unknown_tokens_and_senseless_sizes_are_ignored() {
        assert_eq!(
            preferences(&["wait=10, odata.maxpagesize=0", "odata.maxpagesize=many"]),
            Preferences::default()
        );
    }
}
