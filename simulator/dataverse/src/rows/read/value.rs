//! One value of a record, and what stands beside it for people.
//!
//! Layer: read, pure.

use rusqlite::{Row, types::ValueRef};

use crate::rows::StoreError;
use crate::rows::storage::{
    decimal::{from_ordered, write_fixed},
    encoding::as_guid,
    moment::{from_day_number, from_second, write_day, write_moment},
};

use super::formatted;
use super::json;
use super::node::{Extra, ExtraValue, Show};

/// Writes a value that is not null.
pub fn write_value(show: Show, value: ValueRef<'_>, out: &mut Vec<u8>) {
    match (show, value) {
        (Show::Guid, value) => json::guid(out, as_guid(value).unwrap_or_default()),
        (Show::Text, ValueRef::Text(text)) => json::value(out, &*String::from_utf8_lossy(text)),
        (Show::Integer, ValueRef::Integer(number)) => json::value(out, &number),
        (Show::Boolean, ValueRef::Integer(number)) => json::value(out, &(number != 0)),
        (Show::Managed(name), ValueRef::Integer(number)) => {
            out.extend_from_slice(b"{\"Value\":");
            json::value(out, &(number != 0));
            out.extend_from_slice(b",\"CanBeChanged\":true,\"ManagedPropertyLogicalName\":");
            json::value(out, name);
            out.push(b'}');
        }
        (Show::Fixed { stored, shown }, ValueRef::Integer(number)) => {
            write_fixed(out, number.into(), stored, shown)
        }
        (Show::Fixed { stored, shown }, ValueRef::Blob(bytes)) => {
            write_fixed(out, from_ordered(bytes).unwrap_or_default(), stored, shown)
        }
        (Show::Double, ValueRef::Real(number)) => json::value(out, &number),
        (Show::Moment, ValueRef::Integer(second)) => {
            out.push(b'"');
            write_moment(out, second);
            out.push(b'"');
        }
        (Show::Day, ValueRef::Integer(number)) => {
            out.push(b'"');
            write_day(out, from_day_number(number));
            out.push(b'"');
        }
        _ => out.extend_from_slice(b"null"),
    }
}

pub(super) fn write_extra(
    extra: &Extra,
    value: ValueRef<'_>,
    row: &Row<'_>,
    out: &mut Vec<u8>,
) -> Result<(), StoreError> {
    if let Some(text) = extra_text(&extra.value, value, row)? {
        out.push(b',');
        out.extend_from_slice(&extra.key);
        json::value(out, &text);
    }
    Ok(())
}

/// The text of an annotation, `None` when there is nothing to say.
pub fn extra_text(
    extra: &ExtraValue,
    value: ValueRef<'_>,
    row: &Row<'_>,
) -> Result<Option<String>, StoreError> {
    let text_at = |slot: usize| -> Result<Option<String>, StoreError> {
        Ok(row
            .get_ref(slot)?
            .as_str_or_null()
            .ok()
            .flatten()
            .map(str::to_owned))
    };
    Ok(match (extra, value) {
        (ExtraValue::Label(options), ValueRef::Integer(number)) => i32::try_from(number)
            .ok()
            .and_then(|number| options.label(number))
            .map(str::to_owned),
        (ExtraValue::Labels(options), ValueRef::Text(text)) => {
            let labels = std::str::from_utf8(text)
                .unwrap_or_default()
                .split(',')
                .map(|number| {
                    number
                        .trim()
                        .parse()
                        .ok()
                        .and_then(|number| options.label(number))
                        .unwrap_or(number)
                });
            Some(labels.collect::<Vec<_>>().join("; "))
        }
        (ExtraValue::YesNo(yes, no), ValueRef::Integer(number)) => {
            Some(if number != 0 { yes } else { no }.clone())
        }
        (ExtraValue::Whole, ValueRef::Integer(number)) => Some(formatted::whole(number)),
        (ExtraValue::Decimal(scale, precision), ValueRef::Integer(number)) => {
            Some(formatted::decimal(number.into(), *scale, *precision))
        }
        (ExtraValue::Decimal(scale, precision), ValueRef::Blob(bytes)) => {
            from_ordered(bytes).map(|number| formatted::decimal(number, *scale, *precision))
        }
        (ExtraValue::Double(precision), ValueRef::Real(number)) => {
            Some(formatted::double(number, *precision))
        }
        (ExtraValue::Money(precision, symbol), ValueRef::Integer(number)) => {
            let symbol = text_at(*symbol)?.unwrap_or_default();
            Some(formatted::money(
                number,
                crate::rows::storage::decimal::MONEY_SCALE,
                *precision,
                &symbol,
            ))
        }
        (ExtraValue::Moment, ValueRef::Integer(second)) => {
            Some(formatted::moment(from_second(second)))
        }
        (ExtraValue::MomentDay, ValueRef::Integer(second)) => {
            Some(formatted::day(from_second(second).date()))
        }
        (ExtraValue::Day, ValueRef::Integer(number)) => {
            Some(formatted::day(from_day_number(number)))
        }
        (ExtraValue::Slot(slot), _) => text_at(*slot)?,
        (ExtraValue::Fixed(text), _) => Some(text.clone()),
        (ExtraValue::ByTable(slot, names), _) => {
            let table = text_at(*slot)?;
            table.and_then(|table| {
                names
                    .iter()
                    .find(|(name, _)| *name == table)
                    .map(|(_, text)| text.clone())
            })
        }
        _ => None,
    })
}
