//! Kinds of columns that no standard table has.

use super::*;
use crate::schema::{
    ChoiceOption, Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Facts, Label,
    OptionDetail, OptionSet, RequiredLevel,
};

fn column(name: &str, kind: ColumnKind) -> Column {
    Column {
        logical_name: name.to_lowercase(),
        schema_name: name.to_owned(),
        display_name: Label::new(name),
        description: Label::empty(),
        kind,
        required: RequiredLevel::None,
        valid_for_create: true,
        valid_for_update: true,
        valid_for_read: true,
        attribute_of: None,
        derivation: None,
        number: 1_000,
        is_custom: true,
        facts: Facts::default(),
    }
}

fn sim() -> Sim {
    let option = |(value, label): (i32, &str)| ChoiceOption {
        value,
        label: Label::new(label),
        color: None,
        detail: OptionDetail::Plain,
        description: Label::empty(),
        external_value: None,
        parent_values: Vec::new(),
        is_custom: true,
    };
    let options = Arc::new(OptionSet {
        name: "contoso_interests".to_owned(),
        display_name: Label::new("Interests"),
        is_global: true,
        options: [(1, "Boats"), (2, "Nets"), (30, "Ropes")]
            .into_iter()
            .map(option)
            .collect(),
        description: Label::empty(),
        is_custom: true,
        facts: Facts::default(),
    });
    let mut parts = standard().unwrap();
    let account = parts.table_mut("account").unwrap();
    account.columns.extend([
        column("contoso_Interests", ColumnKind::MultiChoice { options }),
        column(
            "contoso_Weight",
            ColumnKind::Decimal {
                min: -1_000.0,
                max: 1_000.0,
                precision: 3,
            },
        ),
        column(
            "contoso_Opening",
            ColumnKind::DateTime {
                behaviour: DateTimeBehaviour::TimeZoneIndependent,
                format: DateTimeFormat::DateAndTime,
            },
        ),
    ]);
    Sim::with(parts.build())
}

#[test]
fn several_choices_are_kept_in_order_and_found_by_value() {
    let sim = sim();
    let id = sim.create(
        "accounts",
        json!({"name": "A", "contoso_interests": "30, 1,1"}),
    );
    sim.create("accounts", json!({"name": "B", "contoso_interests": "2"}));
    sim.create("accounts", json!({"name": "C"}));
    let url = format!("accounts({id})?$select=contoso_interests");
    let row = sim.get_with(&url, "odata.include-annotations=\"*\"").json();
    assert_eq!(row["contoso_interests"], "1,30");
    assert_eq!(
        row["contoso_interests@OData.Community.Display.V1.FormattedValue"],
        "Boats; Ropes"
    );
    let found = |function: &str, values: &str| {
        let filter = format!(
            "Microsoft.Dynamics.CRM.{function}(PropertyName='contoso_interests',PropertyValues={values})"
        );
        sim.list(
            &format!("accounts?$select=name&$orderby=name&$filter={filter}"),
            "name",
        )
    };
    assert_eq!(
        found("ContainValues", "[\"1\",\"2\"]"),
        [json!("A"), json!("B")]
    );
    assert_eq!(
        found("ContainValues", "[\"3\"]"),
        Vec::<Value>::new(),
        "3 is no part of 30"
    );
    assert_eq!(
        found("DoesNotContainValues", "[\"30\"]"),
        [json!("B"), json!("C")]
    );
    let refused = sim
        .post("accounts", json!({"contoso_interests": "1,9"}))
        .refusal();
    assert_eq!((refused.0, refused.1.as_str()), (400, "0x8004431a"));
}

#[test]
fn decimals_are_exact_and_rounded_to_their_precision() {
    let sim = sim();
    let id = sim.create("accounts", json!({"name": "A", "contoso_weight": 0.1005}));
    let url = format!("accounts({id})?$select=contoso_weight");
    let answer = sim.get_with(&url, "odata.include-annotations=\"*\"");
    assert!(
        answer.text().contains("\"contoso_weight\":0.1010000000"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("FormattedValue\":\"0.101\""),
        "{}",
        answer.text()
    );
    let found = sim.list(
        "accounts?$select=name&$filter=contoso_weight eq 0.101",
        "name",
    );
    assert_eq!(found, [json!("A")]);
    assert_eq!(
        sim.post("accounts", json!({"contoso_weight": 1000.1}))
            .refusal()
            .1,
        "0x80044330"
    );
}

#[test]
fn decimals_with_ten_digits_behind_the_point_have_their_whole_range() {
    let mut parts = standard().unwrap();
    let account = parts.table_mut("account").unwrap();
    account.columns.push(column(
        "contoso_Fine",
        ColumnKind::Decimal {
            min: -100_000_000_000.0,
            max: 100_000_000_000.0,
            precision: 10,
        },
    ));
    let sim = Sim::with(parts.build());
    for (name, value) in [
        ("A", "99999999999.0123456789"),
        ("B", "-100000000000"),
        ("C", "0.5"),
        ("D", "-0.0000000001"),
    ] {
        let body = format!("{{\"name\":\"{name}\",\"contoso_fine\":{value}}}");
        let made = sim.send(Method::POST, "accounts", &[], &body);
        assert_eq!(made.status(), StatusCode::NO_CONTENT, "{}", made.text());
    }
    let listed = sim.get_with(
        "accounts?$select=contoso_fine&$orderby=contoso_fine",
        "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"",
    );
    for part in [
        "\"contoso_fine\":99999999999.0123456789",
        "FormattedValue\":\"99,999,999,999.0123456789\"",
        "\"contoso_fine\":-100000000000.0000000000",
    ] {
        assert!(listed.text().contains(part), "{part} in {}", listed.text());
    }
    for (query, expected) in [
        ("$orderby=contoso_fine", vec!["B", "D", "C", "A"]),
        ("$filter=contoso_fine eq 99999999999.0123456789", vec!["A"]),
        (
            "$filter=contoso_fine gt 0.49999999999&$orderby=name",
            vec!["A", "C"],
        ),
        ("$filter=contoso_fine eq 0.50000000001", vec![]),
        ("$filter=contoso_fine lt 0&$orderby=name", vec!["B", "D"]),
        (
            "$filter=contoso_fine lt 1e20&$orderby=contoso_fine desc",
            vec!["A", "C", "D", "B"],
        ),
    ] {
        let names = sim.list(&format!("accounts?$select=name&{query}"), "name");
        assert_eq!(names, expected, "{query}");
    }
    let totals = sim.get(
        "accounts?$apply=aggregate(contoso_fine with sum as total,contoso_fine with max as most)",
    );
    for part in ["\"total\":-0.4876543212", "\"most\":99999999999.0123456789"] {
        assert!(totals.text().contains(part), "{}", totals.text());
    }
    let refused = sim.post("accounts", json!({"contoso_fine": 100_000_000_001_i64}));
    assert_eq!(refused.refusal().1, "0x80044330");
}

#[test]
fn independent_times_come_back_as_they_went() {
    let sim = sim();
    let id = sim.create(
        "accounts",
        json!({"name": "A", "contoso_opening": "2026-03-25T08:00:00Z"}),
    );
    let row = sim
        .get(&format!("accounts({id})?$select=contoso_opening"))
        .json();
    assert_eq!(row["contoso_opening"], "2026-03-25T08:00:00Z");
}
