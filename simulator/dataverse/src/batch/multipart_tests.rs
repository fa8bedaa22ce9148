//! Boundaries and parts in every spelling that clients send.

use super::*;

#[test]
fn boundaries_come_with_quotes_and_without() {
    for (content_type, expected) in [
        ("multipart/mixed; boundary=batch_1", Some("batch_1")),
        ("multipart/mixed;boundary=batch_1", Some("batch_1")),
        ("multipart/mixed; boundary=\"batch_1\"", Some("batch_1")),
        (
            "Multipart/Mixed; charset=utf-8; Boundary=\"a;b c\"",
            Some("a;b c"),
        ),
        ("multipart/mixed", None),
        ("multipart/mixed; boundary=", None),
        ("multipart/mixed; boundary=\"\"", None),
        ("application/json; boundary=x", None),
        ("", None),
    ] {
        assert_eq!(
            boundary(content_type).ok().as_deref(),
            expected,
            "{content_type}"
        );
    }
}

#[test]
fn parts_are_what_stands_between_the_boundaries() {
    for (body, expected) in [
        (
            "--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n",
            Some(vec!["one", "two"]),
        ),
        ("--b\none\n--b\ntwo\n--b--", Some(vec!["one", "two"])),
        ("--b\r\none\r\n\n--b--", Some(vec!["one\r\n"])),
        (
            "preamble\r\n--b\r\none\r\n--b--\r\nepilogue\r\n--b\r\n",
            Some(vec!["one"]),
        ),
        ("--b  \r\none\r\n--b-- \r\n", Some(vec!["one"])),
        (
            "--b\r\n--bc\r\n-- b\r\n --b\r\n--b--",
            Some(vec!["--bc\r\n-- b\r\n --b"]),
        ),
        ("--b\r\n\r\n--b--", Some(vec![""])),
        ("--b\r\n--b--", Some(vec![""])),
        ("--b--", Some(vec![])),
        ("--b\r\none\r\n", None),
        ("--b\r\none", None),
        ("", None),
        ("--", None),
    ] {
        let found = parts(body.as_bytes(), "b").ok();
        let expected = expected.map(|parts| parts.iter().map(|part| part.as_bytes()).collect());
        assert_eq!(found, expected, "{body:?}");
    }
}

#[test]
fn a_head_ends_with_an_empty_line() {
    for (text, expected) in [
        ("A: b\r\n\r\nbody", Some(("A: b\r\n", "body"))),
        ("A: b\n\nbody", Some(("A: b\n", "body"))),
        (
            "A: b\r\n\nbody\r\n\r\nmore",
            Some(("A: b\r\n", "body\r\n\r\nmore")),
        ),
        ("\r\nbody", Some(("", "body"))),
        ("A: b\r\n", Some(("A: b\r\n", ""))),
        ("A: b", None),
        ("", None),
    ] {
        let found = split_head(text.as_bytes()).ok();
        let expected = expected.map(|(head, body)| (head.as_bytes(), body.as_bytes()));
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn header_fields_are_read_and_nonsense_is_refused() {
    let read = headers(b"Content-Type: a/b\r\ncontent-id:1\nX: \"y\"\r\n").unwrap();
    assert_eq!(read.get("content-type").unwrap(), "a/b");
    assert_eq!(read.get("content-id").unwrap(), "1");
    assert_eq!(headers(b"").unwrap().len(), 0);
    for head in [
        "no colon\r\n",
        ": no name\r\n",
        "a\0b: c\r\n",
        "a: b\r\n folded\r\n",
    ] {
        assert!(headers(head.as_bytes()).is_err(), "{head:?}");
    }
    assert!(headers("a: b\r\n".repeat(MAX_HEADERS + 1).as_bytes()).is_err());
}
