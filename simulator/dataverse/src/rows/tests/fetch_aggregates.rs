//! FetchXML: aggregates and groups.

use super::*;

fn rows(sim: &Sim, inside: &str) -> Value {
    let xml = format!("<fetch aggregate='true'><entity name='account'>{inside}</entity></fetch>");
    let answer = sim.get_with(
        &format!("accounts?{}", fetch(&xml)),
        "odata.include-annotations=\"*\"",
    );
    assert_eq!(answer.status(), StatusCode::OK, "{xml}: {}", answer.text());
    answer.json()["value"].clone()
}

fn refusal(sim: &Sim, root: &str, inside: &str) -> (String, String) {
    let xml =
        format!("<fetch aggregate='true' {root}><entity name='account'>{inside}</entity></fetch>");
    let (status, code, message) = sim.get(&format!("accounts?{}", fetch(&xml))).refusal();
    assert_eq!(status, 400);
    (code, message)
}

/// The example of Microsoft's documentation.
fn ten(sim: &Sim) {
    for (employees, city) in [
        (None, None),
        (Some(1500), Some("Redmond")),
        (Some(2700), Some("Lynnwood")),
        (Some(2900), Some("Los Angeles")),
        (Some(2900), Some("Redmond")),
        (Some(3900), Some("Phoenix")),
        (Some(4300), Some("Santa Cruz")),
        (Some(4800), Some("Missoula")),
        (Some(6000), Some("Dallas")),
        (Some(6200), Some("Redmond")),
    ] {
        let revenue = employees.map(|number| number * 10);
        sim.create("accounts", json!({"name": "x", "numberofemployees": employees, "address1_city": city, "revenue": revenue}));
    }
}

#[test]
fn every_function_counts_what_has_a_value() {
    let sim = Sim::new();
    ten(&sim);
    let attribute = |function: &str| {
        format!(
            "<attribute name='numberofemployees' alias='{}' aggregate='{function}'/>",
            function.to_uppercase()
        )
    };
    let all: String = ["avg", "count", "countcolumn", "max", "min", "sum"]
        .map(attribute)
        .concat();
    let distinct = "<attribute name='numberofemployees' alias='different' aggregate='countcolumn' distinct='true'/>";
    let found = rows(&sim, &format!("{all}{distinct}"));
    let row = &found[0];
    for (name, value, formatted) in [
        ("AVG", 3911, "3,911"),
        ("COUNT", 10, "10"),
        ("COUNTCOLUMN", 9, "9"),
        ("MAX", 6200, "6,200"),
        ("MIN", 1500, "1,500"),
        ("SUM", 35200, "35,200"),
        ("different", 8, "8"),
    ] {
        assert_eq!(row[name], value, "{name}");
        assert_eq!(
            row[format!("{name}@OData.Community.Display.V1.FormattedValue")],
            formatted
        );
    }
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert!(row.get("@odata.etag").is_none() && row.get("accountid").is_none());
    let money = rows(
        &sim,
        "<attribute name='revenue' alias='r' aggregate='sum'/><attribute name='createdon' alias='c' aggregate='max'/>",
    );
    assert_eq!(money[0]["r"], 352_000.0);
    assert_eq!(
        money[0]["r@OData.Community.Display.V1.FormattedValue"], "352,000.00",
        "the test organisation has no row of its own and so no base currency"
    );
    assert_eq!(money[0]["c"], "2026-03-25T17:42:47Z");
}

#[test]
fn groups_are_made_by_columns_and_sorted_by_alias() {
    let sim = Sim::new();
    ten(&sim);
    let found = rows(
        &sim,
        "<attribute name='numberofemployees' alias='Total' aggregate='sum'/><attribute name='address1_city' alias='Count' \
         aggregate='count'/><attribute name='address1_city' alias='City' groupby='true'/><order alias='City'/>",
    );
    assert_eq!(
        found[0],
        json!({"Total": 0, "Total@OData.Community.Display.V1.FormattedValue": "0", "Count": 1, "Count@OData.Community.Display.V1.FormattedValue": "1"})
    );
    let cities: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .skip(1)
        .map(|row| row["City"].as_str().unwrap())
        .collect();
    assert_eq!(
        cities,
        [
            "Dallas",
            "Los Angeles",
            "Lynnwood",
            "Missoula",
            "Phoenix",
            "Redmond",
            "Santa Cruz"
        ]
    );
    assert_eq!(
        (&found[6]["Total"], &found[6]["Count"]),
        (&json!(10600), &json!(3))
    );
    let by_total = rows(
        &sim,
        "<attribute name='numberofemployees' alias='Total' aggregate='sum'/><attribute name='address1_city' alias='City' \
         groupby='true'/><order alias='Total' descending='true'/>",
    );
    assert_eq!(by_total[0]["City"], "Redmond");
}

