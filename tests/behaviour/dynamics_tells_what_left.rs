//! After a write that failed a person has to know whether the service may have carried it out. What the
//! host knows of that reaches them through the connector.

use airlock_runtime::{Category, NewConnection};
use dataverse_sim::control::{Effect, FaultRule};
use serde_json::json;
use support::{Office, Server};

/// A connection to the simulator's authority and to a service at `web_api`.
async fn connect(office: &Office, name: &str, web_api: String) {
    let scope = format!("{}/.default", office.sim.base_url().trim_end_matches('/'));
    let secret = office.sim.client_secret().to_owned();
    office
        .host
        .add_connection(NewConnection {
            tenant: "default".parse().unwrap(),
            name: name.parse().unwrap(),
            connector: "dynamics".parse().unwrap(),
            kind: "client-credentials".to_owned(),
            settings: json!({
                "web-api-url": web_api, "token-url": office.sim.token_url(), "scopes": scope,
            }),
            secrets: [
                (
                    "client-id".to_owned(),
                    office.sim.client_id().to_string().into(),
                ),
                ("client-secret".to_owned(), secret.into()),
            ]
            .into(),
            allowed_hosts: Vec::new(),
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_met_nobody_did_nothing_and_of_one_whose_answer_was_lost_nobody_knows() {
    let office = Office::open().await;
    let gone = Server::plain().await.address();
    connect(&office, "gone", format!("https://{gone}")).await;
    let write = json!({ "method": "POST", "url": "tasks", "data": { "subject": "once" } });

    let mut call = office.call("raw-request", write.clone());
    call.connection = "gone".parse().unwrap();
    let error = office.invoke(&call).await.unwrap_err();
    assert_eq!(error.category(), Category::Unavailable, "{error}");
    let text = error.to_string();
    assert!(text.contains("cannot connect to"), "{text}");
    assert!(!text.contains("not sent: "), "{text}");
    assert!(!text.contains("it is not known"), "{text}");

    office
        .sim
        .add_fault(FaultRule::new("/tasks", Effect::ResetAfter).method("POST"));
    let error = office.run("raw-request", write).await.unwrap_err();
    assert_eq!(error.category(), Category::Unavailable, "{error}");
    assert!(error.to_string().contains("it is not known"), "{error}");
    let requests = office.sim.requests();
    let sent = requests
        .iter()
        .filter(|seen| seen.method == "POST" && seen.target.ends_with("/tasks"));
    assert_eq!(sent.count(), 1);
}
