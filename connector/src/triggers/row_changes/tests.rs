//! `row-changes` against a script.

use airlock_connector::{Error, Start, http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{ID, leads, sent},
    triggers::testing::{payload, poll, told},
    webapi::testing::ROOT,
};

const OTHER: &str = "5f3e0c11-1111-4222-8333-000000000002";
/// Version 100, at 08:10:00.
const TOKEN: &str = "100%2108%2f22%2f2026%2008%3a10%3a00";

fn config() -> Value {
    json!({"table": "leads", "select": ["subject"]})
}

fn polled(script: &Script, start: Start<'_>) -> airlock_connector::Page {
    poll(script, "row-changes", &config(), start).unwrap()
}

fn delta(token: &str) -> String {
    format!("{ROOT}/leads?$select=subject&$deltatoken={token}")
}

fn row(id: &str, version: u32, created: &str, modified: &str) -> Value {
    json!({
        "@odata.etag": format!("W/\"{version}\""), "leadid": id, "subject": "a",
        "createdon": format!("2026-08-22T{created}Z"), "modifiedon": format!("2026-08-22T{modified}Z"),
    })
}

fn deleted(id: &str) -> Value {
    json!({
        "@odata.context": format!("{ROOT}/$metadata#leads/$deletedEntity"), "id": id, "reason": "deleted",
    })
}

/// A page, with where it leads.
fn page(rows: &[Value], next: Option<&str>, token: Option<&str>) -> String {
    let mut page = json!({"value": rows});
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(format!("{ROOT}/{next}"));
    }
    if let Some(token) = token {
        page["@odata.deltaLink"] = json!(delta(token));
    }
    page.to_string()
}

fn script(answers: &[(&str, String)]) -> Script {
    let mut script = leads();
    for (resource, body) in answers {
        script = script.answer(Method::Get, resource, 200, body);
    }
    script
}

fn at(token: &str) -> String {
    json!({"table": "lead", "place": {"token": token}}).to_string()
}

#[test]
fn a_watch_begins_by_reading_the_table_once_page_by_page_and_tells_nothing_of_it() {
    let old = row(ID, 7, "08:00:00", "08:00:00");
    let script = script(&[
        (
            "leads?$select=subject,createdon",
            page(&[old], Some("leads?next=1"), None),
        ),
        ("leads?next=1", page(&[], None, Some(TOKEN))),
    ]);
    let first = polled(&script, Start::Now);
    assert!(first.more && first.events.is_empty());
    let second = polled(&script, Start::Cursor(&first.cursor));
    assert!(!second.more && second.events.is_empty());
    let cursor: Value = serde_json::from_str(&second.cursor).unwrap();
    assert_eq!(cursor["place"]["token"], TOKEN);
    let all = sent(&script);
    assert_eq!(all.len(), 2);
    for index in [2, 5] {
        let prefer = script
            .request(index)
            .headers
            .get("prefer")
            .map(str::to_owned);
        let prefer = prefer.unwrap_or_default();
        assert!(prefer.contains("odata.track-changes"), "{prefer}");
        assert!(prefer.contains("odata.maxpagesize=5000"), "{prefer}");
    }
}

#[test]
fn what_was_made_changed_and_deleted_is_told_apart() {
    let rows = [
        row(ID, 101, "08:10:05", "08:10:05"),
        row(OTHER, 102, "07:00:00", "08:11:00"),
        deleted("AAAA0c11-1111-4222-8333-000000000003"),
    ];
    let changes = format!("leads?$select=subject,createdon&$deltatoken={TOKEN}");
    let script = script(&[(
        &changes,
        page(&rows, None, Some("103%2108%2f22%2f2026%2008%3a12%3a00")),
    )]);
    let found = polled(&script, Start::Cursor(&at(TOKEN)));
    let gone = "lead/aaaa0c11-1111-4222-8333-000000000003/deleted/100";
    let (made, changed) = (format!("lead/{ID}/101"), format!("lead/{OTHER}/102"));
    assert_eq!(
        told(&found),
        [
            ("created", made.as_str()),
            ("updated", &changed),
            ("deleted", gone)
        ]
    );
    assert_eq!(
        found.events[0].occurred_at.as_deref(),
        Some("2026-08-22T08:10:05Z")
    );
    let first = payload(&found, 0);
    assert_eq!(
        (&first["table"], &first["version"]),
        (&json!("lead"), &json!("101"))
    );
    assert_eq!(first["row"]["subject"], "a");
    assert_eq!(payload(&found, 2)["row"], Value::Null);
    assert!(!found.more);
}

#[test]
fn a_row_made_in_the_second_of_a_poll_is_told_as_made_once() {
    let (first, second) = (
        "100%2108%2f22%2f2026%2008%3a10%3a05",
        "101%2108%2f22%2f2026%2008%3a10%3a05",
    );
    let script = script(&[
        (
            "leads?$select",
            page(&[row(ID, 99, "08:10:05", "08:10:05")], None, Some(first)),
        ),
        (
            "leads?$select",
            page(
                &[
                    row(ID, 101, "08:10:05", "08:10:05"),
                    row(OTHER, 102, "08:10:05", "08:10:05"),
                ],
                None,
                Some(second),
            ),
        ),
    ]);
    let begun = polled(&script, Start::Cursor(&at(TOKEN)));
    assert_eq!(told(&begun)[0].0, "created");
    let next = polled(&script, Start::Cursor(&begun.cursor));
    assert_eq!([told(&next)[0].0, told(&next)[1].0], ["updated", "created"]);
}