#[test]
fn groups_by_lookups_have_names_and_groups_by_links_work() {
    let sim = Sim::new();
    business(&sim);
    let found = rows(
        &sim,
        "<attribute name='accountid' alias='n' aggregate='count'/><attribute name='ownerid' alias='who' groupby='true'/>\
         <order alias='who'/>",
    );
    assert_eq!(found[0]["who"], USER.to_string());
    assert_eq!(
        found[0]["who@OData.Community.Display.V1.FormattedValue"],
        "Ada Park"
    );
    assert_eq!(found[0]["n"], 3);
    let found = rows(
        &sim,
        "<attribute name='accountid' alias='n' aggregate='count'/><link-entity name='contact' from='contactid' \
         to='primarycontactid' link-type='outer'><attribute name='lastname' alias='last' groupby='true'/><order alias='last'/>\
         </link-entity>",
    );
    assert_eq!(
        (&found[0]["n"], found[0].get("last"), &found[1]["last"]),
        (&json!(2), None, &json!("Lind"))
    );
}

#[test]
fn dates_are_grouped_by_their_parts() {
    let sim = Sim::new();
    ten(&sim);
    let part = |part: &str, alias: &str| {
        format!(
            "<attribute name='createdon' alias='{alias}' groupby='true' dategrouping='{part}' usertimezone='false'/>"
        )
    };
    let inside: String = [
        ("day", "Day"),
        ("week", "Week"),
        ("month", "Month"),
        ("quarter", "Quarter"),
        ("year", "Year"),
        ("fiscal-period", "Period"),
        ("fiscal-year", "Fiscal"),
    ]
    .map(|(name, alias)| part(name, alias))
    .concat();
    let found = rows(&sim, &format!("{inside}<order alias='Month'/>"));
    let row = &found[0];
    for (name, value, formatted) in [
        ("Day", 25, "25"),
        ("Week", 13, "13"),
        ("Month", 3, "3"),
        ("Quarter", 1, "1"),
        ("Year", 2026, "2,026"),
        ("Fiscal", 2026, "FY2026"),
        ("Period", 202_601, "Quarter 1 FY2026"),
    ] {
        assert_eq!(row[name], value, "{name}");
        assert_eq!(
            row[format!("{name}@OData.Community.Display.V1.FormattedValue")],
            formatted
        );
    }
}

#[test]
fn children_are_counted_row_by_row() {
    let sim = Sim::new();
    let Business { harbor, plain, .. } = business(&sim);
    sim.patch(
        &format!("accounts({plain})"),
        &[],
        json!({"parentaccountid@odata.bind": format!("accounts({harbor})")}),
    );
    let xml = "<fetch><entity name='account'><attribute name='name'/><attribute name='accountid' alias='children' \
               rowaggregate='CountChildren'/><order attribute='name'/></entity></fetch>";
    assert_eq!(
        sim.list(&format!("accounts?{}", fetch(xml)), "children"),
        [json!(1), json!(0), json!(0)]
    );
}

#[test]
fn limits_and_mistakes_are_refused() {
    let sim = Sim::new();
    ten(&sim);
    let count = "<attribute name='name' alias='n' aggregate='count'/>";
    assert_eq!(
        refusal(&sim, "aggregatelimit='9'", count),
        (
            "0x8004e023".to_owned(),
            "AggregateQueryRecordLimit exceeded. Cannot perform this operation.".to_owned()
        )
    );
    assert_eq!(
        refusal(&sim, "", "<attribute name='name' aggregate='count'/>").0,
        "0x80041109"
    );
    assert_eq!(
        refusal(&sim, "", "<attribute name='name' alias='n'/>").0,
        "0x80041107"
    );
    assert_eq!(
        refusal(&sim, "", &format!("{count}<all-attributes/>")).0,
        "0x80041107"
    );
    assert_eq!(
        refusal(&sim, "", &format!("{count}{count}")).0,
        "0x80041130"
    );
    assert_eq!(
        refusal(
            &sim,
            "",
            "<attribute name='name' alias='n' aggregate='sum'/>"
        )
        .0,
        "0x8004112f"
    );
    assert_eq!(
        refusal(&sim, "", &format!("{count}<order attribute='name'/>")).0,
        "0x80041131"
    );
}
