//! Addresses and settings are judged when a connection is added, and nothing wrong is ever kept.

use crate::house::{House, code, err, json};

fn add(house: &House, settings: &[&str]) -> std::process::Output {
    let mut words = vec!["connection", "add", "c", "--kind", "client-credentials"];
    for setting in settings {
        words.extend(["--setting", setting]);
    }
    words.push("--secrets-stdin");
    house.fed(&words, &House::secrets())
}

#[test]
fn addresses_that_make_no_sense_are_refused_with_the_flag_and_what_was_meant() {
    let house = House::new();
    let token = "token-url=https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";
    for (address, part) in [
        (
            "contoso.crm.dynamics.com",
            "did you mean https://contoso.crm.dynamics.com?",
        ),
        (
            "https:/contoso.crm.dynamics.com",
            "did you mean https://contoso.crm.dynamics.com?",
        ),
        (
            "https://contoso.crm.dynamics.com/main.aspx?appid=1",
            "did you mean https://contoso.crm.dynamics.com?",
        ),
        (
            "https://contoso.crm.dynamics.com/XRMServices/2011/Organization.svc",
            "Address of the environment",
        ),
        (
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts",
            "Address of the environment",
        ),
        ("https://crm.example/Org/api/data/v9.1", "on premises"),
        ("http://contoso.crm.dynamics.com", "allow-plain-http"),
        ("https://10.1.2.3", "allow-private"),
        ("https://169.254.169.254", "no setting permits it"),
    ] {
        let output = add(&house, &[&format!("web-api-url={address}"), token]);
        assert_eq!(code(&output), 2, "{address}: {}", err(&output));
        let text = err(&output).replace('\n', " ");
        assert!(text.starts_with("error: --setting web-api-url:"), "{text}");
        assert!(text.contains(part), "{address}: {text}");
    }
    assert_eq!(
        json(&house.run(&["connection", "list", "-q"])),
        serde_json::json!([])
    );
}

#[test]
fn a_closed_address_names_the_setting_and_its_file() {
    let house = House::new();
    house.configure("");
    let output = add(
        &house,
        &[
            "web-api-url=https://127.0.0.1:8443",
            "token-url=https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
        ],
    );
    let text = err(&output);
    assert!(
        text.contains("allow-loopback = true under [egress]"),
        "{text}"
    );
    let file = house.file("airlock.toml").display().to_string();
    assert!(
        text.contains(&format!("[egress] stands in {file}")),
        "{text}"
    );
}

#[test]
fn a_user_in_an_address_is_neither_kept_nor_printed() {
    let house = House::new();
    for address in [
        "https://me:hunter2@contoso.example",
        "me:hunter2@contoso.example",
    ] {
        let output = add(
            &house,
            &[
                &format!("web-api-url={address}"),
                "token-url=https://a.example/token",
            ],
        );
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("names a user"), "{}", err(&output));
        assert!(!err(&output).contains("hunter2"), "{}", err(&output));
    }
}

#[test]
fn a_token_address_without_sense_is_refused() {
    let house = House::new();
    for address in [
        "https://login.microsoftonline.com",
        "https://login.microsoftonline.com/contoso.example/oauth2/token",
        "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
    ] {
        let output = add(
            &house,
            &[
                "web-api-url=https://contoso.crm.dynamics.com",
                &format!("token-url={address}"),
            ],
        );
        assert_eq!(code(&output), 2, "{address}: {}", err(&output));
        assert!(
            err(&output).contains("--setting token-url"),
            "{}",
            err(&output)
        );
        assert!(err(&output).contains("v2.0/token"), "{}", err(&output));
    }
}

#[test]
fn usual_spellings_are_taken() {
    for (at, address) in [
        "https://contoso.crm.dynamics.com",
        "https://contoso.crm.dynamics.com/",
        " https://contoso.crm4.dynamics.com/api/data/v9.2/ ",
        "https://Contoso.crm.dynamics.com:443/api/data/v9.1",
    ]
    .into_iter()
    .enumerate()
    {
        let house = House::new();
        let output = add(
            &house,
            &[
                &format!("web-api-url={address}"),
                "token-url=https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            ],
        );
        assert_eq!(code(&output), 0, "{at}: {}", err(&output));
    }
}

#[test]
fn a_misspelt_setting_is_the_one_that_is_named() {
    let house = House::new();
    let output = add(
        &house,
        &[
            "web-api-urll=https://a.example",
            "token-ur=https://a.example/token",
        ],
    );
    let text = err(&output);
    assert!(
        text.contains("--setting web-api-urll: is not known; did you mean \"web-api-url\"?"),
        "{text}"
    );
    assert!(
        text.contains("--setting token-ur: is not known; did you mean \"token-url\"?"),
        "{text}"
    );
    assert!(!text.contains("is missing"), "{text}");
}