#[test]
fn each_page_of_changes_is_a_place_to_go_on_from_and_the_same_poll_gives_the_same_events() {
    let rows = [row(ID, 101, "08:10:05", "08:10:05")];
    let answers = [
        ("leads?$select", page(&rows, Some("leads?next=2"), None)),
        ("leads?$select", page(&rows, Some("leads?next=2"), None)),
        (
            "leads?next=2",
            page(&[deleted(OTHER)], None, Some("200%21x")),
        ),
        (
            "leads?next=2",
            page(&[deleted(OTHER)], None, Some("205%21x")),
        ),
    ];
    let script = script(&answers);
    let first = polled(&script, Start::Cursor(&at(TOKEN)));
    assert!(first.more);
    assert_eq!(polled(&script, Start::Cursor(&at(TOKEN))), first);
    let second = polled(&script, Start::Cursor(&first.cursor));
    let again = polled(&script, Start::Cursor(&first.cursor));
    assert_eq!(second.events, again.events);
    assert_eq!(second.events[0].id, format!("lead/{OTHER}/deleted/100"));
    assert!(!second.more);
}

#[test]
fn only_what_was_asked_for_is_told_and_nothing_is_passed_by() {
    let rows = [row(ID, 101, "08:10:05", "08:10:05"), deleted(OTHER)];
    let script = script(&[("leads?$deltatoken", page(&rows, None, Some("103%21x")))]);
    let config = json!({"table": "lead", "changes": ["deleted"]});
    let found = poll(&script, "row-changes", &config, Start::Cursor(&at(TOKEN))).unwrap();
    assert_eq!(told(&found).len(), 1);
    let cursor: Value = serde_json::from_str(&found.cursor).unwrap();
    assert_eq!(cursor["place"]["token"], "103%21x");
}

#[test]
fn an_expired_token_says_so_and_what_differs_is_told_from_all_rows() {
    let old = r#"{"error": {"code": "0x80044352", "message": "Version stamp associated with the client has expired."}}"#;
    let expired = leads().answer(Method::Get, "leads?", 400, old);
    let error = poll(
        &expired,
        "row-changes",
        &config(),
        Start::Cursor(&at(TOKEN)),
    )
    .unwrap_err();
    assert!(matches!(error, Error::CursorExpired(_)), "{error:?}");

    let rows = [
        row(ID, 7, "07:00:00", "07:00:00"),
        row(OTHER, 150, "07:00:00", "08:30:00"),
        row(
            "5f3e0c11-1111-4222-8333-000000000003",
            151,
            "08:31:00",
            "08:31:00",
        ),
    ];
    let script = script(&[
        (
            "leads?$select",
            page(&rows[..2], Some("leads?next=1"), None),
        ),
        ("leads?next=1", page(&rows[2..], None, Some("160%21x"))),
    ]);
    let first = polled(&script, Start::Expired(&at(TOKEN)));
    let (changed, made) = (
        format!("lead/{OTHER}/150"),
        "lead/5f3e0c11-1111-4222-8333-000000000003/151",
    );
    assert_eq!(told(&first), [("updated", changed.as_str())]);
    let missed = first.missed.as_deref().unwrap();
    assert!(
        missed.contains("deleted since 2026-08-22T08:10:00Z"),
        "{missed}"
    );
    let second = polled(&script, Start::Cursor(&first.cursor));
    assert_eq!(told(&second), [("created", made)]);
    assert_eq!((second.more, &second.missed), (false, &None));
}

#[test]
fn what_happened_since_a_time_is_told_from_all_rows() {
    let rows = [
        row(ID, 7, "07:00:00", "07:00:00"),
        row(OTHER, 8, "07:00:00", "08:30:00"),
    ];
    let script = script(&[("leads?$select", page(&rows, None, Some(TOKEN)))]);
    let found = polled(&script, Start::Since("2026-08-22T10:30:00+02:00"));
    assert_eq!(
        told(&found),
        [("updated", format!("lead/{OTHER}/8").as_str())]
    );
}

#[test]
fn a_token_of_another_form_is_good_too() {
    let script = script(&[(
        "leads?$select=subject,createdon&$deltatoken=opaque",
        page(
            &[row(ID, 101, "08:10:05", "08:10:05"), deleted(OTHER)],
            None,
            Some("another"),
        ),
    )]);
    let found = polled(&script, Start::Cursor(&at("opaque")));
    assert_eq!(told(&found)[0].0, "created", "its two dates are one");
    assert!(
        found.events[1]
            .id
            .starts_with(&format!("lead/{OTHER}/deleted/"))
    );
    let script = self::script(&[(
        "leads?$select",
        page(&[row(ID, 7, "07:00:00", "08:00:00")], None, Some("another")),
    )]);
    let all = polled(&script, Start::Expired(&at("opaque")));
    assert_eq!(all.events.len(), 1, "nothing is known, so all may differ");
}

#[test]
fn a_cursor_is_good_for_its_table_alone_and_a_link_for_its_organisation() {
    let foreign = json!({"table": "account", "place": {"token": TOKEN}}).to_string();
    let error = poll(&leads(), "row-changes", &config(), Start::Cursor(&foreign)).unwrap_err();
    assert!(error.to_string().contains("belongs to account"), "{error}");
    let next = "https://evil.example/api/data/v9.2/leads?next=1";
    let astray = json!({"table": "lead", "place": {"since": {"token": TOKEN, "next": next}}});
    let script = leads();
    let error = poll(
        &script,
        "row-changes",
        &config(),
        Start::Cursor(&astray.to_string()),
    );
    assert!(error.is_err() && sent(&script).is_empty());
}
