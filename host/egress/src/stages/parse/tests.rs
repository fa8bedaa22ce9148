use http::Uri;
use http::uri::PathAndQuery;
use url::Url;

use super::*;

fn origin(text: &str) -> Result<Origin, EgressError> {
    Origin::parse(&text.parse().unwrap())
}

fn rule_of(error: EgressError) -> &'static str {
    match error {
        EgressError::Denied {
            stage: Stage::Parse,
            rule,
            ..
        } => rule,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_origin_has_one_spelling() {
    for (given, canonical, port) in [
        ("https://org.example.com/a", "https://org.example.com", 443),
        (
            "https://ORG.Example.com:443/a",
            "https://org.example.com",
            443,
        ),
        (
            "http://org.example.com:8080/",
            "http://org.example.com:8080",
            8080,
        ),
        (
            "http://org.example.com:443/",
            "http://org.example.com:443",
            443,
        ),
        (
            "https://xn--bcher-kva.example/",
            "https://xn--bcher-kva.example",
            443,
        ),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000", 5000),
        ("http://[::1]:5000/", "http://[::1]:5000", 5000),
    ] {
        let read = origin(given).unwrap();
        assert_eq!(read.to_string(), canonical);
        assert_eq!(read.port(), port);
        assert_eq!(
            origin(&format!("{canonical}/")).unwrap(),
            read,
            "{canonical} reads as itself"
        );
    }
}

#[test]
fn ambiguous_origins_are_refused() {
    let mut judged = 0;
    for (given, rule) in [
        ("/only/a/path", "absolute"),
        ("ftp://org.example.com/", "scheme"),
        ("https://good.example@evil.example/", "userinfo"),
        ("https://user:secret@good.example/", "userinfo"),
        ("https://good.example./", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0x7f.1/", "host"),
        ("https://017700000001/", "host"),
        ("https://127.1/", "host"),
        ("https://127.0.0.01/", "host"),
        ("https://1.2.3.4.5/", "host"),
        ("https://[0:0:0:0:0:0:0:1]/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://xn--a/", "host"),
        ("https://good.example:0/", "port"),
        ("https://good.example:/", "port"),
        ("https://good.example:0443/", "port"),
    ] {
        // Some never get past the type.
        let Ok(uri) = given.parse::<Uri>() else {
            continue;
        };
        judged += 1;
        match Origin::parse(&uri) {
            Ok(read) => panic!("{given} was read as {read}"),
            Err(error) => assert_eq!(rule_of(error), rule, "{given}"),
        }
    }
    assert!(judged >= 15, "only {judged} were judged");
}

#[test]
fn paths_that_two_readers_could_take_for_two_things_are_refused() {
    for (given, rule) in [
        ("/api/../admin", "path"),
        ("/api/./x", "path"),
        ("/api/..", "path"),
        ("/api/%2e%2e/admin", "path"),
        ("/api/.%2E/admin", "path"),
        ("/api/%2e", "path"),
        ("//evil.example/x", "path"),
        ("/api//x", "path"),
        ("/api//", "path"),
        ("*", "path"),
        ("?a=b", "path"),
        ("/a\\b", "encoding"),
        ("/a?b=\\c", "encoding"),
        ("/a%2", "encoding"),
        ("/a%zz", "encoding"),
        ("/a{b}", "encoding"),
        ("/a|b", "encoding"),
        ("/ü", "encoding"),
        ("/a?b=ü", "encoding"),
    ] {
        let Ok(given) = PathAndQuery::try_from(given) else {
            continue;
        };
        match path(&given) {
            Ok(_) => panic!("{given} was accepted"),
            Err(error) => assert_eq!(rule_of(error), rule, "{given}"),
        }
    }
}

#[test]
fn paths_of_a_web_api_pass_and_read_as_themselves() {
    for given in [
        "/",
        "/api/data/v9.2/accounts",
        "/api/data/v9.2/accounts?$select=name&$filter=name%20eq%20'A%26B'",
        "/api/data/v9.2/accounts(telephone1='555-0100',name='a%2Fb%3Fc%23d%5C')",
        "/api/data/v9.2/$metadata",
        "/a/...",
        "/a/.well-known",
        "/a/b..c/",
        "/a?next=https://other.example/../x//y",
        "/a?q=[1]{2}|3^4`",
    ] {
        let given = PathAndQuery::try_from(given).unwrap();
        assert!(path(&given).is_ok(), "{given} was refused");
        // What the scan accepts, the reader of browsers leaves as it is (a quote in a query aside,
        // which it escapes and every server unescapes).
        let read = Url::parse(&format!("https://h.example{given}")).unwrap();
        let again = [read.path(), read.query().unwrap_or("")].concat();
        let before = [given.path(), given.query().unwrap_or("")].concat();
        assert_eq!(again.replace("%27", "'"), before);
    }
}

#[test]
fn dot_segments_behind_encoded_separators_are_pointed_out() {
    for (given, hides) in [
        ("/api/x", false),
        ("/api/name='a%2Fb'", false),
        ("/api/..%2f..%2Fadmin", true),
        ("/api/x%5c%2e%2e%5Cadmin", true),
        ("/api/a..%2fb", false),
    ] {
        let read = path(&PathAndQuery::try_from(given).unwrap()).unwrap();
        assert_eq!(read.hides_dot_segments, hides, "{given}");
    }
}

/// Every short path over an alphabet of trouble: what the scan accepts, the reader of browsers
/// leaves alone.
#[test]
fn the_scan_accepts_nothing_that_a_browser_would_rewrite() {
    let pieces = [
        "/", ".", "a", "%2e", "%2F", "%5c", "\\", "{", "'", ":", "@", "%", ";",
    ];
    let mut accepted = 0;
    for first in pieces {
        for second in pieces {
            for third in pieces {
                for fourth in pieces {
                    let text = format!("/{first}{second}{third}{fourth}");
                    let Ok(given) = PathAndQuery::try_from(text.as_str()) else {
                        continue;
                    };
                    if path(&given).is_err() {
                        continue;
                    }
                    accepted += 1;
                    let read = Url::parse(&format!("https://h.example{text}")).unwrap();
                    assert_eq!(
                        (read.host_str(), read.path()),
                        (Some("h.example"), text.as_str())
                    );
                }
            }
        }
    }
    assert!(accepted > 1_000, "only {accepted} paths were accepted");
}
