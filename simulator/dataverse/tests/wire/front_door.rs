//! The Web API's front door: functions, the service document, headers, and paths that lead nowhere.

use crate::support::Client;
use dataverse_sim::Sim;
use http::{Method, StatusCode};

#[tokio::test]
async fn who_am_i_names_user_unit_and_organisation() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    for path in ["WhoAmI", "WhoAmI()"] {
        let answer = client.get(path).await;
        let json = answer.json();
        assert_eq!(answer.status, StatusCode::OK);
        let context = format!(
            "{}$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
            sim.web_api_url()
        );
        assert_eq!(json["@odata.context"], context);
        let user = json["UserId"].as_str().unwrap();
        let row = client
            .get(&format!("systemusers({user})?$select=applicationid"))
            .await
            .json();
        assert_eq!(row["applicationid"], sim.client_id().to_string());
    }
}

#[tokio::test]
async fn organisation_and_version_are_told() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let version = client.get("RetrieveVersion()").await.json();
    assert!(version["Version"].as_str().unwrap().starts_with("9.2."));
    let call = "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'";
    let detail = client.get(call).await.json()["Detail"].clone();
    assert_eq!(detail["State"], "Enabled");
    assert_eq!(detail["TenantId"], sim.tenant_id().to_string());
    assert_eq!(detail["Endpoints"]["Keys"][0], "WebApplication");
}

#[tokio::test]
async fn the_service_document_lists_entity_sets() {
    let sim = Sim::builder().start().await.unwrap();
    let json = Client::signed_in(&sim).await.get("").await.json();
    let sets: Vec<&str> = json["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| set["name"].as_str().unwrap())
        .collect();
    for set in [
        "accounts",
        "opportunities",
        "transactioncurrencies",
        "teammemberships",
    ] {
        assert!(sets.contains(&set), "{set} is missing");
    }
}

#[tokio::test]
async fn every_answer_carries_the_service_headers() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let (first, second) = (client.get("WhoAmI").await, client.get("nothing").await);
    for answer in [&first, &second] {
        assert_eq!(answer.header("odata-version"), "4.0");
        assert_eq!(
            answer.header("content-type"),
            "application/json; odata.metadata=minimal"
        );
        assert_eq!(
            answer.header("x-ms-ratelimit-time-remaining-xrm-requests"),
            "1,200.00"
        );
        assert!(answer.header("set-cookie").starts_with("ARRAffinity="));
        assert_eq!(answer.header("req_id").len(), 36);
    }
    assert_ne!(first.header("req_id"), second.header("req_id"));
}

#[tokio::test]
async fn unknown_names_and_wrong_verbs_are_not_found() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    for name in ["Accounts", "nonsense", "nonsense(1)"] {
        let answer = client.get(name).await;
        let (code, message) = answer.error();
        assert_eq!(
            (answer.status, code.as_str()),
            (StatusCode::NOT_FOUND, "0x80060888")
        );
        let segment = name.split('(').next().unwrap();
        assert_eq!(
            message,
            format!("Resource not found for the segment '{segment}'.")
        );
    }
    let answer = client.api(Method::POST, "WhoAmI", &[], "{}").await;
    let (code, message) = answer.error();
    assert_eq!((answer.status, code.as_str()), (StatusCode::NOT_FOUND, ""));
    assert!(
        message.starts_with("No HTTP resource was found that matches the request URI '"),
        "{message}"
    );
}

#[tokio::test]
async fn links_begin_with_host_and_version_of_the_request() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let url = format!(
        "http://localhost:{}/api/data/v9.1/WhoAmI",
        sim.address().port()
    );
    let json = client
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap()
        .json();
    let root = format!(
        "http://localhost:{}/api/data/v9.1/$metadata",
        sim.address().port()
    );
    assert!(json["@odata.context"].as_str().unwrap().starts_with(&root));
}

#[tokio::test]
async fn an_overlong_url_is_refused() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let filter = format!("accounts?$filter=name%20eq%20'{}'", "x".repeat(33_000));
    let answer = client.get(&filter).await;
    assert_eq!(answer.status, StatusCode::URI_TOO_LONG);
    assert_eq!(answer.error().0, "0x80060888");
}

#[tokio::test]
async fn an_error_tells_more_to_those_who_ask_for_annotations() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let plain = client.get("nonsense").await.json()["error"].clone();
    assert_eq!(plain.as_object().unwrap().len(), 2, "{plain}");
    let all = [("prefer", r#"odata.include-annotations="*""#)];
    let error = client.get_with("nonsense", &all).await.json()["error"].clone();
    assert_eq!(
        error["@Microsoft.PowerApps.CDS.InnerError.Message"],
        error["message"]
    );
    let help = error["@Microsoft.PowerApps.CDS.HelpLink"].as_str().unwrap();
    assert!(help.contains("%3a80060888"), "{help}");
}
