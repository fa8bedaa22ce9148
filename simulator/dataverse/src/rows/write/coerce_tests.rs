use serde_json::value::RawValue;

use super::*;
use crate::schema::standard;

/// What a JSON text becomes in a column of the standard tables.
fn coerced(table: &str, column: &str, json: &str) -> Result<Cell, String> {
    let schema = standard().unwrap().build();
    let table = schema.table(table).unwrap();
    let raw = RawValue::from_string(json.to_owned()).unwrap();
    cell(table, table.column(column).unwrap(), &raw).map_err(|refused| refused.code.into_owned())
}

#[test]
fn json_becomes_cells_of_the_columns_type() {
    let decimal = |unscaled, scale| Cell::Decimal { unscaled, scale };
    for (table, column, json, expected) in [
        (
            "account",
            "name",
            "\"A \\u00e9\"",
            Cell::Text("A é".to_owned()),
        ),
        ("account", "name", "\"\"", Cell::Null),
        ("account", "name", "null", Cell::Null),
        ("account", "numberofemployees", "200", Cell::Integer(200)),
        (
            "account",
            "numberofemployees",
            "\"200\"",
            Cell::Integer(200),
        ),
        ("account", "donotemail", "true", Cell::Bool(true)),
        ("account", "industrycode", "7", Cell::Integer(7)),
        (
            "account",
            "address1_latitude",
            "59.123456",
            Cell::Double(59.12346),
        ),
        (
            "opportunity",
            "discountpercentage",
            "12.345",
            decimal(1235, 2),
        ),
        (
            "contact",
            "birthdate",
            "\"2000-02-29\"",
            Cell::Day(parse_day("2000-02-29").unwrap()),
        ),
    ] {
        assert_eq!(
            coerced(table, column, json),
            Ok(expected),
            "{column} {json}"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_code() {
    const PAYLOAD: &str = "0x80048d19";
    for (table, column, json, code) in [
        ("account", "name", "5", PAYLOAD),
        ("account", "name", "{}", PAYLOAD),
        ("account", "name", "[]", PAYLOAD),
        ("account", "numberofemployees", "1.5", PAYLOAD),
        ("account", "numberofemployees", "99999999999", PAYLOAD),
        ("account", "numberofemployees", "true", PAYLOAD),
        ("account", "donotemail", "\"yes\"", PAYLOAD),
        ("account", "industrycode", "4711", "0x8004431a"),
        ("account", "address1_longitude", "-181", "0x80044330"),
        ("account", "revenue", "1e20", "0x80044330"),
        ("account", "revenue", "\"much\"", PAYLOAD),
        ("contact", "birthdate", "\"2000-02-30\"", PAYLOAD),
        ("contact", "birthdate", "\"2000-02-28T00:00:00Z\"", PAYLOAD),
        ("task", "scheduledend", "\"tomorrow\"", PAYLOAD),
        ("account", "accountid", "\"not-a-guid\"", PAYLOAD),
    ] {
        assert_eq!(
            coerced(table, column, json),
            Err(code.to_owned()),
            "{column} {json}"
        );
    }
}
