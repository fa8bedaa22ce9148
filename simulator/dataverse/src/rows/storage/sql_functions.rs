//! What SQLite must learn to compute as SQL Server does: a collation beyond ASCII, its `LIKE`, and decimals that no integer
//! of SQLite holds.
//!
//! Layer: storage.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};

use super::decimal::{Decimal, from_ordered};
use super::encoding::wide;
use super::like::{Pattern, fold};

/// Name of the function `matches(value, pattern)`.
pub const LIKE: &str = "dataverse_like";

/// Name of the function `rescaled(value, from, to, is wide)`: a decimal in the form and with the digits of another column.
pub const RESCALE: &str = "dataverse_rescale";
/// Name of the sum of wide decimals.
pub const WIDE_SUM: &str = "dataverse_wide_sum";
/// Name of their average.
pub const WIDE_AVERAGE: &str = "dataverse_wide_average";

/// Teaches a connection.
///
/// The built-in `NOCASE` knows only ASCII; replacing it under the same name keeps the file readable by other tools.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation(c"NOCASE", compare)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(RESCALE, 4, flags, |context| {
        let (from, to, is_wide) = (context.get(1)?, context.get(2)?, context.get(3)?);
        Ok(rescaled(context.get_raw(0), from, to, is_wide))
    })?;
    connection.create_aggregate_function(WIDE_SUM, 1, flags, Total { is_average: false })?;
    connection.create_aggregate_function(WIDE_AVERAGE, 1, flags, Total { is_average: true })?;
    connection.create_scalar_function(LIKE, 2, flags, |context| {
        let pattern = context.get_or_create_aux(1, |pattern| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync + 'static>>(Pattern::new(
                pattern.as_str()?,
            ))
        })?;
        Ok(context
            .get_raw(0)
            .as_str_or_null()
            .ok()
            .flatten()
            .map(|text| pattern.fits(text)))
    })
}

fn rescaled(value: ValueRef<'_>, from: u8, to: u8, is_wide: bool) -> Value {
    let unscaled = match value {
        ValueRef::Integer(number) => Some(number.into()),
        ValueRef::Blob(bytes) => from_ordered(bytes),
        _ => None,
    };
    let decimal = unscaled.map(|unscaled| Decimal {
        unscaled,
        scale: from,
    });
    match decimal.and_then(|decimal| decimal.rescaled(to)) {
        None => Value::Null,
        Some(decimal) if is_wide => wide(decimal.unscaled),
        Some(decimal) => i64::try_from(decimal.unscaled).map_or(Value::Null, Value::Integer),
    }
}

/// The sum of wide decimals, or their average.
struct Total {
    is_average: bool,
}

impl Aggregate<(i128, i128), Value> for Total {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<(i128, i128)> {
        Ok((0, 0))
    }

    fn step(
        &self,
        context: &mut Context<'_>,
        (sum, count): &mut (i128, i128),
    ) -> rusqlite::Result<()> {
        if let ValueRef::Blob(bytes) = context.get_raw(0) {
            *sum = sum.saturating_add(from_ordered(bytes).unwrap_or_default());
            *count += 1;
        }
        Ok(())
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        totals: Option<(i128, i128)>,
    ) -> rusqlite::Result<Value> {
        let (sum, count) = totals.unwrap_or_default();
        Ok(match (self.is_average, count) {
            (true, 0) => Value::Null,
            (true, count) => wide(sum / count),
            (false, _) => wide(sum),
        })
    }
}

/// Compares two texts without regard to case.
pub fn compare(left: &str, right: &str) -> Ordering {
    let shared = left.bytes().zip(right.bytes());
    for (a, b) in shared {
        if !a.is_ascii() || !b.is_ascii() {
            return left.chars().map(fold).cmp(right.chars().map(fold));
        }
        match a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    left.len().cmp(&right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_have_no_case_either() {
        assert_eq!(compare("Éclair", "éCLAIR"), Ordering::Equal);
        assert_eq!(compare("abc", "ABCD"), Ordering::Less);
        assert_eq!(compare("b", "A"), Ordering::Greater);
    }
}
