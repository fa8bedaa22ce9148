//! `$deltatoken`: up to which version a caller knows the rows, and since when.
//!
//! Layer: changes, pure. Written as the service writes it: `919042!08/22/2026 08:10:44`, percent-encoded in lower case.

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::http::SimError;

const FORMAT: &[time::format_description::BorrowedFormatItem<'_>] =
    format_description!("[month]/[day]/[year] [hour]:[minute]:[second]");

/// A caller's knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// The newest version that the caller has seen.
    pub version: i64,
    /// When that was.
    pub time: OffsetDateTime,
}

impl Token {
    /// The token as a URL has it.
    pub(super) fn encode(self) -> String {
        let time = self.time.format(FORMAT).unwrap_or_default();
        let time = time
            .replace('/', "%2f")
            .replace(' ', "%20")
            .replace(':', "%3a");
        format!("{}%21{time}", self.version)
    }

    /// Reads a token that the query string's decoding has unwrapped.
    ///
    /// # Errors
    /// 400 when it is none.
    pub(super) fn decode(text: &str) -> Result<Self, SimError> {
        let read = || {
            let (version, time) = text.split_once('!')?;
            Some(Self {
                version: version.parse().ok().filter(|version| *version >= 0)?,
                time: PrimitiveDateTime::parse(time, FORMAT).ok()?.assume_utc(),
            })
        };
        read().ok_or_else(|| SimError::bad_url(format!("The delta token '{text}' is not valid.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::options::decode;
    use time::macros::datetime;

    #[test]
    fn a_token_looks_like_the_services_own_and_reads_back() {
        let token = Token {
            version: 919_042,
            time: datetime!(2026-08-22 08:10:44 UTC),
        };
        assert_eq!(token.encode(), "919042%2108%2f22%2f2026%2008%3a10%3a44");
        assert_eq!(Token::decode(&decode(&token.encode())).unwrap(), token);
        for wrong in [
            "",
            "1",
            "x!08/22/2026 08:10:44",
            "1!22/08/2026 08:10:44",
            "-1!08/22/2026 08:10:44",
        ] {
            assert!(Token::decode(wrong).is_err(), "{wrong}");
        }
    }
}
