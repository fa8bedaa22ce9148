//! Dataverse search through the real host: rows of several tables by words, in both versions of the
//! service, and what is said where an organisation has none.

use serde_json::{Value, json};
use support::Office;

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_found_by_words_in_both_versions() {
    let office = Office::open().await;
    for version in ["2.0", "1.0"] {
        let input = json!({
            "search": "harbor", "tables": ["accounts"], "orderby": ["name desc"], "count": true,
            "top": 1, "facets": ["@search.entityname,count:100"], "version": version,
        });
        let found = office.run("search-rows", input).await.unwrap();
        let rows = found["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{version}: {found}");
        assert_eq!(rows[0]["@search.entityname"], "account");
        assert_eq!(rows[0]["name"], "Harbor Tools Nordic");
        assert_eq!(found["count"], 2);
        assert!(found["facets"]["@search.entityname"].is_array(), "{found}");
        // What was found is read on by its id.
        let row =
            json!({"table": "account", "id": rows[0]["@search.objectid"], "select": ["name"]});
        let read = office.run("get-row", row).await.unwrap();
        assert_eq!(read["row"]["name"], rows[0]["name"]);

        let input = json!({"search": "har", "tables": ["account"], "version": version});
        let suggested = office.run("suggest-rows", input.clone()).await.unwrap();
        let rows = suggested["suggestions"].as_array().unwrap();
        assert!(!rows.is_empty(), "{version}: {suggested}");
        assert_eq!(rows[0]["row"]["@search.entityname"], "account");
        let completed = office.run("autocomplete-search", input).await.unwrap();
        assert!(
            completed["text"].as_str().unwrap().contains("harbor"),
            "{completed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_without_search_is_told_how_to_have_it() {
    let office = Office::open().await;
    let input = json!({"table": "organization", "select": ["organizationid"]});
    let found = office.run("list-rows", input).await.unwrap();
    let off = json!({
        "table": "organization", "id": found["rows"][0]["organizationid"],
        "row": {"isexternalsearchindexenabled": false},
    });
    office.run("update-row", off).await.unwrap();
    for version in ["2.0", "1.0"] {
        let input: Value = json!({"search": "harbor", "version": version});
        let error = office.run("search-rows", input).await.unwrap_err();
        assert!(error.to_string().contains("admin center"), "{error}");
    }
}
