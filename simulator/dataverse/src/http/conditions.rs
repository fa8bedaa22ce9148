//! `If-Match` and `If-None-Match` in Dataverse's dialect.

use http::{HeaderMap, HeaderName, header};

/// The conditions of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub if_match: Option<Condition>,
    /// `If-None-Match`; the literal word `null`, which Microsoft's samples send, counts as absent.
    pub if_none_match: Option<Condition>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `*`: any version.
    Any,
    /// `W/"…"`: the row version between the quotes.
    Version(String),
}

impl Conditions {
    /// Reads both headers.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        Self {
            if_match: read(headers, header::IF_MATCH),
            if_none_match: read(headers, header::IF_NONE_MATCH),
        }
    }
}

fn read(headers: &HeaderMap, name: HeaderName) -> Option<Condition> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    match text {
        "" | "null" => None,
        "*" => Some(Condition::Any),
        tag => Some(Condition::Version(
            tag.trim_start_matches("W/").trim_matches('"').to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn if_none_match(text: &str) -> Option<Condition> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, text.parse().unwrap());
        Conditions::from_headers(&headers).if_none_match
    }

    #[test]
    fn weak_tags_lose_their_dressing() {
        assert_eq!(
            if_none_match(r#"W/"123""#),
            Some(Condition::Version("123".into()))
        );
        assert_eq!(if_none_match("*"), Some(Condition::Any));
    }

    #[test]
    fn the_word_null_is_no_condition() {
        assert_eq!(if_none_match("null"), None);
    }
}
