//! JSON values to cells, checked against their column.
//!
//! Layer: write, pure. Types follow the OData library (a numeric text is accepted for a number, a number for a text is not),
//! limits follow Dataverse (reference §1.7, §11.3).

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::decimal::{Decimal, MAX_SCALE, MONEY_SCALE};
use crate::rows::storage::layout::Encoding;
use crate::rows::storage::moment::{parse_day, parse_moment};
use crate::schema::{Column, ColumnKind, DateTimeBehaviour, Table};

use super::errors;

/// A JSON value that is neither object nor array.
enum Scalar {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
}

/// The cell that a JSON value stands for in a column.
///
/// # Errors
/// 400 with the service's own code and sentence for a wrong type, a length or a range that is exceeded.
pub fn cell(table: &Table, column: &Column, raw: &RawValue) -> Result<Cell, SimError> {
    let checker = Checker { table, column };
    if matches!(column.kind, ColumnKind::ManagedProperty) {
        return checker.managed(raw);
    }
    let scalar = match raw.get().as_bytes().first() {
        Some(b'{') => return Err(errors::not_primitive(table, "StartObject")),
        Some(b'[') => return Err(errors::not_primitive(table, "StartArray")),
        Some(b'"') => Scalar::Text(
            serde_json::from_str(raw.get()).map_err(|error| errors::not_json(table, error))?,
        ),
        Some(b't') => Scalar::Boolean(true),
        Some(b'f') => Scalar::Boolean(false),
        Some(b'n') => Scalar::Null,
        _ => Scalar::Number(raw.get().to_owned()),
    };
    if matches!(scalar, Scalar::Null) {
        return Ok(Cell::Null);
    }
    match &column.kind {
        ColumnKind::String { max_length, .. } | ColumnKind::Memo { max_length, .. } => {
            checker.text(scalar, *max_length)
        }
        ColumnKind::EntityName => checker.text(scalar, 64),
        ColumnKind::Uniqueidentifier => checker.guid(scalar),
        ColumnKind::Boolean { .. } => checker.boolean(scalar),
        ColumnKind::Integer { min, max, .. } => checker.whole(scalar, *min, *max),
        ColumnKind::Choice { .. } | ColumnKind::State { .. } | ColumnKind::Status { .. } => {
            checker.option(scalar)
        }
        ColumnKind::MultiChoice { .. } => checker.options(scalar),
        ColumnKind::BigInt => checker.big(scalar),
        ColumnKind::Decimal {
            min,
            max,
            precision,
        } => checker.decimal(scalar, *min, *max, (*precision).min(MAX_SCALE)),
        ColumnKind::Money {
            min,
            max,
            precision,
            ..
        } => checker.decimal(scalar, *min, *max, (*precision).min(MONEY_SCALE)),
        ColumnKind::Double {
            min,
            max,
            precision,
        } => checker.double(scalar, *min, *max, *precision),
        ColumnKind::DateTime { behaviour, .. } => checker.date(scalar, *behaviour),
        ColumnKind::Image { .. } => checker.picture(scalar),
        ColumnKind::File { .. } => Err(errors::file_value(column)),
        ColumnKind::Lookup { .. } | ColumnKind::Customer { .. } | ColumnKind::Owner { .. } => {
            Err(errors::lookup_value())
        }
        ColumnKind::PartyList { .. } | ColumnKind::ManagedProperty | ColumnKind::Virtual => {
            Err(errors::unknown_property(table, &column.logical_name))
        }
    }
}

/// Whether a character can be kept: those of XML 1.0, in which the service passes texts on.
fn is_kept(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    }
}

struct Checker<'a> {
    table: &'a Table,
    column: &'a Column,
}

