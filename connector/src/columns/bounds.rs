//! What a column's own settings allow of a value that has its type: length, lines, range, places.

use airlock_connector::{Error, Transport};
use serde_json::Value;

use super::row::Writer;
use crate::tables::{Bound, Column};

impl<T: Transport> Writer<'_, T> {
    /// Refuses what the column's settings do not allow, and notes what the service will round.
    pub(super) async fn within(
        &self,
        column: &Column,
        value: &Value,
        place: &str,
    ) -> Result<(), Error> {
        let client = self.organisation.client;
        let catalog = self.organisation.catalog;
        let bounds = catalog
            .bounds(client, self.table, &column.kind, self.freshness)
            .await?;
        let Some(bound) = bounds.get(&column.name) else {
            return Ok(());
        };
        if let Some(fault) = fault(bound, value) {
            // The column may hold more by now.
            self.stale.set(true);
            return Err(Error::invalid(place, fault));
        }
        if let Some(places) = rounded_to(bound, value) {
            self.notes.borrow_mut().push(format!(
                "{}: {value} has more places than the {places} that the column keeps, so the service rounds it",
                column.name
            ));
        }
        Ok(())
    }
}

/// What is wrong with a value under a bound.
fn fault(bound: &Bound, value: &Value) -> Option<String> {
    match (bound, value) {
        (Bound::Length { most, one_line }, Value::String(text)) => {
            let length = text.encode_utf16().count();
            if length > *most as usize {
                return Some(format!(
                    "the text has {length} characters, and the column holds {most}"
                ));
            }
            (*one_line && text.contains(['\n', '\r'])).then(|| {
                "the text has a line break, and the column holds one line: write it without, or into a column of many lines".to_owned()
            })
        }
        (Bound::Range { least, most, .. }, Value::Number(number)) => {
            let beyond = number
                .as_f64()
                .is_some_and(|number| number < *least || number > *most);
            beyond.then(|| {
                format!("{number} is outside of {least} to {most}, which this column holds")
            })
        }
        _ => None,
    }
}

/// The places that the column keeps, where the value has more.
fn rounded_to(bound: &Bound, value: &Value) -> Option<u8> {
    let (Bound::Range { places, .. }, Value::Number(number)) = (bound, value) else {
        return None;
    };
    let text = number.to_string();
    let (_, behind) = text.split_once('.')?;
    let given = behind.trim_end_matches('0').len();
    places.filter(|places| given > usize::from(*places))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINE: Bound = Bound::Length {
        most: 5,
        one_line: true,
    };
    const AREA: Bound = Bound::Length {
        most: 5,
        one_line: false,
    };
    const AMOUNT: Bound = Bound::Range {
        least: 0.0,
        most: 1_000_000_000_000.0,
        places: Some(2),
    };

    #[test]
    fn what_a_column_does_not_hold_is_refused_with_what_it_holds() {
        let table = [
            (LINE, json!("abcde"), None),
            (LINE, json!(""), None),
            (
                LINE,
                json!("abcdef"),
                Some("6 characters, and the column holds 5"),
            ),
            // The service counts in UTF-16 units.
            (
                LINE,
                json!("\u{1F600}\u{1F600}\u{1F600}"),
                Some("6 characters"),
            ),
            (LINE, json!("äöüßé"), None),
            (LINE, json!("a\nb"), Some("line break")),
            (AREA, json!("a\nb"), None),
            (AREA, json!("a\nbcde"), Some("6 characters")),
            (AMOUNT, json!(0), None),
            (AMOUNT, json!(1_000_000_000_000_i64), None),
            (AMOUNT, json!(-0.01), Some("outside of 0 to 1000000000000")),
            (AMOUNT, json!(1_000_000_000_001_i64), Some("outside of")),
            (AMOUNT, json!(7.5), None),
        ];
        for (bound, value, expected) in table {
            let found = fault(&bound, &value);
            match expected {
                None => assert_eq!(found, None, "{value}"),
                Some(words) => assert!(found.unwrap_or_default().contains(words), "{value}"),
            }
        }
    }

    #[test]
    fn more_places_than_are_kept_are_noticed() {
        let table = [
            ("1", None),
            ("1.25", None),
            ("1.2500", None),
            ("1.255", Some(2)),
        ];
        for (text, expected) in table {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(rounded_to(&AMOUNT, &value), expected, "{text}");
        }
    }
}
