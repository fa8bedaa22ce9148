//! TLS, protocol versions, several simulators in one process, and the end of one.

use crate::support::Client;
use dataverse_sim::Sim;
use http::{Method, StatusCode, Version};

#[tokio::test]
async fn over_tls_with_the_authority_trusted_http2_is_spoken() {
    let sim = Sim::builder().tls(true).start().await.unwrap();
    assert!(sim.base_url().starts_with("https://127.0.0.1:"));
    let client = Client::signed_in(&sim).await;
    let answer = client.get("WhoAmI").await;
    assert_eq!(
        (answer.status, answer.version),
        (StatusCode::OK, Version::HTTP_2)
    );
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
}

#[tokio::test]
async fn without_the_authority_nobody_is_served() {
    let sim = Sim::builder().tls(true).start().await.unwrap();
    let client = Client::distrustful(&sim);
    let failure = client
        .send(Method::GET, &sim.web_api_url(), &[], String::new())
        .await;
    assert!(failure.is_err());
}

#[tokio::test]
async fn plain_http_is_version_one() {
    let sim = Sim::builder().start().await.unwrap();
    assert!(sim.ca_pem().is_none());
    let answer = Client::signed_in(&sim).await.get("WhoAmI").await;
    assert_eq!(answer.version, Version::HTTP_11);
}

#[tokio::test]
async fn header_names_are_spelt_as_the_service_spells_them() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let sim = Sim::builder().start().await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(sim.address()).await.unwrap();
    let request = "GET /api/data/v9.2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    for name in ["OData-Version", "REQ_ID", "x-ms-dop-hint", "Cache-Control"] {
        assert!(answer.contains(&format!("\r\n{name}: ")), "{answer}");
    }
}

#[tokio::test]
async fn two_simulators_have_their_own_rows() {
    let (one, other) = (
        Sim::builder().start().await.unwrap(),
        Sim::builder().start().await.unwrap(),
    );
    let (client, other_client) = (
        Client::signed_in(&one).await,
        Client::signed_in(&other).await,
    );
    let json = [("content-type", "application/json")];
    let created = client
        .api(Method::POST, "accounts", &json, r#"{"name":"Only here"}"#)
        .await;
    assert_eq!(created.status, StatusCode::NO_CONTENT, "{}", created.text());
    assert_eq!(
        client.get("accounts").await.json()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        other_client.get("accounts").await.json()["value"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_dropped_simulator_frees_its_port() {
    let sim = Sim::builder().start().await.unwrap();
    let address = sim.address();
    drop(sim);
    assert!(std::net::TcpStream::connect(address).is_err());
    let again = Sim::builder().listen(address).start().await.unwrap();
    assert_eq!(again.address(), address);
}

#[tokio::test]
async fn a_taken_address_is_told() {
    let sim = Sim::builder().start().await.unwrap();
    let error = Sim::builder()
        .listen(sim.address())
        .start()
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains(&sim.address().to_string()), "{error}");
    assert!(error.contains("port 0"), "{error}");
}
