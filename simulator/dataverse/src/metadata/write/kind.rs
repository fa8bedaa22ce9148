//! The type of a column with its limits: what a request gives, within what the service allows, over what it takes for
//! granted.

use super::body::Body;
use super::errors::unknown_word;
use super::place::Place;
use super::{choice, errors, option};
use crate::http::SimError;
use crate::schema::definition::MONEY_LIMIT;
use crate::schema::{
    ColumnKind, DateTimeBehaviour, DateTimeFormat, IntegerFormat, PrecisionSource, TextFormat,
};

/// Longest single line, and longest text.
const MAX_TEXT: i64 = 4_000;
const MAX_MEMO: i64 = 1_048_576;
/// Largest decimal either way.
const DECIMAL_LIMIT: f64 = 100_000_000_000.0;
/// Largest picture and file by default and at most, in kilobytes.
const IMAGE_KILOBYTES: (u32, i64) = (10_240, 30_720);
const FILE_KILOBYTES: (u32, i64) = (32_768, 10_485_760);

/// The type a new column is to have, without `AttributeMetadata`: the OData type decides, then the type names.
pub(super) fn type_name(body: Body<'_>) -> Result<String, SimError> {
    let name = match body.type_name()? {
        Some(name) => name
            .strip_suffix("AttributeMetadata")
            .map(|name| name.strip_prefix("Complex").unwrap_or(name).to_owned()),
        None => match body.wrapped("AttributeTypeName")? {
            Some(name) => name.strip_suffix("Type").map(str::to_owned),
            None => body.text("AttributeType")?.map(str::to_owned),
        },
    };
    name.filter(|name| !name.is_empty())
        .ok_or_else(|| errors::missing("@odata.type"))
}

/// The type of a new column.
pub(super) fn create(body: Body<'_>, place: &Place<'_>) -> Result<ColumnKind, SimError> {
    let name = type_name(body)?;
    let mut kind = match name.as_str() {
        "String" => ColumnKind::String {
            max_length: 100,
            format: TextFormat::Text,
        },
        "Memo" => ColumnKind::Memo {
            max_length: 2_000,
            format: TextFormat::TextArea,
        },
        "Integer" => ColumnKind::Integer {
            min: i32::MIN,
            max: i32::MAX,
            format: IntegerFormat::None,
        },
        "BigInt" => ColumnKind::BigInt,
        "Decimal" => ColumnKind::Decimal {
            min: -DECIMAL_LIMIT,
            max: DECIMAL_LIMIT,
            precision: 2,
        },
        "Double" => ColumnKind::Double {
            min: -DECIMAL_LIMIT,
            max: DECIMAL_LIMIT,
            precision: 2,
        },
        "Money" => ColumnKind::Money {
            min: -MONEY_LIMIT,
            max: MONEY_LIMIT,
            precision: 2,
            precision_source: PrecisionSource::Currency,
            base_of: None,
        },
        "Boolean" => {
            let (true_label, false_label) = option::yes_no(body)?;
            ColumnKind::Boolean {
                true_label,
                false_label,
                default: false,
            }
        }
        "Picklist" => ColumnKind::Choice {
            options: choice::of_column(body, place)?,
            default: None,
        },
        "MultiSelectPicklist" => ColumnKind::MultiChoice {
            options: choice::of_column(body, place)?,
        },
        "DateTime" => ColumnKind::DateTime {
            behaviour: DateTimeBehaviour::UserLocal,
            format: DateTimeFormat::DateAndTime,
        },
        "UniqueIdentifier" | "Uniqueidentifier" => ColumnKind::Uniqueidentifier,
        "EntityName" => ColumnKind::EntityName,
        "Image" => ColumnKind::Image {
            max_kilobytes: IMAGE_KILOBYTES.0,
            is_primary: false,
            can_store_full: false,
        },
        "File" => ColumnKind::File {
            max_kilobytes: FILE_KILOBYTES.0,
        },
        "Lookup" | "Customer" | "Owner" => return Err(errors::lookup_needs_relationship()),
        other => {
            return Err(SimError::invalid_argument(format!(
                "The attribute type {other} is not valid for a new attribute."
            )));
        }
    };
    limit(&mut kind, body)?;
    Ok(kind)
}

