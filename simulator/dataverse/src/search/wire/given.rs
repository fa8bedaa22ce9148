//! The parameters of a request, as JSON or as JSON written into texts.
//!
//! Layer: search, pure.

use serde_json::{Map, Value};

use crate::http::SimError;
use crate::search::refusal;

/// Characters of a search text.
const LONGEST: usize = 100;
/// Hits that can be told at once.
const MOST: usize = 100;

/// The parameters of a request.
pub(super) struct Given<'a>(pub(super) &'a Map<String, Value>);

impl Given<'_> {
    /// A parameter; `None` for none, for null and for the text `null`.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        // The service reads names without regard to case.
        let mut members = self.0.iter();
        let (_, value) = members.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let is_nothing = value.is_null() || matches!(value.as_str(), Some("null" | ""));
        (!is_nothing).then_some(value)
    }

    /// The search text.
    ///
    /// # Errors
    /// 400 when it is missing, shorter than `least` or longer than the service takes.
    pub(super) fn search(&self, least: usize) -> Result<String, SimError> {
        let text = self
            .text("search")?
            .ok_or_else(|| refusal::parameter("search", "is required"))?;
        let length = text.chars().count();
        if length < least {
            let why = format!("must be at least {least} characters long");
            return Err(refusal::parameter("search", &why));
        }
        if length > LONGEST {
            return Err(refusal::parameter(
                "search",
                "has a limit of 100 characters",
            ));
        }
        Ok(text)
    }

    /// A text.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, SimError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(refusal::parameter(name, "is a text")),
        }
    }

    /// A number of hits.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn number(&self, name: &str, otherwise: usize) -> Result<usize, SimError> {
        match self.value(name) {
            None => Ok(otherwise),
            Some(value) => value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| refusal::parameter(name, "is a whole number from 0 on")),
        }
    }

    /// How many hits are told.
    ///
    /// # Errors
    /// 400 for no number, and for more than the service tells.
    pub(super) fn top(&self, otherwise: usize) -> Result<usize, SimError> {
        match self.number("top", otherwise)? {
            top if top > MOST => Err(refusal::parameter("top", "has a maximum of 100")),
            top => Ok(top),
        }
    }

    /// Yes or no.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn flag(&self, name: &str) -> Result<bool, SimError> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(refusal::parameter(name, "is true or false")),
        }
    }

    /// Texts in an array.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, SimError> {
        let Some(value) = self.value(name) else {
            return Ok(Vec::new());
        };
        texts(value).ok_or_else(|| refusal::parameter(name, "is an array of texts"))
    }

    /// What a text says in JSON; what is JSON already counts as well.
    ///
    /// # Errors
    /// 400 for a text that is none.
    pub(super) fn written(&self, name: &str) -> Result<Option<Value>, SimError> {
        match self.value(name) {
            Some(Value::String(text)) => serde_json::from_str(text)
                // The documentation itself writes options with single quotes.
                .or_else(|_| serde_json::from_str(&text.replace('\'', "\"")))
                .map(Some)
                .map_err(|_| refusal::parameter(name, "is JSON in a text")),
            other => Ok(other.cloned()),
        }
    }

    /// Texts in an array that is written into a text.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn written_list(&self, name: &str) -> Result<Vec<String>, SimError> {
        match self.written(name)? {
            None => Ok(Vec::new()),
            Some(value) => texts(&value).ok_or_else(|| {
                refusal::parameter(name, "is an array of texts, written as JSON into a text")
            }),
        }
    }
}

/// Texts in an array.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    let texts = value.as_array()?.iter();
    texts.map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(value: &Value) -> Given<'_> {
        Given(value.as_object().unwrap())
    }

    #[test]
    fn the_search_text_has_limits() {
        for (text, least, fits) in [
            (json!({ "search": "ab" }), 1, true),
            (json!({ "search": "ab" }), 3, false),
            (json!({ "search": "x".repeat(101) }), 1, false),
            (json!({}), 1, false),
            (json!({ "search": null }), 1, false),
            (json!({ "search": 5 }), 1, false),
        ] {
            assert_eq!(given(&text).search(least).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn names_are_read_without_regard_to_case() {
        let given = json!({ "returnTotalRecordCount": true });
        assert_eq!(
            Given(given.as_object().unwrap()).flag("returntotalrecordcount"),
            Ok(true)
        );
    }

    #[test]
    fn parameters_of_the_wrong_kind_are_refused_and_null_is_nothing() {
        let odd = json!({
            "top": 101, "skip": -1, "count": "yes", "entities": [1], "facets": "[", "orderby": "null",
            "options": "{'querytype': 'lucene'}",
        });
        let odd = given(&odd);
        assert!(odd.top(50).is_err());
        assert!(odd.number("skip", 0).is_err());
        assert!(odd.flag("count").is_err());
        assert!(odd.list("entities").is_err());
        assert!(odd.written_list("facets").is_err());
        assert_eq!(odd.written_list("orderby").unwrap(), [""; 0]);
        assert_eq!(
            odd.written("options").unwrap(),
            Some(json!({ "querytype": "lucene" }))
        );
    }
}
