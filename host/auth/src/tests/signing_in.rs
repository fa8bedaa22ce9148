//! Signing in, and what is tried on the way: each attempt is one person's, once, at one authority.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::*;
use crate::{Application, AuthorizationCode, DeviceCode, Received, Which};

fn application(secret: Option<&str>) -> Application {
    let grant = grant();
    Application {
        token_url: grant.token_url,
        scopes: vec![
            "https://x.example/user_impersonation".into(),
            "openid".into(),
        ],
        client_id: grant.client_id,
        client_secret: secret.map(SecretString::from),
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn authorize_url() -> Url {
    url("https://login.example/contoso.example/oauth2/v2.0/authorize")
}

fn begin(which: Which<'_>) -> AuthorizationCode {
    let redirect = url("http://localhost:4711/");
    AuthorizationCode::begin(&application(None), &authorize_url(), redirect, which, NOON).unwrap()
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn sent(attempt: &AuthorizationCode) -> HashMap<String, String> {
    pairs(attempt.url().query().unwrap())
}

/// The query of a redirect with the attempt's own state.
fn answered(attempt: &AuthorizationCode, rest: &str) -> String {
    format!("state={}&{rest}", sent(attempt)["state"])
}

fn id_token(nonce: Option<&str>, issuer: &str) -> String {
    let claims = json!({
        "aud": "client-id-5e1f", "iss": issuer, "nonce": nonce, "tid": "t", "oid": "o",
        "preferred_username": "ada@contoso.example", "name": "Ada Park",
    });
    format!("e30.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn tokens(id_token: String) -> Reply {
    let body = json!({
        "token_type": "Bearer", "expires_in": 3600, "access_token": "access",
        "refresh_token": "refresh", "id_token": id_token,
    });
    answer(200, "application/json", body.to_string())
}

#[test]
fn the_browser_is_sent_with_a_challenge_a_state_and_no_secret() {
    let attempt = begin(Which::Any);
    let query = sent(&attempt);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "client-id-5e1f"),
        ("redirect_uri", "http://localhost:4711/"),
        ("scope", "https://x.example/user_impersonation openid"),
        ("code_challenge_method", "S256"),
        ("prompt", "select_account"),
    ] {
        assert_eq!(query[name], value);
    }
    // 256 bits each, and none like another.
    assert!(query["state"].len() >= 43 && query["nonce"].len() >= 43);
    assert_ne!(query["state"], query["nonce"]);
    assert_ne!(query["state"], sent(&begin(Which::Any))["state"]);
    assert!(!attempt.url().as_str().contains("secret"));

    let again = sent(&begin(Which::Known("ada@contoso.example")));
    assert_eq!(again["login_hint"], "ada@contoso.example");
    assert!(!again.contains_key("prompt"));
}

#[test]
fn only_the_first_answer_with_the_right_state_counts() {
    let mut attempt = begin(Which::Any);
    let app = application(None);
    let other = answered(&begin(Which::Any), "code=theirs");
    let state = sent(&attempt)["state"].clone();
    for stray in [
        "",
        "code=theirs",
        "code=theirs&state=",
        &other,
        &format!("code=theirs&state={}", &state[..state.len() - 1]),
        &format!("code=theirs&state={state}x"),
        &format!("code=theirs&state={state}&state={state}"),
        &format!("code=theirs&code=more&state={state}"),
        "error=access_denied",
        "error=access_denied&state=wrong",
    ] {
        let received = attempt.receive(&app, stray, NOON);
        assert!(matches!(received, Received::Stray), "{stray}: {received:?}");
    }

    let good = answered(&attempt, "code=ours&session_state=1");
    let Received::Code(code) = attempt.receive(&app, &good, NOON) else {
        panic!("the answer was not taken");
    };
    assert_eq!(code.expose_secret(), "ours");

    let replayed = attempt.receive(&app, &good, NOON);
    assert!(matches!(replayed, Received::Stray), "{replayed:?}");
    let pasted = attempt.receive_pasted(&app, "ours", NOON);
    assert!(matches!(pasted, Received::Stray), "{pasted:?}");
}

#[test]
fn an_error_of_the_sign_in_page_is_explained_and_ends_the_attempt() {
    for (rest, told) in [
        (
            "error=access_denied&error_description=AADSTS65004%3A+User+declined.",
            "AADSTS65004",
        ),
        (
            "error=access_denied&error_subcode=cancel",
            "access was denied",
        ),
        (
            "error=invalid_request&error_description=AADSTS50011%3A+x",
            "redirect URIs",
        ),
        (
            "error=consent_required&error_description=AADSTS65001%3A+x&code=both",
            "consent",
        ),
        (
            "error=something_new&error_description=Not+today%1B%5B2J",
            "Not today",
        ),
        ("code=", "without a code"),
        ("session_state=1", "without a code"),
    ] {
        let mut attempt = begin(Which::Any);
        let query = answered(&attempt, rest);
        let Received::Refused(error) = attempt.receive(&application(None), &query, NOON) else {
            panic!("{rest} was not refused");
        };
        let text = error.to_string();
        assert!(text.contains(told), "{rest}: {text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        let after = attempt.receive(&application(None), &answered(&attempt, "code=c"), NOON);
        assert!(matches!(after, Received::Stray), "{after:?}");
    }
}

#[test]
fn an_answer_of_another_authority_is_a_mix_up() {
    for (issuer, taken) in [
        ("https://login.example/contoso.example/v2.0", true),
        ("https://login.example/5a7e1f00/v2.0", true),
        ("https://evil.example/contoso.example/v2.0", false),
        ("https://login.example:8443/contoso.example/v2.0", false),
        ("http://login.example/contoso.example/v2.0", false),
        ("https://login.example/v2.0?x", false),
        ("https://login.example.evil.example/v2.0", false),
        ("login.example", false),
        ("", false),
    ] {
        let mut attempt = begin(Which::Any);
        let issuer: String = form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
        let query = answered(&attempt, &format!("code=c&iss={issuer}"));
        match attempt.receive(&application(None), &query, NOON) {
            Received::Code(_) => assert!(taken, "{issuer}"),
            Received::Refused(error) => {
                assert!(!taken, "{issuer}: {error}");
                assert!(error.to_string().contains("another authority"), "{error}");
            }
            Received::Stray => panic!("{issuer}"),
        }
    }
}

#[test]
fn an_answer_that_comes_too_late_is_refused() {
    let mut attempt = begin(Which::Any);
    let late = attempt.until();
    let query = answered(&attempt, "code=c");
    let received = attempt.receive(&application(None), &query, late);
    assert!(matches!(received, Received::Refused(_)), "{received:?}");
    let mut attempt = begin(Which::Any);
    let received = attempt.receive_pasted(&application(None), "c", late);
    assert!(matches!(received, Received::Refused(_)), "{received:?}");
}

async fn redeem(
    authority: &Authority,
    attempt: AuthorizationCode,
    secret: Option<&str>,
) -> Result<crate::SignedIn, AuthError> {
    let code = SecretString::from("code-canary");
    attempt
        .redeem(&application(secret), authority, &code, NOON)
        .await
}

fn form(authority: &Authority) -> HashMap<String, String> {
    let requests = authority.requests.lock().unwrap();
    pairs(std::str::from_utf8(requests.last().unwrap().body()).unwrap())
}

#[tokio::test]
async fn a_code_is_redeemed_with_the_verifier_of_its_challenge() {
    for secret in [None, Some("s3cret")] {
        let authority = Authority::new();
        let attempt = begin(Which::Any);
        let query = sent(&attempt);
        authority.then(tokens(id_token(
            Some(&query["nonce"]),
            "https://login.example/t",
        )));

        let signed_in = redeem(&authority, attempt, secret).await.unwrap();

        let form = form(&authority);
        assert_eq!(form["grant_type"], "authorization_code");
        assert_eq!(form["code"], "code-canary");
        assert_eq!(form["redirect_uri"], "http://localhost:4711/");
        let hash = Sha256::digest(form["code_verifier"].as_bytes());
        assert_eq!(URL_SAFE_NO_PAD.encode(hash), query["code_challenge"]);
        assert_eq!(form.get("client_secret").map(String::as_str), secret);
        assert_eq!(form["client_id"], "client-id-5e1f");
        let who = signed_in.identity.unwrap().to_string();
        assert_eq!(who, "Ada Park (ada@contoso.example)");
    }
}

#[tokio::test]
async fn an_id_token_of_another_sign_in_or_authority_is_not_taken() {
    for (nonce, issuer) in [
        (Some("another"), "https://login.example/t"),
        (None, "https://login.example/t"),
        (Some("own"), "https://evil.example/t"),
    ] {
        let authority = Authority::new();
        let mut attempt = begin(Which::Any);
        let query = answered(&attempt, "code=c&iss=https%3A%2F%2Flogin.example%2Ft");
        attempt.receive(&application(None), &query, NOON);
        let own = sent(&attempt)["nonce"].clone();
        let nonce = nonce.map(|nonce| if nonce == "own" { own.as_str() } else { nonce });
        authority.then(tokens(id_token(nonce, issuer)));
        let refused = redeem(&authority, attempt, None).await.unwrap_err();
        assert!(refused.to_string().contains("id token"), "{refused}");
    }
}

#[tokio::test]
async fn a_refused_code_is_explained_and_neither_it_nor_the_verifier_is_repeated() {
    let authority = Authority::new();
    let attempt = begin(Which::Any);
    let state = sent(&attempt)["state"].clone();
    authority.then(refuse(
        "invalid_grant",
        1,
        &format!("code code-canary {state}"),
    ));
    let text = redeem(&authority, attempt, None)
        .await
        .unwrap_err()
        .to_string();
    let verifier = form(&authority)["code_verifier"].clone();
    for secret in ["code-canary", &state, &verifier] {
        assert!(!text.contains(secret), "{text}");
    }
    let authority = Authority::new();
    authority.then(refuse(
        "invalid_grant",
        501_481,
        "The Code_Verifier does not match.",
    ));
    let text = redeem(&authority, begin(Which::Any), None)
        .await
        .unwrap_err()
        .to_string();
    assert!(text.contains("proof key"), "{text}");
}

fn device_url() -> Url {
    url("https://login.example/contoso.example/oauth2/v2.0/devicecode")
}

fn device_answer(change: impl FnOnce(&mut serde_json::Value)) -> Reply {
    let mut body = json!({
        "user_code": "ABC-DEF", "device_code": "device-canary", "expires_in": 900, "interval": 5,
        "verification_uri": "https://login.example/devicelogin", "message": "…",
    });
    change(&mut body);
    answer(200, "application/json", body.to_string())
}

async fn device(authority: &Authority) -> Result<DeviceCode, AuthError> {
    DeviceCode::begin(&application(None), &device_url(), authority, NOON).await
}

#[tokio::test]
async fn a_device_waits_its_turn_and_ends_at_the_first_final_word() {
    let pending = || refuse("authorization_pending", 70_016, "Pending.");
    let slow_down = || answer(400, "application/json", r#"{"error":"slow_down"}"#);
    let authority = Authority::new();
    authority.then(device_answer(|_| {}));
    let mut device = device(&authority).await.unwrap();
    assert_eq!(device.user_code(), "ABC-DEF");
    assert_eq!(device.page().as_str(), "https://login.example/devicelogin");
    authority
        .then(pending())
        .then(slow_down())
        .then(answer(503, "text/html", "<html>"))
        .then(pending())
        .then(tokens(id_token(None, "https://login.example/t")));
    let mut now = NOON;
    let mut waits = Vec::new();
    let signed_in = loop {
        let wait = device.wait(now).unwrap();
        waits.push(wait.as_secs());
        now += wait;
        let asked = device.ask(&application(None), &*authority, now).await;
        if let Some(signed_in) = asked.unwrap() {
            break signed_in;
        }
    };
    assert_eq!(waits, [5, 5, 10, 20, 20]);
    assert!(signed_in.identity.is_some() && signed_in.refresh_token.is_some());
    let form = form(&authority);
    assert_eq!(form["device_code"], "device-canary");
    assert_eq!(
        form["grant_type"],
        "urn:ietf:params:oauth:grant-type:device_code"
    );
}

#[tokio::test]
async fn a_person_who_declines_and_a_policy_end_the_waiting_at_once() {
    for (error, number, told) in [
        ("access_denied", 0, "access was denied"),
        ("authorization_declined", 70_018, "access was denied"),
        ("expired_token", 70_020, "in time"),
        ("invalid_grant", 53_003, "conditional access"),
        ("invalid_client", 7_000_218, "did not prove who it is"),
    ] {
        let authority = Authority::new();
        authority.then(device_answer(|_| {}));
        let mut device = device(&authority).await.unwrap();
        authority.then(refuse(error, number, "Echo device-canary."));
        let refused = device
            .ask(&application(None), &*authority, NOON)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(told), "{error}: {refused}");
        assert!(!refused.contains("device-canary"), "{refused}");
    }
}

#[tokio::test]
async fn a_device_answer_that_cannot_be_shown_to_a_person_is_refused() {
    for (member, value) in [
        ("user_code", json!("")),
        ("user_code", json!("ABC\u{1b}[2J")),
        ("user_code", json!("A".repeat(100))),
        ("verification_uri", json!("file:///etc/passwd")),
        ("verification_uri", json!("javascript:alert(1)")),
    ] {
        let authority = Authority::new();
        authority.then(device_answer(|body| body[member] = value.clone()));
        let refused = device(&authority).await.unwrap_err().to_string();
        assert!(refused.contains("cannot be shown"), "{value}: {refused}");
    }
    let authority = Authority::new();
    authority.then(refuse(
        "unauthorized_client",
        700_016,
        "No such application.",
    ));
    let refused = device(&authority).await.unwrap_err().to_string();
    assert!(refused.contains("AADSTS700016"), "{refused}");
}