/// Puts the limits of a request over those of a column, and leaves what the request does not mention.
pub(super) fn limit(kind: &mut ColumnKind, body: Body<'_>) -> Result<(), SimError> {
    match kind {
        ColumnKind::String { max_length, format } => {
            set(max_length, body.bounded("MaxLength", 1, MAX_TEXT)?);
            set_text_format(format, body)?;
        }
        ColumnKind::Memo { max_length, format } => {
            set(max_length, body.bounded("MaxLength", 1, MAX_MEMO)?);
            set_text_format(format, body)?;
        }
        ColumnKind::Integer { min, max, format } => {
            let bounds = (i64::from(i32::MIN), i64::from(i32::MAX));
            set(min, body.bounded("MinValue", bounds.0, bounds.1)?);
            set(max, body.bounded("MaxValue", bounds.0, bounds.1)?);
            ordered(f64::from(*min), f64::from(*max))?;
            if let Some(name) = body.text("Format")? {
                *format = integer_format(name)?;
            }
        }
        ColumnKind::Decimal {
            min,
            max,
            precision,
        } => numbers(body, min, max, DECIMAL_LIMIT, Some((precision, 10)))?,
        ColumnKind::Double {
            min,
            max,
            precision,
        } => numbers(body, min, max, DECIMAL_LIMIT, Some((precision, 5)))?,
        ColumnKind::Money {
            min,
            max,
            precision,
            precision_source,
            ..
        } => {
            // The greatest amounts do not survive the way through a double unharmed; a hair more is still the limit.
            numbers(body, min, max, MONEY_LIMIT + 1.0, Some((precision, 4)))?;
            match body.bounded("PrecisionSource", 0, 2)? {
                Some(0) => *precision_source = PrecisionSource::Column,
                Some(1) => *precision_source = PrecisionSource::Pricing,
                Some(_) => *precision_source = PrecisionSource::Currency,
                None => {}
            }
        }
        ColumnKind::Boolean { default, .. } => {
            *default = body.flag("DefaultValue")?.unwrap_or(*default);
        }
        ColumnKind::Choice { options, default } => {
            if let Some(value) = option::value(body, "DefaultFormValue")? {
                // -1 says that nothing is chosen by default.
                if value != -1 && options.option(value).is_none() {
                    return Err(errors::no_such_value(value.into(), "DefaultFormValue"));
                }
                *default = (value != -1).then_some(value);
            }
        }
        ColumnKind::DateTime { behaviour, format } => {
            if let Some(name) = body.wrapped("DateTimeBehavior")? {
                *behaviour = date_time_behaviour(name)?;
            }
            match body.text("Format")? {
                Some("DateOnly") => *format = DateTimeFormat::DateOnly,
                Some("DateAndTime") => *format = DateTimeFormat::DateAndTime,
                Some(other) => return Err(unknown_word("DateTimeFormat", other)),
                None if *behaviour == DateTimeBehaviour::DateOnly => {
                    *format = DateTimeFormat::DateOnly;
                }
                None => {}
            }
            if *behaviour == DateTimeBehaviour::DateOnly && *format == DateTimeFormat::DateAndTime {
                return Err(SimError::invalid_argument(
                    "The DateAndTime format is not valid for the DateOnly behavior.",
                ));
            }
        }
        ColumnKind::Image {
            max_kilobytes,
            is_primary,
            can_store_full,
        } => {
            set(
                max_kilobytes,
                body.bounded("MaxSizeInKB", 1, IMAGE_KILOBYTES.1)?,
            );
            *is_primary = body.flag("IsPrimaryImage")?.unwrap_or(*is_primary);
            *can_store_full = body.flag("CanStoreFullImage")?.unwrap_or(*can_store_full);
        }
        ColumnKind::File { max_kilobytes } => {
            set(
                max_kilobytes,
                body.bounded("MaxSizeInKB", 1, FILE_KILOBYTES.1)?,
            );
        }
        _ => {}
    }
    Ok(())
}

/// Takes a number over that its bounds made fit.
fn set<T: TryFrom<i64>>(limit: &mut T, given: Option<i64>) {
    if let Some(given) = given.and_then(|given| T::try_from(given).ok()) {
        *limit = given;
    }
}

fn numbers(
    body: Body<'_>,
    min: &mut f64,
    max: &mut f64,
    limit: f64,
    precision: Option<(&mut u8, i64)>,
) -> Result<(), SimError> {
    for (name, value) in [("MinValue", &mut *min), ("MaxValue", &mut *max)] {
        match body.number(name)? {
            Some(number) if number.abs() > limit => {
                let (least, most) = ((-limit).to_string(), limit.to_string());
                return Err(errors::out_of_bounds(name, &least, &most));
            }
            Some(number) => *value = number,
            None => {}
        }
    }
    ordered(*min, *max)?;
    if let Some((digits, most)) = precision {
        set(digits, body.bounded("Precision", 0, most)?);
    }
    Ok(())
}

fn ordered(min: f64, max: f64) -> Result<(), SimError> {
    if min > max {
        return Err(SimError::invalid_argument(
            "Invalid MinValue and MaxValue. Min Value must be less than Max Value.",
        ));
    }
    Ok(())
}

fn set_text_format(format: &mut TextFormat, body: Body<'_>) -> Result<(), SimError> {
    let name = match body.wrapped("FormatName")? {
        Some(name) => name,
        None => match body.text("Format")? {
            Some(name) => name,
            None => return Ok(()),
        },
    };
    *format = match name {
        "Text" => TextFormat::Text,
        "TextArea" => TextFormat::TextArea,
        "Email" => TextFormat::Email,
        "Url" => TextFormat::Url,
        "Phone" => TextFormat::Phone,
        "TickerSymbol" => TextFormat::TickerSymbol,
        "PhoneticGuide" => TextFormat::PhoneticGuide,
        "Json" => TextFormat::Json,
        "RichText" => TextFormat::RichText,
        "VersionNumber" => TextFormat::VersionNumber,
        other => return Err(unknown_word("StringFormatName", other)),
    };
    Ok(())
}

fn integer_format(name: &str) -> Result<IntegerFormat, SimError> {
    Ok(match name {
        "None" => IntegerFormat::None,
        "Duration" => IntegerFormat::Duration,
        "TimeZone" => IntegerFormat::TimeZone,
        "Language" => IntegerFormat::Language,
        "Locale" => IntegerFormat::Locale,
        other => return Err(unknown_word("IntegerFormat", other)),
    })
}

fn date_time_behaviour(name: &str) -> Result<DateTimeBehaviour, SimError> {
    Ok(match name {
        "UserLocal" => DateTimeBehaviour::UserLocal,
        "DateOnly" => DateTimeBehaviour::DateOnly,
        "TimeZoneIndependent" => DateTimeBehaviour::TimeZoneIndependent,
        other => return Err(unknown_word("DateTimeBehavior", other)),
    })
}
