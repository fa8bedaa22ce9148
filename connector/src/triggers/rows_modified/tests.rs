//! `rows-modified` against a script.

use airlock_connector::{Page, Start, http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{ID, leads, sent},
    triggers::testing::{poll, told},
    webapi::testing::ROOT,
};

const OTHER: &str = "5f3e0c11-1111-4222-8333-000000000002";
const THIRD: &str = "5f3e0c11-1111-4222-8333-000000000003";

fn row(id: &str, version: u32, created: &str, modified: &str) -> Value {
    json!({
        "@odata.etag": format!("W/\"{version}\""), "leadid": id,
        "createdon": format!("2026-08-22T{created}Z"), "modifiedon": format!("2026-08-22T{modified}Z"),
    })
}

fn page(rows: &[Value], next: Option<&str>) -> String {
    let mut page = json!({"value": rows});
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(format!("{ROOT}/{next}"));
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

fn polled(script: &Script, start: Start<'_>) -> Page {
    poll(script, "rows-modified", &json!({"table": "lead"}), start).unwrap()
}

fn at(told: &str) -> String {
    json!({"table": "lead", "told": format!("2026-08-22T{told}Z")}).to_string()
}

#[test]
fn rows_of_the_newest_second_are_told_once_and_none_of_them_is_passed_by() {
    // Three rows of one second: two are there when the watch begins, one of them is changed within that
    // second, and one is made in it.
    let there = [
        row(ID, 10, "08:10:00", "08:10:00"),
        row(OTHER, 11, "07:00:00", "08:10:00"),
        row(THIRD, 5, "07:00:00", "08:00:00"),
    ];
    let later = [
        there[2].clone(),
        there[0].clone(),
        row(OTHER, 12, "07:00:00", "08:10:00"),
        row(
            "5f3e0c11-1111-4222-8333-000000000004",
            13,
            "08:10:00",
            "08:10:00",
        ),
    ];
    let script = script(&[
        (
            "leads?$select=createdon,modifiedon&$orderby=modifiedon%20desc",
            page(&there, None),
        ),
        (
            "leads?$filter=modifiedon%20ge%202026-08-22T08:08:00Z&$orderby=modifiedon%20asc,leadid%20asc",
            page(&later, None),
        ),
    ]);
    let begun = polled(&script, Start::Now);
    assert!(begun.events.is_empty() && !begun.more);
    let found = polled(&script, Start::Cursor(&begun.cursor));
    let (changed, made) = (
        format!("lead/{OTHER}/12"),
        "lead/5f3e0c11-1111-4222-8333-000000000004/13",
    );
    assert_eq!(
        told(&found),
        [("updated", changed.as_str()), ("created", made)]
    );
}

#[test]
fn a_row_that_becomes_visible_late_is_still_told() {
    let late = row(ID, 20, "08:09:58", "08:09:58");
    let script = script(&[("leads?$filter", page(&[late], None))]);
    let found = polled(&script, Start::Cursor(&at("08:10:05")));
    assert_eq!(
        told(&found),
        [("created", format!("lead/{ID}/20").as_str())]
    );
    assert!(
        found.cursor.contains("08:10:05"),
        "the newest stays: {}",
        found.cursor
    );
}

#[test]
fn a_second_with_more_rows_than_a_page_is_walked_to_its_end() {
    let same = |id: &str, version| row(id, version, "08:10:05", "08:10:05");
    let script = script(&[
        ("leads?$filter", page(&[same(ID, 1)], Some("leads?next=1"))),
        (
            "leads?next=1",
            page(&[same(OTHER, 2)], Some("leads?next=2")),
        ),
        ("leads?next=2", page(&[same(THIRD, 3)], None)),
        (
            "leads?$filter=modifiedon%20ge%202026-08-22T08:08:05Z",
            page(&[], None),
        ),
    ]);
    let mut cursor = at("08:00:00");
    let mut ids = Vec::new();
    loop {
        let found = polled(&script, Start::Cursor(&cursor));
        ids.extend(found.events.iter().map(|event| event.id.clone()));
        cursor = found.cursor;
        if !found.more {
            break;
        }
    }
    let expected =
        [(ID, 1), (OTHER, 2), (THIRD, 3)].map(|(id, version)| format!("lead/{id}/{version}"));
    assert_eq!(ids, expected);
    assert!(polled(&script, Start::Cursor(&cursor)).events.is_empty());
}

#[test]
fn a_filter_and_what_is_told_narrow_it_down() {
    let rows = [
        row(ID, 30, "08:10:06", "08:10:06"),
        row(OTHER, 31, "07:00:00", "08:10:07"),
    ];
    let filter = "leads?$select=subject,createdon,modifiedon&$filter=(statuscode%20eq%201%20or%20statuscode%20eq%202)%20and%20modifiedon%20ge%202026-08-22T08:10:00Z&";
    for (changes, kind) in [("created", "created"), ("updated", "updated")] {
        let script = script(&[(filter, page(&rows, None))]);
        let config = json!({
            "table": "lead", "changes": changes, "filter": "statuscode eq 1 or statuscode eq 2",
            "select": ["subject"], "overlap-seconds": 5,
        });
        let found = poll(
            &script,
            "rows-modified",
            &config,
            Start::Cursor(&at("08:10:05")),
        )
        .unwrap();
        assert_eq!(
            told(&found).iter().map(|one| one.0).collect::<Vec<_>>(),
            [kind]
        );
        assert!(found.cursor.contains("08:10:07"), "{}", found.cursor);
    }
}

#[test]
fn an_empty_table_is_watched_from_its_first_row_on() {
    let script = script(&[
        ("leads?$select=createdon", page(&[], None)),
        (
            "leads?$orderby",
            page(&[row(ID, 1, "08:10:05", "08:10:05")], None),
        ),
    ]);
    let begun = polled(&script, Start::Now);
    let found = polled(&script, Start::Cursor(&begun.cursor));
    assert_eq!(told(&found).len(), 1);
}

#[test]
fn a_time_to_start_from_is_where_it_starts() {
    let since = "leads?$filter=modifiedon%20ge%202026-08-22T08:30:00Z&";
    let script = script(&[(since, page(&[row(ID, 1, "08:31:00", "08:31:00")], None))]);
    let found = polled(&script, Start::Since("2026-08-22T10:30:00+02:00"));
    assert_eq!(told(&found), [("created", format!("lead/{ID}/1").as_str())]);
    let wrong = poll(
        &script,
        "rows-modified",
        &json!({"table": "lead"}),
        Start::Since("yesterday"),
    );
    assert!(wrong.unwrap_err().to_string().contains("RFC 3339"));
    assert_eq!(sent(&script).len(), 1);
}
