//! The answers to those who asked too much.

use std::time::Duration;

use http::StatusCode;

use super::LimitSettings;
use super::window::{Exceeded, Limit};
use crate::http::SimError;

/// 429 with the code of the limit and the seconds to wait.
pub(super) fn refuse(settings: &LimitSettings, exceeded: &Exceeded) -> SimError {
    let LimitSettings {
        execution_milliseconds,
        concurrent,
        window_seconds,
        ..
    } = settings;
    let (code, message) = match exceeded.limit {
        Limit::Requests => return told(too_many_requests(settings), exceeded),
        Limit::Execution => (
            "0x80072321",
            format!(
                "Combined execution time of incoming requests exceeded limit of {} milliseconds over time window of \
                 {window_seconds} seconds. Decrease number of concurrent requests or reduce the duration of requests \
                 and try again later.",
                grouped(*execution_milliseconds)
            ),
        ),
        Limit::Concurrent => (
            "0x80072326",
            format!("Number of concurrent requests exceeded the limit of {concurrent}."),
        ),
    };
    told(
        SimError::new(StatusCode::TOO_MANY_REQUESTS, code, message),
        exceeded,
    )
}

/// The refusal of one request too many, without the time to wait.
pub(crate) fn too_many_requests(settings: &LimitSettings) -> SimError {
    SimError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "0x80072322",
        format!(
            "Number of requests exceeded the limit of {} over time window of {} seconds.",
            settings.requests, settings.window_seconds
        ),
    )
}

fn told(refusal: SimError, exceeded: &Exceeded) -> SimError {
    refusal.with_header("retry-after", exceeded.retry_after.to_string())
}

/// Seconds with two decimals and a comma between thousands: `1,200.00`.
pub(super) fn seconds(time: Duration) -> String {
    let hundredths = time.as_millis() / 10;
    let whole = u64::try_from(hundredths / 100).unwrap_or(u64::MAX);
    format!("{}.{:02}", grouped(whole), hundredths % 100)
}

/// A comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_written_with_a_thousands_comma() {
        assert_eq!(seconds(Duration::from_secs(1_200)), "1,200.00");
        assert_eq!(seconds(Duration::from_millis(999_999)), "999.99");
        assert_eq!(seconds(Duration::ZERO), "0.00");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
