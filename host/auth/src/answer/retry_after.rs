//! `Retry-After` (RFC 9110 §10.2.3): seconds or a date. Auth layer.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use time::OffsetDateTime;

/// No authority is taken to mean longer than this: an hour's silence after one bad header would
/// be our outage, not theirs.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How long to wait by these headers, from `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = OffsetDateTime::from(httpdate::parse_http_date(text).ok()?);
            // In the past already: no need to wait.
            Duration::try_from(date - now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn seconds_and_dates_are_understood_and_nonsense_is_no_wait() {
        let now = datetime!(2026-11-21 08:00 UTC);
        for (text, seconds) in [
            ("17", Some(17)),
            (" 0 ", Some(0)),
            ("Sat, 21 Nov 2026 08:00:30 GMT", Some(30)),
            ("Sat, 21 Nov 2026 07:00:00 GMT", Some(0)),
            ("86400", Some(900)),
            ("99999999999999999999", None),
            ("-1", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            let wait = retry_after(&headers, now).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
