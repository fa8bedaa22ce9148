//! The actions of this folder against a script, in both versions of the service.

use airlock_connector::{Error, TransportError, http::Method};
use serde_json::{Value, json};

use crate::{
    actions::testing::{faults, last, leads, run, sent},
    webapi::testing::contoso,
};

const POST: Method = Method::Post;

fn response(answer: &Value) -> String {
    json!({"@odata.context": "c", "response": answer.to_string()}).to_string()
}

fn body(script: &airlock_connector::testing::Script) -> Value {
    serde_json::from_slice(&last(script).body).unwrap()
}

#[test]
fn rows_are_found_through_throttling_and_a_lost_answer() {
    let answer = json!({
        "Error": null, "Count": 7, "QueryContext": null,
        "Facets": {"@search.entityname": [{"count": 7, "type": "Value", "value": "lead"}]},
        "Value": [{
            "Id": "l1", "EntityName": "lead", "ObjectTypeCode": 0, "Score": 1.5,
            "Highlights": {"subject": ["{crmhit}Harbor{/crmhit}"]},
            "Attributes": {"@search.objecttypecode": 4, "subject": "Harbor"},
        }],
    });
    let script = leads()
        .answer_with(POST, "searchquery", 429, &[("Retry-After", "1")], "")
        .fail(
            POST,
            "searchquery",
            TransportError::Interrupted("broke".into()),
        )
        .answer(POST, "searchquery", 200, &response(&answer));
    let input = json!({
        "search": "harbor", "tables": ["leads"], "select": ["subject"], "search-columns": ["subject"],
        "filter": "lead:revenue gt 5", "facets": ["@search.entityname"], "orderby": ["subject desc"],
        "top": 5, "skip": 1, "count": true, "search-mode": "all", "search-type": "full", "fuzzy": true,
    });
    let output = run(&script, "search-rows", input).unwrap();
    let row = json!({
        "@search.entityname": "lead", "@search.objectid": "l1", "@search.objecttypecode": 4,
        "@search.score": 1.5, "@search.highlights": {"subject": ["{crmhit}Harbor{/crmhit}"]},
        "subject": "Harbor",
    });
    assert_eq!(output["rows"], json!([row]));
    assert_eq!(output["count"], 7);
    assert_eq!(output["facets"]["@search.entityname"][0]["count"], 7);
    assert_eq!(sent(&script), ["POST searchquery"; 3]);
    let body = body(&script);
    for (name, expected) in [
        (
            "entities",
            json!([{"name": "lead", "selectColumns": ["subject"], "searchColumns": ["subject"]}]),
        ),
        ("facets", json!(["@search.entityname"])),
        ("orderby", json!(["subject desc"])),
        (
            "options",
            json!({"querytype": "lucene", "searchmode": "all"}),
        ),
    ] {
        let told: Value = serde_json::from_str(body[name].as_str().unwrap()).unwrap();
        assert_eq!(told, expected, "{name}");
    }
    for (name, expected) in [
        ("search", json!("harbor")),
        ("filter", json!("lead:revenue gt 5")),
        ("top", json!(5)),
        ("skip", json!(1)),
        ("count", json!(true)),
        ("fuzzy", json!(true)),
    ] {
        assert_eq!(body[name], expected, "{name}");
    }
}

#[test]
fn the_older_version_says_the_same_in_its_own_words() {
    let answer = json!({
        "totalrecordcount": -1, "facets": {},
        "value": [{"@search.entityname": "lead", "@search.objectid": "l1", "@search.score": 1.5,
            "@search.highlights": {}, "@search.objecttypecode": 4, "subject": "Harbor"}],
    });
    let address = "https://contoso.crm.dynamics.com/api/search/v1.0/query";
    let script = leads().answer(POST, address, 200, &answer.to_string());
    let input = json!({
        "search": "harbor", "tables": ["lead"], "version": "1.0", "count": true, "search-mode": "all",
        "search-type": "full", "fuzzy": true, "facets": ["ownerid"], "orderby": ["createdon"],
    });
    let output = run(&script, "search-rows", input).unwrap();
    assert_eq!(output["rows"], answer["value"]);
    assert_eq!(output.get("count"), None);
    assert_eq!(
        body(&script),
        json!({"search": "harbor", "entities": ["lead"], "facets": ["ownerid"],
            "orderby": ["createdon"], "returntotalrecordcount": true, "searchmode": "all",
            "searchtype": "full", "usefuzzy": true})
    );
}

