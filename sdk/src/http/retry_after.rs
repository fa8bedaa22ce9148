//! How long a service asks its callers to wait (`Retry-After`, RFC 9110 §10.2.3), in every form
//! that is seen: seconds, whole or not, a time span, or a date.

use std::time::Duration;

use super::Headers;

/// Longer than any wait that is meant: beyond it the text is a mistake.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// The wait that a response asks for. A date is measured against the response's own `Date`, so
/// that a wrong local clock does no harm.
#[must_use]
pub fn retry_after(headers: &Headers) -> Option<Duration> {
    let text = headers.get("retry-after")?.trim();
    seconds(text)
        .or_else(|| span(text))
        .or_else(|| until(text, headers.get("date")?))
        .filter(|wait| *wait <= LONGEST)
}

/// `7` and `1.5`.
fn seconds(text: &str) -> Option<Duration> {
    let number = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let seconds: f64 = number.then(|| text.parse().ok()).flatten()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// `00:00:02`, as .NET writes a time span; the seconds may have a fraction.
fn span(text: &str) -> Option<Duration> {
    let mut parts = text.split(':');
    let (hours, minutes, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let whole = Duration::from_secs(u64::from(hours) * 3_600 + u64::from(minutes) * 60);
    whole.checked_add(seconds(rest)?)
}

fn until(text: &str, date: &str) -> Option<Duration> {
    let until = httpdate::parse_http_date(text).ok()?;
    let now = httpdate::parse_http_date(date).ok()?;
    // A moment that has passed asks for no wait.
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_every_form() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:07 GMT");
        let ms = |ms| Some(Duration::from_millis(ms));
        let table = [
            (vec![("Retry-After", "7")], ms(7_000)),
            (vec![("Retry-After", " 300 ")], ms(300_000)),
            (vec![("Retry-After", "0")], ms(0)),
            (vec![("Retry-After", "1.5")], ms(1_500)),
            (vec![("Retry-After", "00:00:02")], ms(2_000)),
            (vec![("Retry-After", "00:05:00.25")], ms(300_250)),
            (
                vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), date],
                ms(30_000),
            ),
            (
                vec![("retry-after", "Sunday, 06-Nov-94 08:49:37 GMT"), date],
                ms(30_000),
            ),
            (
                vec![("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"), date],
                ms(0),
            ),
            (vec![("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], None),
            (vec![("retry-after", "soon")], None),
            (vec![("retry-after", "-5")], None),
            (vec![("retry-after", "1e9")], None),
            (vec![("retry-after", "99999999999999999999")], None),
            (vec![("retry-after", "00:00")], None),
            (vec![("retry-after", "")], None),
            (vec![], None),
        ];
        for (fields, wait) in table {
            let mut headers = Headers::new();
            for (name, value) in &fields {
                headers.set(name, value);
            }
            assert_eq!(retry_after(&headers), wait, "{fields:?}");
        }
    }
}
