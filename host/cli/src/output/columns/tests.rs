use super::*;
use serde_json::json;

fn named(names: &[&str]) -> Wish {
    Wish {
        named: names.iter().map(|&name| name.to_owned()).collect(),
        known: None,
    }
}

#[test]
fn columns_come_in_the_order_asked_for_then_as_they_appear() {
    let answer = json!([{"b": 1, "c": 2}, {"a": 3, "b": 4}]);
    let wish = named(&["a", "missing", "c"]);
    assert_eq!(rows_of(&answer, &wish).unwrap().columns, ["a", "c", "b"]);
}

#[test]
fn a_name_finds_its_column_and_takes_along_what_speaks_about_it() {
    let answer = json!([{
        "@odata.etag": "1", "code@Label": "Hot", "code": 1,
        "_ownerid_value@Label": "Ann", "_ownerid_value": "5a7e", "subject": "x"
    }]);
    let wish = named(&["ownerid", "SUBJECT", "code"]);
    let rows = rows_of(&answer, &wish).unwrap();
    assert_eq!(
        rows.columns,
        [
            "_ownerid_value",
            "_ownerid_value@Label",
            "subject",
            "code",
            "code@Label",
            "@odata.etag"
        ]
    );
    assert_eq!(rows.named, 5);
}

#[test]
fn without_rows_the_names_are_the_columns() {
    let answer = json!([]);
    assert_eq!(
        rows_of(&answer, &named(&["a", "b"])).unwrap().columns,
        ["a", "b"]
    );
}

#[test]
fn rows_that_each_bring_a_column_do_not_make_the_answer_grow_without_end() {
    let rows: Vec<Value> = (0..5_000).map(|n| json!({format!("c{n}"): n})).collect();
    let answer = Value::Array(rows);
    let wish = Wish::default();
    let rows = rows_of(&answer, &wish).unwrap();
    assert_eq!(
        (rows.columns.len(), rows.beyond),
        (MOST_COLUMNS, 5_000 - MOST_COLUMNS)
    );
}

#[test]
fn a_reader_meets_the_name_first_and_bare_ids_last() {
    let answer = json!([{
        "_currency_value": "11", "age": 5, "leadid": "22", "subject": "x",
        "_ownerid_value": "33", "_ownerid_value@OData.FormattedValue": "Ann"
    }]);
    let names = |wish: &Wish| -> Vec<String> {
        let rows = rows_of(&answer, wish).unwrap();
        rows.for_reading(wish)
            .iter()
            .map(|column| column.name.to_owned())
            .collect()
    };
    let mut wish = Wish {
        known: Some(super::super::known::tests::known()),
        ..Wish::default()
    };
    assert_eq!(
        names(&wish),
        [
            "subject",
            "leadid",
            "age",
            "_ownerid_value",
            "_currency_value"
        ]
    );
    wish.named = vec!["age".into()];
    assert_eq!(names(&wish), ["age", "subject", "leadid", "_ownerid_value"]);
}

#[test]
fn numbers_are_told_from_choices_and_texts() {
    let answer = json!([
        {"n": 5, "money": 8000, "money@A.FormattedValue": "$8,000.00", "state": 0, "state@A.FormattedValue": "Open", "text": "5"},
        {"n": null, "money": 1, "state": 1, "text": "6"}
    ]);
    let wish = Wish::default();
    let rows = rows_of(&answer, &wish).unwrap();
    let numeric: Vec<&str> = rows
        .for_reading(&wish)
        .iter()
        .filter(|column| column.is_numeric(&rows.rows))
        .map(|column| column.name)
        .collect();
    assert_eq!(numeric, ["n", "money"]);
}

#[test]
fn the_schema_says_which_property_a_table_shows() {
    let marked = json!({"properties": {"rows": {}, "items": {"x-airlock-rows": true}}});
    assert_eq!(rows_property(&marked), Some("items"));
    let named = json!({"properties": {"rows": {}, "count": {}}});
    assert_eq!(rows_property(&named), Some("rows"));
    assert_eq!(rows_property(&json!({"properties": {"id": {}}})), None);
    let answer = json!({"items": [1]});
    assert_eq!(shown(&answer, Some("items")), &json!([1]));
    assert_eq!(shown(&answer, Some("gone")), &answer);
}

#[test]
fn only_an_array_makes_rows() {
    assert!(rows_of(&json!({"id": 5}), &Wish::default()).is_none());
    let answer = json!(["x", 2]);
    let wish = Wish::default();
    let rows = rows_of(&answer, &wish).unwrap();
    assert_eq!(rows.columns, ["value"]);
    assert_eq!(Rows::cell(rows.rows[1], "value"), "2");
}

#[test]
fn a_reader_sees_the_text_for_people_and_no_annotations() {
    let answer = json!([{
        "@odata.etag": "W/\"1\"",
        "statecode": 0,
        "statecode@OData.Community.Display.V1.FormattedValue": "Open"
    }]);
    let wish = Wish::default();
    let rows = rows_of(&answer, &wish).unwrap();
    let columns = rows.for_reading(&wish);
    assert_eq!(columns.len(), 1);
    assert_eq!(columns[0].name, "statecode");
    assert_eq!(columns[0].cell(rows.rows[0]), "Open");
}

#[test]
fn rows_of_nothing_but_annotations_still_show() {
    let answer = json!([{"@odata.etag": "1"}]);
    let wish = Wish::default();
    assert_eq!(rows_of(&answer, &wish).unwrap().for_reading(&wish).len(), 1);
}
