//! Time zones by their Windows names, which are the ones flows have. Part of [`super`].
//!
//! The rules come with the program instead of from the machine: the same flow has to give the same times everywhere.

use std::str::FromStr;

use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use windows_timezones::WindowsTimezone;

use super::moment::Moment;
use crate::fault::{Raise, Raised};

/// The zone of a name.
fn zone(name: &str) -> Raised<TimeZone> {
    let windows = WindowsTimezone::from_str(name).map_err(|_| {
        let hint = match name.contains('/') {
            true => ": flows name zones as Windows does, such as 'W. Europe Standard Time'",
            false => "; names are those of Windows, such as 'W. Europe Standard Time' or 'UTC'",
        };
        Raise::value(format!("there is no time zone '{name}'{hint}"))
    })?;
    TimeZoneDatabase::bundled()
        .get(windows.tzdb_id())
        .map_err(|error| {
            Raise::value(format!(
                "the rules of the time zone '{name}' are not known: {error}"
            ))
        })
}

/// The time of day in a zone. A moment without a zone counts as UTC; the result has none.
pub(crate) fn from_utc(moment: Moment, name: &str) -> Raised<Moment> {
    let zone = zone(name)?;
    let instant = moment
        .time
        .to_zoned(TimeZone::UTC)
        .map_err(|_| beyond())?
        .timestamp();
    Moment::new(zone.to_datetime(instant), false).ok_or_else(beyond)
}

/// The moment in UTC of a time of day in a zone. A time that occurs twice is the later one, as on the service.
pub(crate) fn to_utc(moment: Moment, name: &str) -> Raised<Moment> {
    let is_utc = name == "UTC";
    if moment.is_utc && !is_utc {
        return Err(Raise::value(format!(
            "the time is in UTC already, since it ends in Z or has an offset, and cannot be one of '{name}'"
        )));
    }
    let ambiguous = zone(name)?.to_ambiguous_timestamp(moment.time);
    if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
        let time = moment.time;
        return Err(Raise::value(format!(
            "{time} does not exist in '{name}': clocks are put forward over it"
        )));
    }
    let instant = ambiguous.later().map_err(|_| beyond())?;
    Moment::new(TimeZone::UTC.to_datetime(instant), true).ok_or_else(beyond)
}

fn beyond() -> Box<Raise> {
    Raise::value("the result lies outside of the years 1 to 9999")
}
