//! What a browser brings back from the authorization endpoint (RFC 6749 §4.1.2, RFC 9207).
//!
//! Auth layer; pure. Anybody who can reach the door may send such a request, so nothing in it is
//! believed: this only takes it apart.

use secrecy::SecretString;
use url::{Url, form_urlencoded};

use crate::answer::Refusal;

/// The parameters of a redirect that count.
#[derive(Debug, Default)]
pub(super) struct Redirect {
    pub(super) state: Option<SecretString>,
    pub(super) code: Option<SecretString>,
    pub(super) issuer: Option<String>,
    pub(super) refusal: Option<Refusal>,
}

impl Redirect {
    /// Takes a query apart; `None` when one of the parameters is there twice, which RFC 6749 §3.1
    /// forbids and of which one could be read here and the other elsewhere.
    pub(super) fn read(query: &str) -> Option<Self> {
        let mut read = Self::default();
        let (mut error, mut description) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            let before = match &*name {
                "state" => read.state.replace(value.into()).map(drop),
                "code" => read.code.replace(value.into()).map(drop),
                "iss" => read.issuer.replace(value).map(drop),
                "error" => error.replace(value).map(drop),
                "error_description" => description.replace(value).map(drop),
                _ => None,
            };
            if before.is_some() {
                return None;
            }
        }
        read.refusal = error.map(|error| Refusal::redirected(error, description));
        Some(read)
    }
}

/// The query in what a person pasted: the whole address, its query, or the code alone.
pub(super) fn pasted(text: &str) -> Pasted {
    let text = text.trim().trim_matches(['"', '\'', '<', '>']);
    if let Ok(url) = Url::parse(text)
        && url.has_host()
    {
        return Pasted::Query(url.query().unwrap_or_default().to_owned());
    }
    let query = text.trim_start_matches(['/', '?']);
    if query.split('&').any(|pair| pair.starts_with("code=")) {
        return Pasted::Query(query.to_owned());
    }
    Pasted::Code(SecretString::from(text))
}

/// What a person pasted.
pub(super) enum Pasted {
    /// What the browser came back with.
    Query(String),
    /// Only the code in it.
    Code(SecretString),
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_parameter_that_is_there_twice_makes_the_redirect_worthless() {
        for query in [
            "code=a&code=b&state=s",
            "code=a&state=s&state=s",
            "error=x&error=y",
            "iss=x&iss=y",
            "error=a&error_description=x&error_description=y",
        ] {
            assert!(Redirect::read(query).is_none(), "{query}");
        }
        let read = Redirect::read("code=a%2Bb&state=s&session_state=1&session_state=2").unwrap();
        assert_eq!(read.code.unwrap().expose_secret(), "a+b");
    }

    #[test]
    fn people_may_paste_the_address_its_query_or_the_code() {
        for (text, expected) in [
            (
                "http://localhost:1/?code=0.A&state=s",
                Some("code=0.A&state=s"),
            ),
            (
                " \"https://localhost:1/?state=s&code=c#x\"\n",
                Some("state=s&code=c"),
            ),
            (
                "/?error=access_denied&code=",
                Some("error=access_denied&code="),
            ),
            ("code=c&state=s", Some("code=c&state=s")),
            ("http://localhost:1/", Some("")),
            ("0.AVY-code_1.x\r\n", None),
        ] {
            match (pasted(text), expected) {
                (Pasted::Query(query), Some(expected)) => assert_eq!(query, expected, "{text}"),
                (Pasted::Code(code), None) => assert_eq!(code.expose_secret(), text.trim()),
                _ => panic!("{text}"),
            }
        }
    }
}
