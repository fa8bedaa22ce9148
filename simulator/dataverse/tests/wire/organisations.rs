//! Several organisations and tenants in one process: each with its own rows, people and limits; discovery lists them.

use crate::support::Client;
use dataverse_sim::control::{Effect, FaultRule};
use dataverse_sim::{RunningSim, Sim};
use http::{Method, StatusCode};
use serde_json::Value;

async fn start() -> RunningSim {
    Sim::builder()
        .organisation("sister,seed=small,people=ada.park".parse().unwrap())
        .organisation("fabrikam,tenant=fabrikam.example".parse().unwrap())
        .start()
        .await
        .unwrap()
}

async fn discovery_token(sim: &RunningSim, tenant: &str, user: &str) -> String {
    let changes = [
        ("grant_type", "password"),
        ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
        ("client_secret", ""),
        ("username", user),
        ("password", "sim-development-password"),
        (
            "scope",
            "https://globaldisco.crm.dynamics.com//user_impersonation",
        ),
    ];
    let url = format!("{}/{tenant}/oauth2/v2.0/token", sim.base_url());
    let answer = Client::new(sim)
        .token_at(&url, sim, &changes, &[])
        .await
        .json();
    answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

/// Names of the organisations that discovery tells somebody.
async fn found(sim: &RunningSim, tenant: &str, user: &str) -> Vec<(String, bool)> {
    let token = discovery_token(sim, tenant, user).await;
    let url = format!("{}/api/discovery/v2.0/Instances", sim.base_url());
    let client = Client::new(sim).with_token(&token);
    let answer = client
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap();
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let rows = answer.json()["value"].as_array().unwrap().clone();
    let described = |row: Value| {
        let name = row["UrlName"].as_str().unwrap().to_owned();
        (name, row["IsUserSysAdmin"] == true)
    };
    rows.into_iter().map(described).collect()
}

#[tokio::test]
async fn discovery_lists_what_a_person_belongs_to() {
    let sim = start().await;
    let both = [("contoso".to_owned(), true), ("sister".to_owned(), true)];
    assert_eq!(
        found(&sim, "contoso.example", "ada.park@contoso.example").await,
        both
    );
    let one = [("contoso".to_owned(), false)];
    assert_eq!(
        found(&sim, "contoso.example", "mei.tanaka@contoso.example").await,
        one
    );
    let other = [("fabrikam".to_owned(), false)];
    assert_eq!(
        found(&sim, "fabrikam.example", "mei.tanaka@fabrikam.example").await,
        other
    );

    let client = Client::signed_in(&sim).await;
    let users = client
        .get("systemusers?$select=systemuserid&$filter=lastname%20eq%20'Tanaka'")
        .await
        .json();
    let path = format!(
        "systemusers({})",
        users["value"][0]["systemuserid"].as_str().unwrap()
    );
    let json = [("content-type", "application/json")];
    client
        .api(Method::PATCH, &path, &json, r#"{"isdisabled":true}"#)
        .await;
    assert_eq!(
        found(&sim, "contoso.example", "mei.tanaka@contoso.example").await,
        []
    );
}

#[tokio::test]
async fn a_disabled_organisation_is_listed_as_such_and_answers_nobody() {
    let sim = Sim::builder()
        .organisation("sister,people=ada.park,state=disabled".parse().unwrap())
        .start()
        .await
        .unwrap();
    let token = discovery_token(&sim, "contoso.example", "ada.park@contoso.example").await;
    let listed = async |query: &str| {
        let url = format!("{}/api/discovery/v2.0/Instances?{query}", sim.base_url());
        let client = Client::new(&sim).with_token(&token);
        let answer = client.send(Method::GET, &url, &[], String::new()).await;
        let rows = answer.unwrap().json()["value"].as_array().unwrap().clone();
        let names = rows
            .iter()
            .map(|row| row["UrlName"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(listed("").await, ["contoso", "sister"]);
    assert_eq!(listed("$filter=State%20eq%201").await, ["sister"]);
    assert_eq!(listed("$filter=State%20eq%200").await, ["contoso"]);

    let sister = Client::signed_in_at(&sim, "sister").await;
    let answer = sister.get("WhoAmI").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("The organization is disabled."));
    let url = format!("{}/sim/organisations/sister", sim.base_url());
    let enabled = r#"{"state":"enabled"}"#.to_owned();
    let switched = Client::new(&sim)
        .send(Method::PUT, &url, &[], enabled)
        .await;
    assert_eq!(switched.unwrap().status, StatusCode::OK);
    assert_eq!(sister.get("WhoAmI").await.status, StatusCode::OK);
    assert_eq!(listed("$filter=State%20eq%201").await, [""; 0]);
}

#[tokio::test]
async fn each_organisation_has_rows_of_its_own_and_links_to_itself() {
    let sim = start().await;
    let first = Client::signed_in(&sim).await;
    let sister = Client::signed_in_at(&sim, "sister").await;
    let names = async |client: &Client| client.get("accounts?$select=name&$top=1").await.json();
    assert_eq!(names(&first).await["value"].as_array().unwrap().len(), 0);
    let answer = names(&sister).await;
    assert_eq!(answer["value"].as_array().unwrap().len(), 1);
    let base = sim.base_url_of("sister").unwrap();
    let context = answer["@odata.context"].as_str().unwrap();
    assert!(
        context.starts_with(&format!("{base}/api/data/v9.2/$metadata")),
        "{context}"
    );
    let logged = sim.requests().pop().unwrap();
    assert_eq!(logged.organisation, "sister");
}

#[tokio::test]
async fn two_organisations_of_one_name_are_refused_at_the_start() {
    let builder = Sim::builder().organisation("contoso".parse().unwrap());
    let error = builder.start().await.err().unwrap();
    assert!(error.to_string().contains("`contoso`"), "{error}");
}

#[tokio::test]
async fn of_two_requests_at_once_one_is_too_many() {
    let sim = Sim::builder()
        .limits("concurrent=1".parse().unwrap())
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    let pause = Effect::Delay { milliseconds: 400 };
    sim.add_fault(FaultRule::new("/WhoAmI", pause));
    let (one, other) = tokio::join!(client.get("WhoAmI"), client.get("WhoAmI"));
    let (good, refused) = match one.status {
        StatusCode::OK => (one, other),
        _ => (other, one),
    };
    assert_eq!(good.status, StatusCode::OK);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.error().0, "0x80072326");
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(
        client.get("WhoAmI").await.status,
        StatusCode::OK,
        "room again"
    );
}
