//! Header fields, as few and as short as those of a request for JSON are.

/// Header fields in order; names compare without case, a name may repeat. Names and values have to be
/// free of line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field that is not there yet.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Sets `name`, replacing every earlier value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
        self.push(name, value);
    }

    /// Sets `name` unless it is there already.
    pub fn set_default(&mut self, name: &str, value: &str) {
        if self.get(name).is_none() {
            self.push(name, value);
        }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl IntoIterator for Headers {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_a_field_that_is_set_stands_once() {
        let given = [("Prefer", "a"), ("x-empty", ""), ("prefer", "b: c")];
        let mut headers = Headers::new();
        for (name, value) in given {
            headers.push(name, value);
        }
        assert_eq!(headers.get("PREFER"), Some("a"));
        assert_eq!(headers.get("x-empty"), Some(""));
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(all, given);

        headers.set("prefer", "d");
        headers.set_default("accept", "application/json");
        headers.set_default("PREFER", "e");
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(
            all,
            [
                ("x-empty", ""),
                ("prefer", "d"),
                ("accept", "application/json")
            ]
        );
    }
}
