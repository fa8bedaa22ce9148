//! `$apply`: groups and aggregates.

use super::*;

fn rows(sim: &Sim, apply: &str) -> Value {
    let url = format!("accounts?$apply={}", apply.replace(' ', "%20"));
    let answer = sim.get(&url);
    assert_eq!(answer.status(), StatusCode::OK, "{url}: {}", answer.text());
    let body = answer.json();
    assert_eq!(body["@odata.context"], format!("{ROOT}/$metadata#accounts"));
    body["value"].clone()
}

#[test]
fn groups_and_aggregates_have_names_and_no_nulls() {
    let sim = Sim::new();
    business(&sim);
    for (apply, expected) in [
        ("aggregate($count as n)", json!([{"n": 3}])),
        (
            "aggregate(numberofemployees with sum as s,numberofemployees with average as a,numberofemployees with min as \
          lo,numberofemployees with max as hi)",
            json!([{"s": 1205, "a": 602, "lo": 5, "hi": 1200}]),
        ),
        (
            "filter(numberofemployees gt 5)/aggregate($count as n)",
            json!([{"n": 1}]),
        ),
        ("groupby((statecode))", json!([{"statecode": 0}])),
        (
            "groupby((statecode),aggregate($count as n))",
            json!([{"statecode": 0, "n": 3}]),
        ),
        (
            "groupby((primarycontactid/fullname),aggregate($count as n))",
            json!([{"n": 2}, {"contact_fullname": "Ada Lind", "n": 1}]),
        ),
        (
            "filter(contains(name,'or'))/groupby((industrycode),aggregate(numberofemployees with sum as s))",
            json!([{"s": 5}, {"industrycode": 7, "s": 1200}]),
        ),
        ("filter(name eq 'nobody')/groupby((statecode))", json!([])),
        (
            "groupby((_ownerid_value),aggregate($count as n))",
            json!([{"_ownerid_value": USER.to_string(), "n": 3}]),
        ),
    ] {
        assert_eq!(rows(&sim, apply), expected, "{apply}");
    }
}

#[test]
fn formatted_values_come_for_aliases_too() {
    let sim = Sim::new();
    business(&sim);
    let body = sim
        .get_with(
            "accounts?$apply=groupby((statecode),aggregate(numberofemployees%20with%20sum%20as%20total))&$orderby=statecode&$top=1&$count=true",
            "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"",
        )
        .json();
    assert_eq!(body["@odata.count"], 1);
    assert_eq!(
        body["value"],
        json!([{
            "statecode": 0, "statecode@OData.Community.Display.V1.FormattedValue": "Active",
            "total": 1205, "total@OData.Community.Display.V1.FormattedValue": "1,205",
        }])
    );
}

#[test]
fn related_rows_are_aggregated_too() {
    let sim = Sim::new();
    let Business { harbor, .. } = business(&sim);
    let url = format!("accounts({harbor})/Account_Tasks?$apply=aggregate($count%20as%20n)");
    assert_eq!(sim.get(&url).json()["value"], json!([{"n": 1}]));
}

#[test]
fn what_the_service_cannot_apply_is_refused() {
    let sim = Sim::new();
    business(&sim);
    for (query, message) in [
        (
            "$apply=groupby((statecode),aggregate($count as n))&$orderby=n",
            "The query node SingleValueOpenPropertyAccess is not supported",
        ),
        (
            "$apply=groupby((createdon))",
            "Grouping by the date property 'createdon' is not supported.",
        ),
        (
            "$apply=groupby((nosuch))",
            "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'.",
        ),
        (
            "$apply=aggregate(revenue with countdistinct as n)",
            "The aggregation method 'countdistinct' is not supported.",
        ),
        (
            "$apply=groupby((statecode))&$filter=revenue eq 1",
            "The query parameter $filter is not supported",
        ),
    ] {
        let url = format!("accounts?{}", query.replace(' ', "%20"));
        assert_eq!(
            sim.get(&url).refusal(),
            (400, "0x80060888".to_owned(), message.to_owned()),
            "{query}"
        );
    }
    let (status, code, _) = sim
        .get("accounts?$apply=aggregate(name%20with%20sum%20as%20s)")
        .refusal();
    assert_eq!((status, code.as_str()), (400, "0x8004112f"));
}
