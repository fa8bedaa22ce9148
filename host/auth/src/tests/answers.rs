//! Whatever answers at the token endpoint, a person is told what it was and what to do.

use super::*;
use crate::CredentialSource;

async fn error_for(reply: Reply) -> AuthError {
    let world = World::new().await;
    world.authority.then(reply);
    world.source().lease().await.unwrap_err()
}

#[tokio::test]
async fn entras_numbers_are_explained_with_what_to_do() {
    for (number, error, meaning, advice) in [
        (
            7_000_215,
            "invalid_client",
            "client secret is wrong",
            "not the secret's id",
        ),
        (
            7_000_222,
            "invalid_client",
            "has expired",
            "make a new secret",
        ),
        (
            700_016,
            "unauthorized_client",
            "no application",
            "check the client id",
        ),
        (
            90_002,
            "invalid_request",
            "\"contoso.example\" does not exist",
            "Token URL",
        ),
        (
            500_011,
            "invalid_resource",
            "contoso.crm.dynamics.com/.default",
            "service's URL",
        ),
        (70_011, "invalid_scope", "is not valid", "/.default"),
        (65_001, "invalid_grant", "consented", "grant consent"),
        (650_057, "invalid_resource", "permission", "API permissions"),
        (50_034, "invalid_grant", "no such user", "directory"),
        (
            53_003,
            "invalid_grant",
            "conditional access",
            "administrator",
        ),
    ] {
        let error = error_for(refuse(error, number, "Words of the authority.")).await;
        let AuthError::Refused {
            code,
            message,
            advice: given,
        } = &error
        else {
            panic!("{number}: {error:?}")
        };
        assert_eq!(code.as_deref(), Some(&*format!("AADSTS{number}")));
        assert!(message.contains(meaning), "{number}: {message}");
        assert!(message.contains("login.example"), "{number}: {message}");
        assert!(given.contains(advice), "{number}: {given}");
        assert!(given.contains("trace id 1-2"), "{number}: {given}");
        assert!(
            message.contains("it says: Words of the authority."),
            "{number}: {message}"
        );
        assert!(!error.to_string().contains('\n'), "{number}: {error}");
    }
}

#[tokio::test]
async fn an_unknown_number_is_shown_with_the_authoritys_words_and_trace() {
    let error = error_for(refuse("invalid_grant", 123_456, "The moon is in the way.")).await;
    let text = error.to_string();
    for part in ["AADSTS123456", "The moon is in the way.", "trace id 1-2"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("Correlation") && !text.contains("Timestamp"),
        "{text}"
    );
}

#[tokio::test]
async fn a_token_url_of_the_first_version_is_told_from_a_setting_that_is_missing() {
    for (missing, advice) in [
        ("resource", "the Token URL ends with /oauth2/v2.0/token"),
        (
            "client_id",
            "client id, client secret and scopes are all set",
        ),
    ] {
        let words = format!("The request body must contain the following parameter: '{missing}'.");
        let error = error_for(refuse("invalid_request", 900_144, &words)).await;
        let text = error.to_string();
        for part in [words.as_str(), "AADSTS900144", advice] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[tokio::test]
async fn a_way_that_is_barred_until_something_is_mended_is_told_once() {
    let barred = "cannot find login.example: no such name; check the spelling of the address";
    let error = error_for(Err(TransportError::Unreachable {
        message: barred.into(),
    }))
    .await;
    assert!(matches!(error, AuthError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("cannot sign in: {barred}"));
}

#[tokio::test]
async fn authorities_without_numbers_are_explained_by_their_error() {
    for (error, part) in [
        ("invalid_client", "check client id and client secret"),
        ("invalid_scope", "check the scopes"),
        ("unauthorized_client", "may not sign in this way"),
        ("something_new", "check the connection's settings"),
    ] {
        let body = json!({ "error": error }).to_string();
        let told = error_for(answer(401, "application/json", body)).await;
        assert!(matches!(told, AuthError::Refused { .. }), "{told:?}");
        assert!(told.to_string().contains(part), "{told}");
        assert!(told.to_string().contains(error), "{told}");
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_not_blamed_on_the_credentials() {
    for reply in [
        refuse("temporarily_unavailable", 90_033, "A transient error."),
        refuse("invalid_grant", 50_196, "Loop."),
        answer(
            400,
            "application/json",
            r#"{"error":"temporarily_unavailable"}"#,
        ),
        answer(503, "text/html", "<html>busy</html>"),
        answer(500, "application/json", r#"{"error":"server_error"}"#),
        answer(429, "application/json", "{}"),
        answer(408, "text/plain", "late"),
        unreachable(),
    ] {
        let error = error_for(reply).await;
        assert!(matches!(error, AuthError::Unavailable { .. }), "{error:?}");
        assert!(error.to_string().contains("login.example"), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_token_endpoint_is_said_to_be_none() {
    for (reply, part) in [
        (
            answer(200, "text/html; charset=utf-8", "<html>Sign in</html>"),
            "a web page",
        ),
        (answer(404, "text/html", "<html>Not found</html>"), "404"),
        (answer(404, "text/plain", "nope"), "not JSON"),
        (answer(302, "text/html", "moved"), "redirects"),
        (answer(200, "application/json", ""), "with nothing"),
        (answer(400, "application/json", "  "), "with nothing"),
        (answer(200, "application/json", "{"), "no token response"),
        (answer(200, "application/json", "[1]"), "no token response"),
        (
            answer(200, "application/json", r#"{"token":"x"}"#),
            "no token response",
        ),
        (
            answer(200, "application/json", r#"{"access_token":7}"#),
            "no token response",
        ),
        (
            answer(400, "application/json", r#"{"code":7}"#),
            "no token response",
        ),
        (
            answer(200, "application/json", vec![b' '; (1 << 20) + 1]),
            "1048577 bytes",
        ),
        (
            answer(200, "application/json", vec![0xff, 0xfe]),
            "no token response",
        ),
        (issue("two words", json!(1)), "cannot carry"),
    ] {
        let error = error_for(reply).await;
        assert!(
            matches!(error, AuthError::Invalid { .. }),
            "{part}: {error:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains(part) && text.contains("Token URL"),
            "{part}: {text}"
        );
    }
}

#[tokio::test]
async fn json_without_a_content_type_is_read() {
    let world = World::new().await;
    let mut reply = issue("first", json!(3600)).unwrap();
    reply.headers_mut().remove("content-type");
    world.authority.then(Ok(reply));
    assert_eq!(shown(world.source().lease().await), "first");
}

#[tokio::test]
async fn what_policy_forbids_is_told_as_policy_tells_it() {
    let denial = "egress to login.example:443 denied: add it under allowed-hosts";
    let error = error_for(Err(TransportError::Denied {
        message: denial.into(),
    }))
    .await;
    assert!(matches!(error, AuthError::Invalid { .. }), "{error:?}");
    assert_eq!(error.to_string(), denial);
}