#[test]
fn suggestions_and_completions_are_the_same_in_both_versions() {
    let document =
        json!({"@search.entityname": "lead", "@search.objectid": "l1", "subject": "Harbor"});
    let expected = json!({"suggestions": [{"text": "{crmhit}har{/crmhit}bor", "row": document}]});
    let second = json!({"Error": null, "Value": [{"Text": "{crmhit}har{/crmhit}bor", "Document": document}]});
    let script = contoso().answer(POST, "searchsuggest", 200, &response(&second));
    let input = json!({"search": "har", "top": 3});
    assert_eq!(run(&script, "suggest-rows", input).unwrap(), expected);
    assert_eq!(body(&script), json!({"search": "har", "top": 3}));
    let first = json!({"value": [{"text": "{crmhit}har{/crmhit}bor", "document": document}]});
    let address = "https://contoso.crm.dynamics.com/api/search/v1.0/suggest";
    let script = contoso().answer(POST, address, 200, &first.to_string());
    let input = json!({"search": "har", "version": "1.0"});
    assert_eq!(run(&script, "suggest-rows", input).unwrap(), expected);

    let second = response(&json!({"Error": null, "Value": "harbor"}));
    let script = contoso().answer(POST, "searchautocomplete", 200, &second);
    let output = run(&script, "autocomplete-search", json!({"search": "har"})).unwrap();
    assert_eq!(output, json!({"text": "harbor"}));
    let address = "https://contoso.crm.dynamics.com/api/search/v1.0/autocomplete";
    let script = contoso().answer(POST, address, 200, r#"{"value": "harbor"}"#);
    let input = json!({"search": "har", "version": "1.0"});
    let output = run(&script, "autocomplete-search", input).unwrap();
    assert_eq!(output, json!({"text": "harbor"}));
}

#[test]
fn search_that_is_switched_off_is_told_with_the_way_on() {
    let off = r#"{"error": {"code": "0x80048d0b", "message": "Dataverse Search feature is disabled for this organization."}}"#;
    for (action, operation) in [
        ("search-rows", "searchquery"),
        ("suggest-rows", "searchsuggest"),
        ("autocomplete-search", "searchautocomplete"),
    ] {
        let script = contoso().answer(POST, operation, 400, off);
        let error = run(&script, action, json!({"search": "harbor"})).unwrap_err();
        assert!(matches!(error, Error::Rejected(_)), "{error:?}");
        assert!(error.to_string().contains("admin center"), "{error}");
    }
}

#[test]
fn what_no_search_takes_is_refused_before_anything_is_asked() {
    let long = "x".repeat(101);
    for (action, input, pointers) in [
        ("search-rows", json!({"search": " "}), vec!["/search"]),
        (
            "search-rows",
            json!({"search": long, "select": ["name"]}),
            vec!["/search", "/select"],
        ),
        (
            "search-rows",
            json!({"search": "a", "tables": ["lead"], "version": "1.0", "search-columns": ["name"]}),
            vec!["/search-columns"],
        ),
        (
            "search-rows",
            json!({"search": "a", "top": 101}),
            vec!["/top"],
        ),
        ("suggest-rows", json!({"search": "ha"}), vec!["/search"]),
        (
            "autocomplete-search",
            json!({"search": ""}),
            vec!["/search"],
        ),
    ] {
        let script = contoso();
        let found = faults(run(&script, action, input.clone()).unwrap_err());
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, pointers, "{input}");
        assert!(script.sent().is_empty());
    }
    let input = json!({"search": "a", "tables": ["leds"]});
    let found = faults(run(&leads(), "search-rows", input).unwrap_err());
    assert_eq!(found[0].0, "/tables/0");
    assert!(found[0].1.contains("lead"), "{found:?}");
}
