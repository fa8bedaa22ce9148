//! The simulator's own interface: clock, limits, log, status page, registrations, and what it refuses.

use crate::support::{Client, control, create, small};
use dataverse_sim::control::{Effect, FaultRule};
use http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn the_clock_is_set_moved_stopped_and_let_go() {
    let (sim, _) = small().await;
    let set = json!({"now": "2030-01-01T00:00:00Z", "frozen": true, "advance-seconds": 90});
    let told = control(&sim, Method::PUT, "clock", &set.to_string())
        .await
        .json();
    assert_eq!(told["now"], "2030-01-01T00:01:30Z");
    assert_eq!(told["frozen"], true);

    // Rows and tokens read the same clock.
    let client = Client::signed_in(&sim).await;
    let made = create(&client, "accounts", json!({"name": "Later"})).await;
    let at = made.header("odata-entityid").to_owned();
    let row = client
        .send(Method::GET, &at, &[], String::new())
        .await
        .unwrap()
        .json();
    assert_eq!(row["createdon"], "2030-01-01T00:01:30Z");

    let told = control(&sim, Method::DELETE, "clock", "").await.json();
    assert_eq!(
        (&told["ahead-seconds"], &told["frozen"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(
        client.get("WhoAmI").await.status,
        StatusCode::UNAUTHORIZED,
        "not yet valid"
    );
}

#[tokio::test]
async fn a_wrong_setting_of_the_clock_changes_nothing() {
    let (sim, _) = small().await;
    for wrong in [
        r#"{"frozen":true,"now":"2300-01-01T00:00:00Z"}"#,
        r#"{"now":"tomorrow"}"#,
        r#"{"advance-seconds":9223372036854775807}"#,
        r#"{"minutes":5}"#,
        "",
    ] {
        let answer = control(&sim, Method::PUT, "clock", wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(
            answer.json()["message"].as_str().unwrap().contains("clock"),
            "{wrong}"
        );
    }
    let told = control(&sim, Method::GET, "clock", "").await.json();
    assert_eq!(
        (&told["ahead-seconds"], &told["frozen"]),
        (&json!(0), &json!(false))
    );
}

#[tokio::test]
async fn limits_are_set_and_lifted_while_it_runs() {
    let (sim, client) = small().await;
    let told = control(&sim, Method::PUT, "limits", r#"{"requests":2}"#)
        .await
        .json();
    assert_eq!(told["limits"]["contoso"]["requests"], 2);
    assert_eq!(
        told["limits"]["contoso"]["concurrent"], 52,
        "the rest as the service has it"
    );
    for status in [200, 200, 429] {
        assert_eq!(client.get("WhoAmI").await.status.as_u16(), status);
    }
    let told = control(&sim, Method::DELETE, "limits", "").await.json();
    assert_eq!(told["limits"]["contoso"], Value::Null);
    assert_eq!(client.get("WhoAmI").await.status, StatusCode::OK);
    let wrong = control(&sim, Method::PUT, "limits", r#"{"window-seconds":0}"#).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_status_page_lists_tables_and_recent_requests_and_escapes_them() {
    let (sim, client) = small().await;
    let mut rule = FaultRule::new("/leads", Effect::Delay { milliseconds: 0 });
    rule.name = "<b>slow</b>".into();
    sim.add_fault(rule);
    client.get("leads?$top=1").await;
    let url = sim.admin_url();
    let page = client
        .send(
            Method::GET,
            &url,
            &[("accept", "text/html,*/*")],
            String::new(),
        )
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    let text = page.text();
    for piece in [
        "Contoso Sales",
        "<code>leads</code> 10",
        "GET /api/data/v9.2/leads?$top=1",
        "&lt;b&gt;slow",
    ] {
        assert!(text.contains(piece), "{piece} is not in {text}");
    }
    assert!(
        !text.contains("<b>slow"),
        "what a caller wrote is no markup"
    );
    let watched = client
        .send(
            Method::GET,
            &format!("{url}?watch"),
            &[("accept", "text/html")],
            String::new(),
        )
        .await
        .unwrap();
    assert_eq!(watched.header("refresh"), "3");
    let health = control(&sim, Method::GET, "", "").await.json();
    assert_eq!(health["status"], "running");
}

#[tokio::test]
async fn the_log_is_asked_for_a_part_of_it() {
    let (sim, client) = small().await;
    client.get("leads?$top=1").await;
    client.get("accounts?$top=1").await;
    let all = control(&sim, Method::GET, "requests", "").await.json();
    let numbers = |answer: &Value| -> Vec<u64> {
        let entries = answer["requests"].as_array().unwrap().iter();
        entries
            .map(|entry| entry["sequence"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers(&all), [1, 2, 3]);
    for (query, expected) in [
        ("since=2", vec![3]),
        ("path=/leads", vec![2]),
        ("limit=2", vec![2, 3]),
    ] {
        let some = control(&sim, Method::GET, &format!("requests?{query}"), "")
            .await
            .json();
        assert_eq!(numbers(&some), expected, "{query}");
    }
    let one = control(&sim, Method::GET, "requests/2", "").await.json();
    assert_eq!(one["target"], "/api/data/v9.2/leads?$top=1");
    for (query, status) in [
        ("requests?since=x", 400),
        ("requests?colour=1", 400),
        ("requests/99", 404),
    ] {
        let answer = control(&sim, Method::GET, query, "").await;
        assert_eq!(answer.status.as_u16(), status, "{query}");
    }
}

#[tokio::test]
async fn an_application_is_registered_used_and_removed() {
    let (sim, client) = small().await;
    let body = json!({"name": "Later", "secrets": [{"value": "s3cret"}], "application-user": true});
    let made = control(&sim, Method::POST, "applications", &body.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.json()["client-id"].as_str().unwrap().to_owned();
    let changes = [("client_id", id.as_str()), ("client_secret", "s3cret")];
    let token = client.token(&sim, &changes).await.json();
    let later = Client::new(&sim).with_token(token["access_token"].as_str().unwrap());
    assert_eq!(later.get("WhoAmI").await.status, StatusCode::OK);
    let listed = control(&sim, Method::GET, "applications", "").await;
    assert!(listed.text().contains("Later") && !listed.text().contains("s3cret"));
    let one = format!("applications/{id}");
    assert_eq!(
        control(&sim, Method::DELETE, &one, "").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        control(&sim, Method::DELETE, &one, "").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        client.token(&sim, &changes).await.json()["error_codes"][0],
        700_016
    );
    for wrong in [
        r#"{"name":"x","colour":1}"#,
        r#"{"name":"x","tenant":"nowhere"}"#,
        r#"{"name":"x","certificates":["no"]}"#,
    ] {
        let answer = control(&sim, Method::POST, "applications", wrong).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{wrong}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn an_account_gets_a_password_and_a_state() {
    let (sim, client) = small().await;
    let name = "mei.tanaka@contoso.example";
    let sign_in = async |password: &str| {
        let changes = [
            ("grant_type", "password"),
            ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
            ("client_secret", ""),
            ("username", name),
            ("password", password),
        ];
        client.token(&sim, &changes).await.json()
    };
    assert!(sign_in("sim-development-password").await["access_token"].is_string());
    let path = format!("accounts/{name}");
    let set = control(&sim, Method::PUT, &path, r#"{"password":"changed"}"#).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text());
    assert_eq!(
        sign_in("sim-development-password").await["error_codes"][0],
        50_126
    );
    assert!(sign_in("changed").await["access_token"].is_string());
    for (state, number) in [
        ("disabled", 50_057),
        ("password-expired", 50_055),
        ("needs-second-factor", 50_076),
    ] {
        let body = json!({"state": state, "password": "changed"}).to_string();
        control(&sim, Method::PUT, &path, &body).await;
        assert_eq!(
            sign_in("changed").await["error_codes"][0],
            number,
            "{state}"
        );
    }
    let listed = control(&sim, Method::GET, "accounts", "").await;
    assert!(
        listed.text().contains("needs-second-factor") && !listed.text().contains("\"changed\"")
    );
    let nobody = control(&sim, Method::PUT, "accounts/nobody@contoso.example", "{}").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let wrong = control(&sim, Method::PUT, &path, r#"{"state":"asleep"}"#).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_possible_is_said() {
    let (sim, _) = small().await;
    let nowhere = control(&sim, Method::GET, "nothing", "").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(
        nowhere.json()["message"]
            .as_str()
            .unwrap()
            .contains("snapshots")
    );
    for (method, path, allowed) in [
        (Method::DELETE, "health", "GET"),
        (Method::PUT, "faults", "GET, POST, DELETE"),
        (Method::PATCH, "requests/replay", "POST"),
        (Method::PATCH, "snapshots/a", "PUT, DELETE"),
    ] {
        let answer = control(&sim, method, path, "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
    // A path that only begins alike is not the simulator's.
    let url = format!("{}/simple", sim.base_url());
    let answer = Client::new(&sim)
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap();
    assert!(answer.json()["Message"].is_string());
}
