//! Connections are changed, renamed, carried from folder to folder, and removed.

use crate::house::{House, code, done, err, json, out};
use serde_json::json;

#[test]
fn a_setting_is_changed_in_place_and_the_secrets_stay() {
    let house = House::connected();
    let url = format!("web-api-url={}/api/data/v9.1", House::url());
    done(&house.run(&[
        "connection",
        "update",
        "contoso",
        "--setting",
        &url,
        "--allow-host",
        "files.example",
    ]));
    let shown = json(&house.run(&["connection", "show", "contoso", "-o", "json"]));
    assert!(
        shown["settings"]["web-api-url"]
            .as_str()
            .unwrap()
            .ends_with("/v9.1")
    );
    assert_eq!(shown["allowed-hosts"], json!(["files.example"]));
    done(&house.run(&["connection", "test", "contoso"]));
    done(&house.run(&[
        "connection",
        "update",
        "contoso",
        "--disallow-host",
        "files.example",
    ]));

    for (words, part) in [
        (
            vec!["--setting", "web-api-url=contoso"],
            "did you mean https://contoso?",
        ),
        (vec!["--unset", "web-api-url"], "is missing"),
        (vec!["--unset", "scopes"], "at its default already"),
        (vec!["--disallow-host", "files.example"], "was not granted"),
        (vec![], "nothing to change"),
        (
            vec!["--setting", "client-secret=hunter2"],
            "was given as an argument",
        ),
    ] {
        let output = house.run(&[&["connection", "update", "contoso"], &words[..]].concat());
        assert_eq!(code(&output), 2, "{words:?}");
        assert!(err(&output).contains(part), "{words:?}: {}", err(&output));
    }
}

#[test]
fn a_renamed_connection_works_as_before() {
    let house = House::connected();
    done(&house.run(&["connection", "test", "contoso"]));
    done(&house.run(&["connection", "rename", "contoso", "fabrikam"]));
    done(&house.run(&["connection", "test", "fabrikam"]));
    let gone = house.run(&["connection", "show", "contoso"]);
    assert!(
        err(&gone).contains("no connection \"contoso\""),
        "{}",
        err(&gone)
    );
    done(&house.add("contoso"));
    assert_eq!(
        house.error(&["connection", "rename", "fabrikam", "contoso"])["code"],
        "exists"
    );
}

#[test]
fn a_slip_never_leads_to_a_removal() {
    let house = House::connected();
    for slip in ["renam", "renew", "remo"] {
        let text = err(&house.run(&["connection", slip, "contoso"]));
        assert!(!text.contains("did you mean remove"), "{slip}: {text}");
    }
}

#[test]
fn what_was_exported_is_imported_elsewhere_without_a_secret_in_the_document() {
    let house = House::connected();
    done(&house.add("second"));
    for flag in [None, Some("--toml")] {
        let words: Vec<&str> = ["connection", "export"].into_iter().chain(flag).collect();
        let document = out(&house.run(&words));
        let (id, secret) = House::client();
        assert!(
            !document.contains(&secret) && !document.contains(&id),
            "{document}"
        );
        let other = House::new();
        let file = other.file("connections");
        std::fs::write(&file, &document).unwrap();
        let file = file.display().to_string();
        let secrets = format!("{{\"contoso\": {0}, \"second\": {0}}}", House::secrets());
        done(&other.fed(
            &["connection", "import", &file, "--secrets-stdin"],
            &secrets,
        ));
        done(&other.run(&["connection", "test", "second"]));

        let again = other.fed(
            &["connection", "import", &file, "--secrets-stdin"],
            &secrets,
        );
        assert_eq!(code(&again), 2);
        assert!(
            err(&again).contains("there is already: contoso, second"),
            "{}",
            err(&again)
        );
    }
}

#[test]
fn nothing_of_a_document_is_kept_when_something_in_it_is_wrong() {
    let house = House::new();
    let file = house.file("c.json");
    let entry = |name: &str, url: &str| {
        json!({"name": name, "connector": "dynamics", "kind": "client-credentials",
               "settings": {"web-api-url": url, "token-url": House::token_url()}})
    };
    let document = json!({"airlock-connections": 1,
        "connections": [entry("good", &House::url()), entry("bad", "contoso")]});
    std::fs::write(&file, document.to_string()).unwrap();
    let error = house.error(&["connection", "import", &file.display().to_string()]);
    assert_eq!(error["connection"], "bad", "{error}");
    assert_eq!(error["faults"][0]["flag"], "--setting web-api-url");
    assert_eq!(json(&house.run(&["connection", "list", "-q"])), json!([]));
}

#[test]
fn one_connector_needs_no_name_and_scripts_are_never_asked() {
    let house = House::connected();
    let error = house.error(&["connection", "add"]);
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("usage"), &json!("missing: NAME"))
    );
    let error = house.error(&["connection", "add", "x", "--kind", "client-credentials"]);
    assert!(
        error["faults"][0]["message"]
            .as_str()
            .unwrap()
            .starts_with("is missing"),
        "{error}"
    );
    let error = house.error(&["connection", "add", "contoso"]);
    assert_eq!(error["code"], "exists");
    done(&house.run(&["connection", "rm", "contoso"]));
    done(&house.run(&["connector", "rm", "dynamics", "--yes"]));
}

#[test]
fn a_kind_that_this_host_does_not_serve_is_refused_before_any_secret() {
    let house = House::new();
    // A kind that no release of this connector has stands for what a host may not know.
    let error = house.error(&["connection", "add", "x", "--kind", "carrier-pigeon"]);
    assert_eq!(error["code"], "no-such-kind");
    assert!(
        error["advice"].to_string().contains("client-credentials"),
        "{error}"
    );
}

#[test]
fn a_misspelt_tenant_is_told_from_an_empty_one() {
    let house = House::connected();
    let tenants = json(&house.run(&["tenant", "list", "-o", "json"]));
    assert_eq!(
        tenants,
        json!([{"tenant": "default", "connectors": 1, "connections": 1}])
    );
    let text = err(&house.run(&["--tenant", "defualt", "connection", "ls"]));
    assert!(text.contains("did you mean --tenant default?"), "{text}");
    let error = house.error(&["--tenant", "acme", "connection", "show", "contoso"]);
    assert_eq!(error["code"], "no-such-connection");
    assert!(
        error["advice"].to_string().contains("tenant list"),
        "{error}"
    );
}

#[test]
fn runs_that_may_change_something_are_listed_and_shown() {
    let house = House::connected();
    assert_eq!(json(&house.run(&["runs", "list", "-q"])), json!([]));
    let create = ["run", "contoso", "create-row", "--table", "task", "--set"];
    done(&house.run(&[&create[..], &["subject=x"]].concat()));
    assert_eq!(
        code(&house.run(&[&create[..], &["nonsense=x"]].concat())),
        2
    );
    let runs = json(&house.run(&["runs", "list", "-o", "json"]));
    assert_eq!(runs[0]["status"], "failed", "{runs}");
    assert_eq!(runs[1]["status"], "succeeded", "{runs}");
    let failed = json(&house.run(&[
        "runs", "list", "--status", "failed", "--limit", "1", "-o", "json",
    ]));
    assert_eq!(failed.as_array().unwrap().len(), 1);
    let id = runs[0]["id"].as_str().unwrap();
    let shown = json(&house.run(&["runs", "show", &id[..13], "-o", "json"]));
    assert!(
        shown["error"].as_str().unwrap().contains("nonsense"),
        "{shown}"
    );
    assert_eq!(house.error(&["runs", "show", "zzz"])["code"], "no-such-run");
}
