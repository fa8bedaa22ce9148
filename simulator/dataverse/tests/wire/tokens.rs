//! What the Web API does with tokens that are not quite right: each refusal with its status, code and challenge.

use crate::support::{Answer, Client, control};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dataverse_sim::sim::{ApplicationUser, OrganisationSettings, TENANT_ID};
use dataverse_sim::token::{Claims, Signer};
use dataverse_sim::{RunningSim, Sim};
use http::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

/// What a claim is changed to.
type Change = fn(&mut Claims);

/// The claims of a good token.
async fn claims(sim: &RunningSim, client: &Client) -> Claims {
    let answer = client.token(sim, &[]).await.json();
    let token = answer["access_token"].as_str().unwrap();
    Signer::development().unwrap().verify(token).unwrap()
}

async fn call(sim: &RunningSim, token: &str) -> Answer {
    Client::new(sim).with_token(token).get("WhoAmI").await
}

fn challenge(sim: &RunningSim, reason: &str) -> String {
    format!(
        "Bearer authorization_uri={base}/{}/oauth2/authorize, resource_id={base}/, error=\"invalid_token\", \
         error_description=\"{reason}\"",
        sim.tenant_id(),
        base = sim.base_url()
    )
}

#[tokio::test]
async fn each_claim_has_to_hold() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    let good = claims(&sim, &client).await;
    let signer = Signer::development().unwrap();
    let cases: [(&str, Change); 9] = [
        ("The audience is invalid", |claims| {
            claims.aud = "https://elsewhere.crm.dynamics.com".into();
        }),
        ("The audience is invalid", |claims| {
            claims.aud = "00000003-0000-0000-c000-000000000000".into();
        }),
        ("The audience is invalid", |claims| {
            claims.aud.push_str(".evil.example")
        }),
        ("The issuer is invalid", |claims| {
            claims.iss = "https://sts.windows.net/other/".into();
        }),
        ("The issuer is invalid", |claims| {
            claims.tid = Uuid::from_u128(7)
        }),
        ("The issuer is invalid", |claims| {
            // A tenant that is consistent, but not this organisation's.
            claims.tid = Uuid::from_u128(7);
            claims.iss = Claims::issuer(claims.tid);
        }),
        ("The token is expired", |claims| claims.exp = claims.iat - 1),
        ("The token is expired", |claims| claims.exp = 0),
        ("The token is not valid yet", |claims| claims.nbf += 600),
    ];
    for (reason, change) in cases {
        let mut changed = good.clone();
        change(&mut changed);
        let answer = call(&sim, &signer.sign(&changed).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{changed:?}");
        assert_eq!(
            answer.header("www-authenticate"),
            challenge(&sim, reason),
            "{changed:?}"
        );
        assert!(answer.body.is_empty(), "{}", answer.text());
        assert_eq!(answer.header("odata-version"), "4.0");
    }
    let answer = call(&sim, &signer.sign(&good).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "the unchanged one is good");
}

