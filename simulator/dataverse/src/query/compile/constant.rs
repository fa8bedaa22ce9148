//! Constants of a query as values of the column they are compared with.
//!
//! Layer: query, pure. The type names are those of the entity data model, as the service's messages use them.

use rusqlite::types::Value;
use uuid::Uuid;

use crate::http::SimError;
use crate::query::ast::{Comparison, Literal};
use crate::rows::storage::{
    decimal::{Decimal, to_ordered},
    encoding::guid,
    layout::Encoding,
    moment::{day_number, parse_day, parse_moment},
};

use super::Property;

/// The type of a constant, as the service's messages name it.
fn literal_type(literal: &Literal) -> &'static str {
    match literal {
        Literal::Null => "Edm.Null",
        Literal::Boolean(_) => "Edm.Boolean",
        Literal::Guid(_) => "Edm.Guid",
        Literal::Text(_) | Literal::Json(_) | Literal::Enumeration(..) => "Edm.String",
        Literal::Moment(text) if parse_day(text).is_some() => "Edm.Date",
        Literal::Moment(_) => "Edm.DateTimeOffset",
        Literal::Number(text) if text.parse::<i32>().is_ok() => "Edm.Int32",
        Literal::Number(text) if text.parse::<i64>().is_ok() => "Edm.Int64",
        Literal::Number(_) => "Edm.Double",
    }
}

/// The refusal to compare two types.
pub(super) fn incompatible(left: &str, right: &str, comparison: Comparison) -> SimError {
    SimError::bad_url(format!(
        "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator \
         kind '{}'.",
        comparison.name()
    ))
}

/// The value of a constant that is compared with a property. Nulls are the caller's business.
pub(super) fn value(
    property: &Property<'_>,
    literal: &Literal,
    comparison: Comparison,
) -> Result<Value, SimError> {
    let refused = || {
        incompatible(
            property.column.edm_type(),
            literal_type(literal),
            comparison,
        )
    };
    if property.is_navigation {
        return Err(incompatible(
            &format!(
                "Microsoft.Dynamics.CRM.{}",
                property.column.targets().first().map_or("", String::as_str)
            ),
            literal_type(literal),
            comparison,
        ));
    }
    match (property.encoding, literal) {
        (Encoding::Guid | Encoding::Reference { .. }, Literal::Guid(id)) => Ok(guid(*id)),
        // The real service tolerates quotes around a GUID (reference §1.6).
        (Encoding::Guid | Encoding::Reference { .. }, Literal::Text(text)) => {
            Uuid::try_parse(text).map(guid).map_err(|_| refused())
        }
        (Encoding::Text, Literal::Text(text)) => Ok(Value::Text(text.clone())),
        (
            Encoding::Integer | Encoding::Scaled(_) | Encoding::Wide(_) | Encoding::Double,
            Literal::Number(text),
        ) => number(property.encoding, text).ok_or_else(refused),
        (Encoding::Boolean, Literal::Boolean(value)) => Ok(Value::Integer(i64::from(*value))),
        (Encoding::Day, Literal::Moment(text)) => parse_day(text)
            .map(|day| Value::Integer(day_number(day)))
            .ok_or_else(refused),
        (Encoding::Moment, Literal::Moment(text)) => match parse_moment(text) {
            Some(moment) => Ok(Value::Integer(moment.unix_timestamp())),
            None => Err(SimError::bad_url(format!(
                "Unrecognized 'Edm.DateTimeOffset' literal '{text}'."
            ))),
        },
        _ => Err(refused()),
    }
}

/// The value that a text stands for in a Dataverse function, which takes texts for every type. `None` when it is none.
pub fn loose_value(encoding: Encoding, text: &str) -> Option<Value> {
    match encoding {
        Encoding::Guid | Encoding::Reference { .. } => Uuid::try_parse(text).ok().map(guid),
        Encoding::Text => Some(Value::Text(text.to_owned())),
        Encoding::Integer | Encoding::Scaled(_) | Encoding::Wide(_) | Encoding::Double => {
            number(encoding, text)
        }
        Encoding::Boolean => match text {
            "true" | "True" | "1" => Some(Value::Integer(1)),
            "false" | "False" | "0" => Some(Value::Integer(0)),
            _ => None,
        },
        Encoding::Moment => {
            parse_moment(text).map(|moment| Value::Integer(moment.unix_timestamp()))
        }
        Encoding::Day => parse_moment(text).map(|moment| Value::Integer(day_number(moment.date()))),
    }
}

/// A number as the column keeps it; one that falls between two keepable values becomes a fraction, which equals neither.
fn number(encoding: Encoding, text: &str) -> Option<Value> {
    let scale = match encoding {
        Encoding::Scaled(scale) | Encoding::Wide(scale) => scale,
        Encoding::Double => {
            return text
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
                .map(Value::Real);
        }
        _ => 0,
    };
    // Suffixes of older protocol versions: `5M`, `5L`.
    let text = text.trim_end_matches(['m', 'M', 'l', 'L', 'd', 'D', 'f', 'F']);
    let decimal = Decimal::parse(text)?;
    let kept = decimal.rescaled(scale)?;
    let exact =
        kept.rescaled(decimal.scale.max(scale)) == decimal.rescaled(decimal.scale.max(scale));
    if let Encoding::Wide(_) = encoding {
        return Some(Value::Blob(beside(kept.unscaled, decimal, scale, exact)));
    }
    match i64::try_from(kept.unscaled) {
        Ok(kept) if exact => Some(Value::Integer(kept)),
        _ => Some(Value::Real(
            decimal.approximate() * 10f64.powi(i32::from(scale)),
        )),
    }
}

/// The bytes of a wide number; for one that falls between two keepable ones the bytes of the lower with one more, which
/// sort between both.
fn beside(kept: i128, decimal: Decimal, scale: u8, exact: bool) -> Vec<u8> {
    let mut bytes = to_ordered(kept).to_vec();
    if !exact {
        let finer = 10i128.pow(u32::from(decimal.scale.saturating_sub(scale).min(36)));
        bytes = to_ordered(decimal.unscaled.div_euclid(finer)).to_vec();
        bytes.push(1);
    }
    bytes
}
