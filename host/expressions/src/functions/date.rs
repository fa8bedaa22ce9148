//! Reading, writing and taking apart dates. Part of [`super`].

use jiff::civil::Time;

use super::Arguments;
use crate::dates::{self, Moment};
use crate::environment::Datum;
use crate::fault::Raised;

pub(super) fn format_date_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (moment, locale) = (arguments.moment(0)?, arguments.locale(2)?);
    let pattern = if arguments.has(1) {
        arguments.text(1)?
    } else {
        dates::ROUND_TRIP
    };
    Ok(dates::format(moment, pattern, &locale)
        .map_err(|raise| arguments.at(1, raise))?
        .into())
}

pub(super) fn parse_date_time<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let (text, locale) = (arguments.text(0)?, arguments.locale(1)?);
    let read = match arguments.has(2) {
        true => dates::exact(text, arguments.text(2)?, &locale),
        false => dates::read(text, &locale),
    };
    let moment = read.map_err(|raise| arguments.at(0, raise))?;
    Ok(dates::format(moment, dates::ROUND_TRIP, &locale)?.into())
}

fn start<'c>(arguments: &Arguments<'_, 'c>, of: fn(Moment) -> Moment) -> Raised<Datum<'c>> {
    arguments.formatted(of(arguments.moment(0)?), 1)
}

pub(super) fn start_of_day<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    start(arguments, |moment| Moment {
        time: moment.time.date().to_datetime(Time::midnight()),
        ..moment
    })
}

pub(super) fn start_of_hour<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    start(arguments, |moment| {
        let hour = Time::new(moment.time.hour(), 0, 0, 0).unwrap_or(Time::midnight());
        Moment {
            time: moment.time.date().to_datetime(hour),
            ..moment
        }
    })
}

pub(super) fn start_of_month<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    start(arguments, |moment| Moment {
        time: moment
            .time
            .date()
            .first_of_month()
            .to_datetime(Time::midnight()),
        ..moment
    })
}

pub(super) fn day_of_week<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments
        .moment(0)?
        .time
        .weekday()
        .to_sunday_zero_offset()
        .into())
}

pub(super) fn day_of_month<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.moment(0)?.time.day().into())
}

pub(super) fn day_of_year<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.moment(0)?.time.day_of_year().into())
}

pub(super) fn ticks<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(arguments.moment(0)?.ticks().into())
}

pub(super) fn date_difference<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    Ok(dates::difference(arguments.moment(0)?, arguments.moment(1)?).into())
}