#[tokio::test]
async fn each_part_of_a_token_has_to_be_as_it_was_signed() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    let answer = client.token(&sim, &[]).await.json();
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let other = {
        let mut claims = claims(&sim, &client).await;
        claims.appid = Uuid::from_u128(9);
        URL_SAFE_NO_PAD.encode(serde_json::to_string(&claims).unwrap())
    };
    let header = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let signature = "The signature is invalid";
    let malformed = "The token is malformed";
    for (token, reason) in [
        (format!("{}.{other}.{}", parts[0], parts[2]), signature),
        (format!("{}.{}.{}", parts[0], parts[1], "AAAA"), signature),
        (format!("{}.{}.", parts[0], parts[1]), signature),
        (
            format!("{}.{}.{}", header(r#"{"alg":"RS256"}"#), parts[1], parts[2]),
            signature,
        ),
        (
            format!("{}.{}.", header(r#"{"alg":"none"}"#), parts[1]),
            malformed,
        ),
        (
            format!("{}.{}.{}", header(r#"{"alg":"HS256"}"#), parts[1], parts[2]),
            malformed,
        ),
        (
            format!("{}.{}.{}", header("{}"), parts[1], parts[2]),
            malformed,
        ),
        (format!("!.{}.{}", parts[1], parts[2]), malformed),
        (format!("{}.{}", parts[0], parts[1]), malformed),
        ("nonsense".to_owned(), malformed),
    ] {
        let answer = call(&sim, &token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(
            answer.header("www-authenticate"),
            challenge(&sim, reason),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_token_of_one_organisation_is_none_of_another_and_no_other_tenant_comes_in() {
    let sim = Sim::builder()
        .organisation(OrganisationSettings::new("sister"))
        .organisation(OrganisationSettings::new("fabrikam").tenant("fabrikam.example"))
        .start()
        .await
        .unwrap();
    let own = Client::signed_in(&sim).await;
    let sister = Client::signed_in_at(&sim, "sister").await;
    assert_eq!(own.get("WhoAmI").await.status, StatusCode::OK);
    assert_eq!(sister.get("WhoAmI").await.status, StatusCode::OK);

    let answer = client_token(&sim, "sister").await;
    let wrong = Client::new(&sim).with_token(&answer).get("WhoAmI").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.header("www-authenticate").contains("audience"));

    // The other tenant's organisation is no resource of this tenant.
    let scope = format!("{}/.default", sim.base_url_of("fabrikam").unwrap());
    let refused = Client::new(&sim).token(&sim, &[("scope", &scope)]).await;
    assert_eq!(refused.json()["error_codes"][0], 500_011);
    // Nor does a well-signed token of this tenant open it.
    let mut forged = claims(&sim, &own).await;
    forged.aud = sim.base_url_of("fabrikam").unwrap();
    assert_eq!(forged.tid, TENANT_ID);
    let token = Signer::development().unwrap().sign(&forged).unwrap();
    let answer = Client::new(&sim)
        .with_token(&token)
        .at(&sim, "fabrikam")
        .get("WhoAmI")
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.header("www-authenticate").contains("issuer"));
}

async fn client_token(sim: &RunningSim, organisation: &str) -> String {
    let scope = format!("{}/.default", sim.base_url_of(organisation).unwrap());
    let answer = Client::new(sim)
        .token(sim, &[("scope", &scope)])
        .await
        .json();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_without_a_row_in_the_organisation_is_no_member() {
    let sim = Sim::builder()
        .organisation(OrganisationSettings::new("small").people(&["ada.park"]))
        .start()
        .await
        .unwrap();
    let client = Client::new(&sim);
    let base = sim.base_url_of("small").unwrap();
    let scope = format!("{base}/user_impersonation");
    for (name, status) in [
        ("ada.park", StatusCode::OK),
        ("mei.tanaka", StatusCode::FORBIDDEN),
    ] {
        let user = format!("{name}@contoso.example");
        let changes = [
            ("grant_type", "password"),
            ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
            ("client_secret", ""),
            ("username", &user),
            ("password", "sim-development-password"),
            ("scope", &scope),
        ];
        let token = client.token(&sim, &changes).await.json();
        let answer = Client::new(&sim)
            .with_token(token["access_token"].as_str().unwrap())
            .at(&sim, "small")
            .get("WhoAmI")
            .await;
        assert_eq!(answer.status, status, "{}", answer.text());
        if status == StatusCode::FORBIDDEN {
            assert_eq!(answer.error().0, "0x80072560");
        }
    }
}

#[tokio::test]
async fn a_refresh_token_of_one_tenant_is_none_of_another() {
    let sim = Sim::builder()
        .organisation(OrganisationSettings::new("fabrikam").tenant("fabrikam.example"))
        .start()
        .await
        .unwrap();
    let client = Client::new(&sim);
    let scope = format!("{}/user_impersonation offline_access", sim.base_url());
    let public = [
        ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
        ("client_secret", ""),
        ("scope", &scope),
    ];
    let mut changes = public.to_vec();
    changes.extend([
        ("grant_type", "password"),
        ("username", "ada.park@contoso.example"),
        ("password", "sim-development-password"),
    ]);
    let token = client.token(&sim, &changes).await.json();
    let mut changes = public.to_vec();
    changes.extend([
        ("grant_type", "refresh_token"),
        ("refresh_token", token["refresh_token"].as_str().unwrap()),
    ]);
    for (tenant, expected) in [
        ("contoso.example", None),
        ("fabrikam.example", Some(700_005)),
    ] {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", sim.base_url());
        let answer = client.token_at(&url, &sim, &changes, &[]).await.json();
        assert_eq!(answer["error_codes"][0].as_u64(), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_refresh_token_that_works_once_revokes_the_sign_in_when_it_comes_again() {
    for (is_strict, again) in [(false, StatusCode::OK), (true, StatusCode::BAD_REQUEST)] {
        let mut application = ApplicationUser::public("Strict", Uuid::from_u128(0x51));
        application.registration.single_use_refresh_tokens = is_strict;
        let id = application.registration.client_id.to_string();
        let sim = Sim::builder()
            .application(application)
            .start()
            .await
            .unwrap();
        let client = Client::new(&sim);
        let scope = format!("{}/user_impersonation offline_access", sim.base_url());
        let first = client
            .token(
                &sim,
                &[
                    ("grant_type", "password"),
                    ("client_id", &id),
                    ("client_secret", ""),
                    ("username", "ada.park@contoso.example"),
                    ("password", "sim-development-password"),
                    ("scope", &scope),
                ],
            )
            .await;
        let refresh = async |token: &str| {
            let fields = [
                ("grant_type", "refresh_token"),
                ("client_id", &*id),
                ("client_secret", ""),
                ("scope", ""),
                ("refresh_token", token),
            ];
            client.token(&sim, &fields).await
        };
        let token = |answer: &Answer| answer.json()["refresh_token"].as_str().unwrap().to_owned();
        let old = token(&first);
        let next = token(&refresh(&old).await);

        assert_eq!(refresh(&old).await.status, again);
        let last = refresh(&next).await;
        assert_eq!(last.status, again, "{}", last.text());
        if is_strict {
            assert_eq!(last.json()["error"], "invalid_grant");
        }
    }
}

#[tokio::test]
async fn a_strict_authority_ends_a_sign_in_whose_refresh_token_comes_twice() {
    let sim = Sim::builder().start().await.unwrap();
    let client = Client::new(&sim);
    let scope = format!("{}/user_impersonation offline_access", sim.base_url());
    let ask = async |more: &[(&str, &str)]| {
        let mut changes = vec![
            ("client_id", "51f81489-12ee-4a9e-aaae-a2591f45987d"),
            ("client_secret", ""),
            ("scope", scope.as_str()),
        ];
        changes.extend(more);
        client.token(&sim, &changes).await.json()
    };
    let user = sim.user_name();
    let sign_in = async || {
        let person = [
            ("grant_type", "password"),
            ("username", user.as_str()),
            ("password", "sim-development-password"),
        ];
        refresh_token(&ask(&person).await)
    };
    let redeem =
        async |token: &str| ask(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await;

    let first = sign_in().await;
    for _ in 0..2 {
        let answer = redeem(&first).await;
        assert!(answer["refresh_token"].is_string(), "{answer}");
    }

    for (body, status, told) in [
        (r#"{"strict": true}"#, StatusCode::OK, r#"{"strict":true}"#),
        (r#"{"hard": 1}"#, StatusCode::BAD_REQUEST, "hard"),
    ] {
        let answer = control(&sim, Method::PUT, "refresh-tokens", body).await;
        assert_eq!(answer.status, status);
        assert!(answer.text().contains(told), "{}", answer.text());
    }
    let (first, other) = (sign_in().await, sign_in().await);
    let second = refresh_token(&redeem(&first).await);
    let third = refresh_token(&redeem(&second).await);
    for token in [&first, &third, &second] {
        let answer = redeem(token).await;
        assert_eq!(answer["error"], "invalid_grant", "{answer}");
        assert_eq!(answer["error_codes"][0], 50_173, "{answer}");
    }
    refresh_token(&redeem(&other).await);
}

fn refresh_token(answer: &Value) -> String {
    answer["refresh_token"].as_str().unwrap().to_owned()
}
