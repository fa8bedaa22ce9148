//! What a program can tell from an error without reading a sentence.

use crate::house::{House, code, done, err};
use serde_json::json;

#[test]
fn each_kind_of_refusal_has_a_code_and_an_exit_of_its_own() {
    let house = House::connected();
    let nobody = "00000000-0000-4000-8000-00000000dead";
    let lead = ["run", "contoso", "get-row", "--table", "lead"];
    let error = house.error(&[&lead[..], &["--id", nobody]].concat());
    assert_eq!(
        (
            &error["category"],
            &error["code"],
            &error["exit-code"],
            &error["status"]
        ),
        (
            &json!("refused"),
            &json!("not-found"),
            &json!(4),
            &json!(404)
        )
    );
    assert!(
        error["service-code"].as_str().unwrap().starts_with("0x"),
        "{error}"
    );
    assert!(error["request-id"].is_string(), "{error}");

    let update = [
        "run",
        "contoso",
        "raw-request",
        "--method",
        "PATCH",
        "--data",
        "{}",
    ];
    let url = format!("leads({nobody})");
    let error = house.error(&[&update[..], &["--url", &url, "--header", "If-Match=*"]].concat());
    assert!(
        ["not-found", "precondition-failed"].contains(&error["code"].as_str().unwrap()),
        "{error}"
    );

    let error = house.error(&["run", "contoso", "list-rows", "--tabel", "lead"]);
    assert_eq!(
        (&error["code"], &error["exit-code"]),
        (&json!("usage"), &json!(2))
    );
    assert_eq!(error["faults"][0]["flag"], "--tabel");
    assert_eq!(error["advice"][0], "did you mean --table?");

    let error = house.error(&["run", "cotoso", "list-rows"]);
    assert_eq!(
        (&error["code"], &error["exit-code"]),
        (&json!("no-such-connection"), &json!(2))
    );
}

#[test]
fn a_condition_that_does_not_hold_is_a_precondition() {
    let house = House::connected();
    let table = ["--table", "task"];
    let create = house.run(
        &[
            &["run", "contoso", "create-row"],
            &table[..],
            &["--set", "subject=x"],
        ]
        .concat(),
    );
    done(&create);
    let id = crate::house::json(&create)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let update = [
        "run",
        "contoso",
        "update-row",
        "--id",
        &id,
        "--set",
        "subject=y",
        "--if-match",
    ];
    let error = house.error(&[&update[..], &["W/\"1\""], &table[..]].concat());
    assert_eq!(
        (&error["code"], &error["exit-code"], &error["status"]),
        (&json!("precondition-failed"), &json!(4), &json!(412)),
        "{error}"
    );
}

#[test]
fn what_this_host_forbids_or_bounds_is_not_blamed_on_the_service() {
    let house = House::connected();
    let roots = house.file("ca.pem").display().to_string();
    let open = format!("[egress]\nallow-loopback = true\ntrusted-roots = [{roots:?}]\n");
    let list = ["run", "contoso", "list-rows", "--table", "lead"];

    house.configure("");
    let error = house.error(&list);
    assert_eq!(
        (&error["category"], &error["code"], &error["exit-code"]),
        (&json!("denied"), &json!("egress-denied"), &json!(7))
    );
    assert_eq!(error["status"], json!(null));
    assert!(
        error["refused-by"].as_str().unwrap().contains("this host"),
        "{error}"
    );

    house.configure(&format!("{open}[budgets]\nanswer-values = 1000\n"));
    let error = house.error(&list);
    assert_eq!(
        (&error["category"], &error["code"], &error["exit-code"]),
        (&json!("limit"), &json!("budget-exceeded"), &json!(8)),
        "{error}"
    );
    assert!(!error.to_string().contains("defect"), "{error}");

    house.configure("[egress]\nallow-loopback = true\ntrusted-roots = [\"gone.pem\"]\n");
    let error = house.error(&list);
    assert_eq!(
        (&error["code"], &error["exit-code"]),
        (&json!("configuration"), &json!(2))
    );
}

#[test]
fn a_wrong_secret_was_refused_by_the_authority() {
    let house = House::connected();
    let (id, _) = House::client();
    let wrong = json!({"client-id": id, "client-secret": "wrong"}).to_string();
    done(&house.fed(
        &[
            "connection",
            "replace-secrets",
            "contoso",
            "--secrets-stdin",
        ],
        &wrong,
    ));
    let error = house.error(&["connection", "test", "contoso"]);
    assert_eq!(
        (&error["code"], &error["exit-code"]),
        (&json!("credential-refused"), &json!(3))
    );
    let by = error["refused-by"].as_str().unwrap();
    assert!(!by.contains("this host"), "{by}");
}

#[test]
fn a_tip_never_leads_to_the_next_error() {
    let house = House::empty();
    for (flag, advice) in [
        ("--limit", None),
        ("--json", Some("-o json")),
        ("--path", None),
    ] {
        let output = house.run(&["connector", "list", flag, "2"]);
        assert_eq!(code(&output), 2);
        let text = err(&output);
        assert!(!text.contains(&format!("-- {flag}")), "{text}");
        assert!(text.contains(advice.unwrap_or("--help")), "{text}");
    }
}

#[test]
fn a_command_that_lacks_one_shows_those_there_are() {
    let house = House::empty();
    let output = house.run(&["connection"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("rename"), "{}", err(&output));
    assert_eq!(house.error(&["connection"])["code"], "usage");
}

#[test]
fn what_is_missing_is_named_without_brackets_and_what_a_form_lacks_by_its_flag() {
    let house = House::connected();
    let text = err(&house.run(&["run", "contoso", "create-row", "--table", "lead"]));
    assert!(text.contains("--row or --set: is missing"), "{text}");
    let text = err(&house.run(&["choices", "contoso", "columns"]));
    assert!(text.contains("--form table=…"), "{text}");
}