impl Checker<'_> {
    fn text(&self, scalar: Scalar, max: u32) -> Result<Cell, SimError> {
        let Scalar::Text(text) = scalar else {
            return Err(self.wrong(&scalar));
        };
        // The service counts as .NET does.
        let length = text.encode_utf16().count();
        if u32::try_from(length).map_or(true, |length| length > max) {
            return Err(errors::too_long(self.table, self.column, max));
        }
        if let Some(character) = text.chars().find(|character| !is_kept(*character)) {
            return Err(errors::invalid_character(self.column, character));
        }
        // Dataverse keeps no empty texts.
        Ok(if text.is_empty() {
            Cell::Null
        } else {
            Cell::Text(text)
        })
    }

    /// Base64 of a picture, which [`rules`](super::rules) turns into a thumbnail.
    fn picture(&self, scalar: Scalar) -> Result<Cell, SimError> {
        match scalar {
            Scalar::Text(text) if text.is_empty() => Ok(Cell::Null),
            Scalar::Text(text) => Ok(Cell::Text(text)),
            other => Err(self.wrong(&other)),
        }
    }

    fn guid(&self, scalar: Scalar) -> Result<Cell, SimError> {
        match &scalar {
            Scalar::Text(text) => Uuid::try_parse(text)
                .map(Cell::Guid)
                .map_err(|_| self.wrong(&scalar)),
            _ => Err(self.wrong(&scalar)),
        }
    }

    fn boolean(&self, scalar: Scalar) -> Result<Cell, SimError> {
        match &scalar {
            Scalar::Boolean(value) => Ok(Cell::Bool(*value)),
            Scalar::Text(text) if text == "true" => Ok(Cell::Bool(true)),
            Scalar::Text(text) if text == "false" => Ok(Cell::Bool(false)),
            _ => Err(self.wrong(&scalar)),
        }
    }

    /// `{"Value":true}`: what may be changed later is not kept.
    fn managed(&self, raw: &RawValue) -> Result<Cell, SimError> {
        #[derive(serde::Deserialize)]
        struct Managed {
            #[serde(rename = "Value")]
            value: bool,
        }
        let given: Option<Managed> =
            serde_json::from_str(raw.get()).map_err(|error| errors::not_json(self.table, error))?;
        Ok(given.map_or(Cell::Null, |given| Cell::Bool(given.value)))
    }

    fn whole(&self, scalar: Scalar, min: i32, max: i32) -> Result<Cell, SimError> {
        let number = self.int32(&scalar)?;
        if number < min || number > max {
            return Err(errors::out_of_range(
                self.table,
                self.column,
                &number.to_string(),
                true,
            ));
        }
        Ok(Cell::Integer(number.into()))
    }

    fn option(&self, scalar: Scalar) -> Result<Cell, SimError> {
        let number = self.int32(&scalar)?;
        match self
            .column
            .options()
            .is_some_and(|options| options.option(number).is_some())
        {
            true => Ok(Cell::Integer(number.into())),
            false => Err(errors::no_option(self.table, self.column, number)),
        }
    }

    /// `"1,3,7"`, kept in ascending order without repetition.
    fn options(&self, scalar: Scalar) -> Result<Cell, SimError> {
        let Scalar::Text(text) = &scalar else {
            return Err(self.wrong(&scalar));
        };
        let mut numbers = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let number: i32 = part.parse().map_err(|_| self.wrong(&scalar))?;
            if self
                .column
                .options()
                .is_none_or(|options| options.option(number).is_none())
            {
                return Err(errors::no_option(self.table, self.column, number));
            }
            numbers.push(number);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let text = numbers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        Ok(if text.is_empty() {
            Cell::Null
        } else {
            Cell::Text(text)
        })
    }

    fn big(&self, scalar: Scalar) -> Result<Cell, SimError> {
        self.digits(&scalar)
            .and_then(|text| text.parse().ok())
            .map(Cell::Integer)
            .ok_or_else(|| self.wrong(&scalar))
    }

    fn decimal(&self, scalar: Scalar, min: f64, max: f64, precision: u8) -> Result<Cell, SimError> {
        let text = self.digits(&scalar).ok_or_else(|| self.wrong(&scalar))?;
        let refused = || errors::out_of_range(self.table, self.column, text, false);
        if text.parse::<f64>().is_err() {
            return Err(self.wrong(&scalar));
        }
        let decimal = Decimal::parse(text).ok_or_else(refused)?;
        let value = decimal.approximate();
        let is_wide = matches!(Encoding::of(self.column), Some(Encoding::Wide(_)));
        let kept = decimal
            .rescaled(precision)
            .filter(|kept| is_wide || i64::try_from(kept.unscaled).is_ok());
        let kept = kept
            .filter(|_| value >= min && value <= max)
            .ok_or_else(refused)?;
        Ok(Cell::Decimal {
            unscaled: kept.unscaled,
            scale: kept.scale,
        })
    }

    fn double(&self, scalar: Scalar, min: f64, max: f64, precision: u8) -> Result<Cell, SimError> {
        let text = self.digits(&scalar).ok_or_else(|| self.wrong(&scalar))?;
        let value: f64 = text.parse().map_err(|_| self.wrong(&scalar))?;
        if !value.is_finite() || value < min || value > max {
            return Err(errors::out_of_range(self.table, self.column, text, false));
        }
        let factor = 10f64.powi(i32::from(precision));
        let rounded = (value * factor).round() / factor;
        Ok(Cell::Double(if rounded.is_finite() {
            rounded
        } else {
            value
        }))
    }

    fn date(&self, scalar: Scalar, behaviour: DateTimeBehaviour) -> Result<Cell, SimError> {
        let Scalar::Text(text) = &scalar else {
            return Err(self.wrong(&scalar));
        };
        let cell = match behaviour {
            DateTimeBehaviour::DateOnly => parse_day(text).map(Cell::Day),
            DateTimeBehaviour::UserLocal | DateTimeBehaviour::TimeZoneIndependent => {
                parse_moment(text).map(Cell::Moment)
            }
        };
        cell.ok_or_else(|| self.wrong(&scalar))
    }

    fn int32(&self, scalar: &Scalar) -> Result<i32, SimError> {
        self.digits(scalar)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| self.wrong(scalar))
    }

    /// The text of a number, or of a text that may be one.
    fn digits<'s>(&self, scalar: &'s Scalar) -> Option<&'s str> {
        match scalar {
            Scalar::Number(text) | Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    fn wrong(&self, scalar: &Scalar) -> SimError {
        let (literal, found) = match scalar {
            Scalar::Null => ("null", None),
            Scalar::Boolean(value) => (if *value { "True" } else { "False" }, Some("Edm.Boolean")),
            Scalar::Number(text) if text.parse::<i32>().is_ok() => {
                (text.as_str(), Some("Edm.Int32"))
            }
            Scalar::Number(text) => (text.as_str(), Some("Edm.Decimal")),
            Scalar::Text(text) => (text.as_str(), None),
        };
        errors::wrong_type(self.table, literal, self.column.edm_type(), found)
    }
}

#[cfg(test)]
#[path = "coerce_tests.rs"]
mod tests;
