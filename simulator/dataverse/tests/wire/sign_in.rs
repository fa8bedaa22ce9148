//! Tokens: who gets one, who does not and why, and what the API does with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::support::Client;
use dataverse_sim::Sim;
use dataverse_sim::organisation::Clock;
use dataverse_sim::sim::ApplicationUser;
use http::{Method, StatusCode};
use time::OffsetDateTime;
use uuid::Uuid;

/// Changed form fields, and the status, name and number they lead to.
type Mistake<'a> = (&'a [(&'a str, &'a str)], u16, &'a str, u64);

/// A clock that only moves when told to.
struct Turned(AtomicI64);

impl Clock for Turned {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

#[tokio::test]
async fn an_application_gets_a_bearer_token_and_no_refresh_token() {
    let sim = Sim::builder().start().await.unwrap();
    let answer = Client::new(&sim).token(&sim, &[]).await;
    let json = answer.json();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["expires_in"], 3599);
    assert!(json.get("refresh_token").is_none());
    assert_eq!(json["access_token"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn tenant_may_be_a_domain_and_secret_may_be_basic() {
    let sim = Sim::builder().start().await.unwrap();
    let url = format!(
        "{}/contoso.onmicrosoft.com/oauth2/v2.0/token",
        sim.base_url()
    );
    let basic = {
        use base64::Engine;
        let pair = format!("{}:{}", sim.client_id(), sim.client_secret());
        format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(pair)
        )
    };
    let in_header = [("client_id", ""), ("client_secret", "")];
    let answer = Client::new(&sim)
        .token_at(&url, &sim, &in_header, &[("authorization", &basic)])
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn each_mistake_has_its_number() {
    let late = OffsetDateTime::UNIX_EPOCH;
    let mut expired = ApplicationUser::new("Expired", Uuid::from_u128(0xe1), "was-good");
    expired.registration.secrets[0].expires = Some(late);
    let mut disabled = ApplicationUser::new("Disabled", Uuid::from_u128(0xd1), "secret");
    disabled.registration.is_enabled = false;
    let sim = Sim::builder()
        .application(expired)
        .application(disabled)
        .start()
        .await
        .unwrap();
    let client = Client::new(&sim);
    let expired_id = Uuid::from_u128(0xe1).to_string();
    let disabled_id = Uuid::from_u128(0xd1).to_string();
    let everything = format!("{}/everything", sim.base_url());
    let cases: &[Mistake<'_>] = &[
        (
            &[("client_secret", "wrong")],
            401,
            "invalid_client",
            7_000_215,
        ),
        (&[("client_secret", "")], 401, "invalid_client", 7_000_218),
        (
            &[("client_id", &expired_id), ("client_secret", "was-good")],
            401,
            "invalid_client",
            7_000_222,
        ),
        (
            &[("client_id", &disabled_id)],
            400,
            "unauthorized_client",
            7_000_112,
        ),
        (
            &[("client_id", "00000000-0000-0000-0000-000000000009")],
            400,
            "unauthorized_client",
            700_016,
        ),
        (&[("client_id", "")], 400, "invalid_request", 900_144),
        (&[("grant_type", "")], 400, "invalid_request", 900_144),
        (
            &[("grant_type", "implicit")],
            400,
            "unsupported_grant_type",
            70_003,
        ),
        (&[("scope", "")], 400, "invalid_request", 900_144),
        (&[("scope", "openid")], 400, "invalid_scope", 1_002_012),
        (
            &[("scope", "nonsense/.default")],
            400,
            "invalid_scope",
            70_011,
        ),
        (
            &[(
                "scope",
                "https://a.example/.default https://b.example/.default",
            )],
            400,
            "invalid_scope",
            700_022,
        ),
        (
            &[("scope", "https://elsewhere.crm.dynamics.com/.default")],
            400,
            "invalid_resource",
            500_011,
        ),
        (
            &[
                ("grant_type", "password"),
                ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
                ("client_secret", ""),
                ("username", "ada.park@contoso.example"),
                ("password", "sim-development-password"),
                ("scope", &everything),
            ],
            400,
            "invalid_client",
            650_053,
        ),
    ];
    for (changes, status, error, number) in cases {
        let answer = client.token(&sim, changes).await;
        let json = answer.json();
        assert_eq!(answer.status.as_u16(), *status, "{changes:?}");
        assert_eq!(json["error"], *error, "{changes:?}");
        assert_eq!(json["error_codes"][0], *number, "{changes:?}");
        let description = json["error_description"].as_str().unwrap();
        assert!(
            description.starts_with(&format!("AADSTS{number}: ")),
            "{description}"
        );
        assert!(description.contains("Trace ID: "), "{description}");
    }
}

#[tokio::test]
async fn an_unknown_tenant_or_none_in_particular_is_refused() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    for (tenant, number) in [("fabrikam.onmicrosoft.com", 90_002), ("common", 50_059)] {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", sim.base_url());
        let answer = client.token_at(&url, &sim, &[], &[]).await;
        assert_eq!(answer.json()["error_codes"][0], number);
    }
    let answer = client
        .send(Method::GET, &sim.token_url(), &[], String::new())
        .await
        .unwrap();
    assert_eq!(answer.json()["error_codes"][0], 900_561);
}

#[tokio::test]
async fn discovery_leads_to_the_keys_that_signed() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    let url = format!(
        "{}/{}/v2.0/.well-known/openid-configuration",
        sim.base_url(),
        sim.tenant_id()
    );
    let document = client
        .send(Method::GET, &url, &[], String::new())
        .await
        .unwrap()
        .json();
    assert_eq!(document["token_endpoint"], sim.token_url());
    let keys = document["jwks_uri"].as_str().unwrap();
    let keys = client
        .send(Method::GET, keys, &[], String::new())
        .await
        .unwrap()
        .json();

    let token = client.token(&sim, &[]).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let header = {
        use base64::Engine;
        let part = token.split('.').next().unwrap();
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(part)
            .unwrap()
    };
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["kid"], keys["keys"][0]["kid"]);
    assert_eq!(keys["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn without_a_token_the_challenge_names_tenant_and_resource() {
    let sim = Sim::builder().start().await.unwrap();
    let answer = Client::new(&sim).get("").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.is_empty());
    let expected = format!(
        "Bearer authorization_uri={base}/{}/oauth2/authorize, resource_id={base}/",
        sim.tenant_id(),
        base = sim.base_url()
    );
    assert_eq!(answer.header("www-authenticate"), expected);
}

#[tokio::test]
async fn a_token_ends_with_its_time() {
    let clock = Arc::new(Turned(AtomicI64::new(1_800_000_000)));
    let sim = Sim::builder()
        .clock(clock.clone())
        .token_seconds(60)
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    assert_eq!(client.get("WhoAmI").await.status, StatusCode::OK);
    clock.0.fetch_add(61, Ordering::SeqCst);
    let answer = client.get("WhoAmI").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
}

#[tokio::test]
async fn a_token_of_another_simulator_or_a_changed_one_is_refused() {
    let (sim, other) = (
        Sim::builder().start().await.unwrap(),
        Sim::builder().start().await.unwrap(),
    );
    let foreign = Client::new(&other).token(&other, &[]).await.json();
    let foreign = foreign["access_token"].as_str().unwrap().to_owned();
    let changed = {
        let own = Client::new(&sim).token(&sim, &[]).await.json();
        let mut own = own["access_token"].as_str().unwrap().to_owned();
        let last = if own.pop() == Some('A') { 'Q' } else { 'A' };
        own.push(last);
        own
    };
    for token in [foreign.as_str(), changed.as_str(), "nonsense"] {
        let answer = Client::new(&sim).with_token(token).get("WhoAmI").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn an_application_that_is_no_user_is_no_member() {
    let id = Uuid::from_u128(0x57);
    let stranger = ApplicationUser::new("Stranger", id, "stranger-secret").without_user();
    let sim = Sim::builder().application(stranger).start().await.unwrap();
    let client = Client::new(&sim);
    let token = client
        .token(
            &sim,
            &[
                ("client_id", &id.to_string()),
                ("client_secret", "stranger-secret"),
            ],
        )
        .await
        .json();
    let client = client.with_token(token["access_token"].as_str().unwrap());
    let answer = client.get("WhoAmI").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        answer.error(),
        (
            "0x80072560".into(),
            "The user is not a member of the organization.".into()
        )
    );
}

#[tokio::test]
async fn disabling_the_user_counts_at_once() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let user = client.get("WhoAmI").await.json()["UserId"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("systemusers({user})");
    let json = [("content-type", "application/json")];
    let answer = client
        .api(Method::PATCH, &path, &json, r#"{"isdisabled":true}"#)
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let answer = client.get("WhoAmI").await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (StatusCode::FORBIDDEN, "0x80040225")
    );
}

#[tokio::test]
async fn impersonation_acts_as_the_other_user() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    let users = client
        .get("systemusers?$select=systemuserid&$filter=lastname%20eq%20'Park'")
        .await
        .json();
    let park = users["value"][0]["systemuserid"].as_str().unwrap();
    let answer = client.get_with("WhoAmI", &[("mscrmcallerid", park)]).await;
    assert_eq!(answer.json()["UserId"], park);
    let nobody = client
        .get_with(
            "WhoAmI",
            &[("mscrmcallerid", "00000000-0000-0000-0000-000000000001")],
        )
        .await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN);
}
