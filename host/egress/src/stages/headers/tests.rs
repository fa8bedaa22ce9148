use super::*;

const LIMITS: HeaderLimits = HeaderLimits {
    fields: 20,
    bytes: 1_000,
};

const RULES: Rules = Rules {
    limits: LIMITS,
    may_authorize: false,
};

fn origin(text: &str) -> Origin {
    Origin::parse(&text.parse().unwrap()).unwrap()
}

fn map(fields: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    map
}

fn judged(fields: &[(&str, &str)]) -> Result<CleanHeaders, EgressError> {
    judge(map(fields), &origin("https://org.example.com/"), RULES)
}

#[test]
fn fields_of_identity_routing_and_framing_are_refused_as_headers_and_as_trailers() {
    for name in [
        "Authorization",
        "authorization",
        "Proxy-Authorization",
        "Proxy-Anything",
        "Cookie",
        "X-Api-Key",
        "X-MS-Authorization-Auxiliary",
        "X-MS-Client-Principal-Id",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "Forwarded",
        "X-Real-Ip",
        "Via",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Expect",
        "X-HTTP-Method-Override",
        "X-Original-URL",
        // As what stands behind CGI and its like reads them.
        "X_Forwarded_For",
        "x_http_method_override",
        "x-http_method-override",
        "X_Original_URL",
        "Proxy_Authorization",
        "X-Forwarded",
        "X-Functions-Key",
        "X-Goog-Api-Key",
        "ApiKey",
        "Private-Token",
        "X-Amz-Security-Token",
        "Ocp-Apim-Subscription-Key",
        "Remote-User",
        "X-Remote-User",
        "REMOTE_USER",
        "CF-Connecting-IP",
        "X-Envoy-Original-Path",
        "X-Auth-Request-Email",
        "X-MS-Token-AAD-Id-Token",
        "X-Goog-IAP-JWT-Assertion",
    ] {
        assert!(judged(&[(name, "x")]).is_err(), "{name} was accepted");
        assert!(
            judge_trailers(&map(&[(name, "x")]), LIMITS).is_err(),
            "trailer {name} was accepted"
        );
    }
    assert!(judge_trailers(&map(&[("host", "org.example.com")]), LIMITS).is_err());
    assert!(judge_trailers(&map(&[("content-length", "1")]), LIMITS).is_err());
    assert!(judge_trailers(&map(&[("checksum", "1")]), LIMITS).is_ok());
}

#[test]
fn a_credential_may_go_where_credentials_go_and_nowhere_near_the_framing() {
    for (name, may) in [
        ("authorization", true),
        ("cookie", true),
        ("x-api-key", true),
        ("x-functions-key", true),
        ("x-vendor-session", true),
        ("content-length", false),
        ("Transfer-Encoding", false),
        ("transfer_encoding", false),
        ("connection", false),
        ("te", false),
        ("trailer", false),
        ("expect", false),
        ("upgrade", false),
        ("keep-alive", false),
        ("http2-settings", false),
        ("proxy-authorization", false),
        ("host", false),
        ("accept-encoding", false),
        ("airlock-prepares", false),
        ("airlock-anything", false),
        ("x-http-method-override", false),
        ("x-forwarded-host", false),
        ("set-cookie", false),
    ] {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        assert_eq!(may_carry_credential(&name), may, "{name}");
    }
}

#[test]
fn the_host_may_identify_itself_to_an_authority_and_set_nothing_else() {
    let rules = Rules {
        may_authorize: true,
        ..RULES
    };
    let url = origin("https://login.example.com/");
    let clean = judge(map(&[("authorization", "Basic eA==")]), &url, rules).unwrap();
    assert_eq!(clean.fields["authorization"], "Basic eA==");
    assert!(judge(map(&[("cookie", "a=b")]), &url, rules).is_err());
}

#[test]
fn what_a_web_api_needs_passes_with_every_value() {
    let clean = judged(&[
        ("accept", "application/json"),
        ("prefer", "odata.maxpagesize=50"),
        ("prefer", "return=representation"),
        ("if-match", "*"),
        ("mscrm.solutionuniquename", "s"),
        // Whom to act for is for the service to permit: it takes a privilege of the application's own.
        ("mscrmcallerid", "5f3e0c11-1111-4222-8333-000000000001"),
        ("callerobjectid", "5f3e0c11-1111-4222-8333-000000000001"),
        ("x-ms-file-name", "a.bin"),
        ("x-ms-transfer-mode", "chunked"),
        ("x_request_id", "1"),
        ("accept-encoding", "gzip, br"),
        ("content-length", "12"),
    ])
    .unwrap();
    let prefer: Vec<_> = clean.fields.get_all("prefer").iter().collect();
    assert_eq!(prefer, ["odata.maxpagesize=50", "return=representation"]);
    assert_eq!(clean.fields["accept-encoding"], "identity");
    assert_eq!(clean.content_length, Some(12));
    assert!(!clean.fields.contains_key("content-length"));
    assert_eq!(clean.fields.len(), 11);
}

#[test]
fn own_fields_are_read_and_never_leave() {
    let clean = judged(&[("airlock-prepares", "true"), ("airlock-other", "x")]).unwrap();
    assert!(clean.prepares);
    assert!(
        clean
            .fields
            .keys()
            .all(|name| !name.as_str().starts_with("airlock-"))
    );
    assert!(!judged(&[("airlock-prepares", "no")]).unwrap().prepares);
}

#[test]
fn the_host_field_can_only_repeat_the_url() {
    let cases = [
        ("https://org.example.com/", "org.example.com", true),
        ("https://org.example.com/", "ORG.example.com:443", true),
        ("https://org.example.com/", "other.example.com", false),
        ("https://org.example.com/", "org.example.com:80", false),
        (
            "https://org.example.com:8443/",
            "org.example.com:8443",
            true,
        ),
        ("https://org.example.com:8443/", "org.example.com", false),
    ];
    for (url, host, accepted) in cases {
        let clean = judge(map(&[("host", host)]), &origin(url), RULES);
        assert_eq!(clean.is_ok(), accepted, "{host} at {url}");
        if let Ok(clean) = clean {
            assert!(!clean.fields.contains_key("host"));
        }
    }
    assert!(judged(&[("host", "org.example.com"), ("host", "evil.example")]).is_err());
}

#[test]
fn content_length_is_one_plain_number() {
    for (fields, expected) in [
        (vec![("content-length", "0")], Some(0)),
        (vec![("content-length", "+5")], None),
        (vec![("content-length", "5, 5")], None),
        (vec![("content-length", "")], None),
        (vec![("content-length", "99999999999999999999999")], None),
        (vec![("content-length", "5"), ("content-length", "5")], None),
    ] {
        assert_eq!(
            judged(&fields).ok().and_then(|clean| clean.content_length),
            expected,
            "{fields:?}"
        );
    }
}

#[test]
fn too_many_and_too_large_fields_are_refused() {
    let many: Vec<_> = (0..21).map(|_| ("a", "b")).collect();
    assert!(judged(&many).is_err());
    assert!(judged(&many[..20]).is_ok());
    assert!(judged(&[("a", &"b".repeat(1_000))]).is_err());
}
