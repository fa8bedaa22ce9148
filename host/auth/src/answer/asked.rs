//! What was asked of whom, for messages; and what must never be in one.
//!
//! Auth layer. An authority, or a web server in its place, may echo what it was sent; so every
//! foreign text passes [`Asked::redact`].

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::AuthError;
use crate::spellings::Spelling;

/// The longest foreign text that is repeated, in characters: some sentences, not a page.
const LONGEST: usize = 300;

/// An encoded secret that is shorter would be found by chance.
const MEANINGFUL: usize = 8;

/// One token request, for messages.
pub(crate) struct Asked<'a> {
    url: &'a Url,
    scopes: &'a [String],
    secrets: Vec<&'a SecretString>,
}

impl<'a> Asked<'a> {
    /// A request to `url` for `scopes`, made with `secrets`.
    ///
    /// # Errors
    /// When the URL carries a user name or password: what stands in a setting is not secret.
    pub(crate) fn new(
        url: &'a Url,
        scopes: &'a [String],
        secrets: &[&'a SecretString],
    ) -> Result<Self, AuthError> {
        let asked = Self {
            url,
            scopes,
            secrets: secrets.to_vec(),
        };
        if url.host_str().is_none() || !url.username().is_empty() || url.password().is_some() {
            return Err(AuthError::Invalid {
                message:
                    "the Token URL has to be https://host/path, without user name and password"
                        .into(),
            });
        }
        Ok(asked)
    }

    /// Who was asked: `the sign-in service login.example`.
    pub(crate) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("the sign-in service {host}:{port}"),
            None => format!("the sign-in service {host}"),
        }
    }

    /// The scopes, as people write them.
    pub(crate) fn scope(&self) -> String {
        self.scopes.join(" ")
    }

    /// The directory (Entra tenant) that the Token URL names in its first segment.
    pub(crate) fn directory(&self) -> &str {
        self.url
            .path_segments()
            .and_then(|mut segments| segments.next())
            .unwrap_or_default()
    }

    /// `text` on one line, of bearable length, and without any secret of the request in it.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            for spelling in spellings(secret.expose_secret()) {
                text = text.replace(&*spelling, "[redacted]");
            }
        }
        // After the replacement: a cut through a secret would leave half of it.
        let line: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut shown: String = line.trim().chars().take(LONGEST).collect();
        if shown.len() < line.trim().len() {
            shown.push('…');
        }
        shown
    }
}

/// Every spelling of a secret, longest first, so that no shorter one leaves a rest of a longer. A
/// very short secret has spellings that are in every text.
fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let mut spellings: Vec<_> = Spelling::all()
        .map(|spelling| spelling.write(secret))
        .filter(|spelling| spelling.len() >= MEANINGFUL || **spelling == secret)
        .filter(|spelling| !spelling.is_empty())
        .collect();
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_redacted_in_every_usual_spelling_and_even_where_the_text_is_cut() {
        let url = Url::parse("https://login.example/t/token").unwrap();
        let secret = SecretString::from("s3 Cret&~\"");
        let asked = Asked::new(&url, &[], &[&secret]).unwrap();
        let cut = format!("{}s3 Cret&~\"", "x".repeat(LONGEST - 4));
        for text in [
            "a s3 Cret&~\" b",
            "secret=s3+Cret%26%7E%22&x",
            "secret=s3+Cret%26%7e%22&x",
            "secret=s3%20Cret%26~%22&x",
            r#"{"secret":"s3 Cret&~\""}"#,
            &cut,
        ] {
            let shown = asked.redact(text);
            assert!(!shown.contains("s3") && !shown.contains("Cret"), "{shown}");
            assert!(shown.contains("[red"), "{shown}");
        }
    }

    #[test]
    fn a_page_is_cut_to_a_line() {
        let url = Url::parse("https://login.example/t/token").unwrap();
        let asked = Asked::new(&url, &[], &[]).unwrap();
        let shown = asked.redact(&"line\r\n\u{1b}[31m".repeat(1000));
        assert!(shown.chars().count() == LONGEST + 1 && !shown.contains(char::is_control));
    }

    #[test]
    fn a_url_with_credentials_in_it_is_refused_without_quoting_them() {
        let url = Url::parse("https://user:hunter2@login.example/token").unwrap();
        let error = Asked::new(&url, &[], &[]).err().unwrap().to_string();
        assert!(
            error.contains("Token URL") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
