//! `RecurrencePattern`: how long until a job runs again.
//!
//! Layer: operations, pure. The pattern is a piece of iCalendar; days and weeks are what bulk deletion uses.

use time::Duration;

use crate::http::SimError;

/// The time between two runs; `None` for a job that runs once.
///
/// # Errors
/// 400 for a pattern that is none or is none of ours.
pub(super) fn interval(pattern: &str) -> Result<Option<Duration>, SimError> {
    if pattern.trim().is_empty() {
        return Ok(None);
    }
    let mut days = None;
    let mut times = Some(1);
    for part in pattern.split(';').filter(|part| !part.trim().is_empty()) {
        match part.trim().split_once('=') {
            Some(("FREQ", "DAILY")) => days = Some(1),
            Some(("FREQ", "WEEKLY")) => days = Some(7),
            Some(("INTERVAL", count)) => {
                times = count
                    .parse::<i64>()
                    .ok()
                    .filter(|count| (1..=36_500).contains(count));
            }
            // When within a day does not matter to an interval.
            Some(("BYHOUR" | "BYMINUTE" | "BYSECOND", _)) => {}
            _ => return Err(refused(pattern)),
        }
    }
    match (days, times) {
        (Some(days), Some(times)) => Ok(Some(Duration::days(days * times))),
        _ => Err(refused(pattern)),
    }
}

fn refused(pattern: &str) -> SimError {
    SimError::invalid_argument(format!("The recurrence pattern '{pattern}' is not valid."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_recur_and_the_rest_is_refused() {
        assert_eq!(interval("").unwrap(), None);
        assert_eq!(
            interval("FREQ=DAILY;INTERVAL=7").unwrap(),
            Some(Duration::days(7))
        );
        assert_eq!(interval("FREQ=WEEKLY;").unwrap(), Some(Duration::days(7)));
        for wrong in [
            "FREQ=SOMETIMES",
            "INTERVAL=2",
            "FREQ=DAILY;INTERVAL=0",
            "daily",
        ] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }
}
