//! What is asked at a terminal, what is shown of the answers, and how a person leaves.

use crate::dialogue::{CTRL_C, CTRL_D, dialogue};
use crate::house::{House, done, json};

#[test]
fn a_person_is_led_from_nothing_to_a_connection_that_works() {
    let house = House::new();
    let (url, token) = (House::url(), House::token_url());
    let (id, secret) = House::client();
    let answers = [
        ("Name of the connection: ", ""),
        ("an answer is needed", "Not A Name"),
        ("Name of the connection: ", "contoso"),
        ("web-api-url: ", "contoso.crm.dynamics.com"),
        ("web-api-url [https://contoso.crm.dynamics.com]: ", &url),
        ("token-url: ", &token),
        ("client-id ", &id),
        ("client-secret ", &secret),
        ("Test it now? [Y/n] ", ""),
    ];
    let Some((screen, code)) =
        dialogue(&house, "connection add --kind client-credentials", &answers)
    else {
        return;
    };
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("added connection contoso"), "{screen}");
    assert!(screen.contains("connection contoso works"), "{screen}");
    assert!(screen.contains(&format!("registration): {id}")), "{screen}");
    assert!(!screen.contains(&secret), "{screen}");
}

#[test]
fn leaving_says_so_on_a_line_of_its_own_and_keeps_nothing() {
    let house = House::new();
    let (url, token) = (House::url(), House::token_url());
    let settings = format!("--setting web-api-url={url} --setting token-url={token}");
    let add = format!("connection add c --kind client-credentials {settings}");
    for (line, before, key) in [
        ("connection add", "Name of the connection: ", CTRL_C),
        ("connection add", "Name of the connection: ", CTRL_D),
        (add.as_str(), "client-id ", CTRL_C),
    ] {
        let Some((screen, code)) = dialogue(&house, line, &[(before, key)]) else {
            return;
        };
        assert_eq!(code, 130, "{screen}");
        assert!(
            screen.ends_with("\ncancelled; nothing was changed\n"),
            "{screen:?}"
        );
    }
    for key in [CTRL_C, CTRL_D] {
        let answers = [("client-id ", "id"), ("client-secret ", key)];
        let (screen, code) = dialogue(&house, &add, &answers).unwrap();
        assert_eq!(code, 130, "{screen}");
        assert!(
            screen.ends_with("\ncancelled; nothing was changed\n"),
            "{screen:?}"
        );
    }
    assert_eq!(
        json(&house.run(&["connection", "list", "-q"])),
        serde_json::json!([])
    );
}

#[test]
fn a_removal_is_asked_about_unless_it_is_certain() {
    let house = House::connected();
    let question = "Remove connection contoso and its secrets? [y/N] ";
    let Some((screen, code)) = dialogue(&house, "connection rm contoso", &[(question, "n")]) else {
        return;
    };
    assert_eq!(code, 130, "{screen}");
    done(&house.run(&["connection", "show", "contoso"]));
    let (screen, code) = dialogue(&house, "connection rm contoso", &[(question, "yes")]).unwrap();
    assert_eq!(code, 0, "{screen}");
    done(&house.add("contoso"));
    let (screen, code) = dialogue(&house, "connection rm contoso --yes", &[]).unwrap();
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("[y/N]"), "{screen}");
}

#[test]
fn a_connection_is_shown_with_one_setting_a_line() {
    let house = House::connected();
    let Some((screen, _)) = dialogue(&house, "connection show contoso", &[]) else {
        return;
    };
    let line = screen
        .lines()
        .find(|line| line.contains("web-api-url"))
        .unwrap();
    assert!(line.ends_with(&House::url()), "{screen}");
}
