//! Subscriptions at work: what happens in the organisation is found and handed over, through crashes.

use crate::desk::{Desk, done};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Stdio};

/// A table of the organisation with change tracking.
const TABLE: &str = "table=account";

/// A file that a consumer appends messages to.
struct Consumer {
    file: PathBuf,
}

impl Consumer {
    fn new(desk: &Desk, name: &str) -> Self {
        let file = desk.path().join(name);
        std::fs::write(&file, "").unwrap();
        Self { file }
    }

    /// What it got, in order. A line without an end is still being written.
    fn got(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.file).unwrap();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let lines = whole.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// A command that appends its message, and every fifth event at first denies it.
    fn forgetful(&self) -> String {
        format!(
            "cat >> {}; [ $((AIRLOCK_SEQ % 5)) -ne 0 ] || [ \"$AIRLOCK_ATTEMPT\" -gt 1 ]",
            self.file.display()
        )
    }
}

fn listener(desk: &Desk) -> Child {
    let mut command = desk.command(&["listen"]);
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits for something that will come; the test ends by its own limit where it does not.
fn until(what: impl Fn() -> bool) {
    while !what() {
        std::thread::yield_now();
    }
}

fn json_of(desk: &Desk, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["-o", "json"]).collect();
    serde_json::from_str(&done(&desk.run(&words))).unwrap()
}

/// Does several things to accounts in one request, and answers the ids of those that were made.
fn change(desk: &Desk, operations: &Value) -> Vec<String> {
    let input = json!({"operations": operations}).to_string();
    let answer = desk.fed(
        &["run", "crm", "batch", "--input", "-", "-o", "json"],
        input.as_bytes(),
    );
    let answer: Value = serde_json::from_str(&done(&answer)).unwrap();
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .filter_map(|result| result["id"].as_str().map(str::to_lowercase))
        .collect()
}

/// The row that an event is about, and what became of it.
fn about(event: &Value) -> (String, String) {
    let text = |name: &str| event["data"][name].as_str().unwrap().to_owned();
    (text("id"), text("change"))
}

/// A small generator: the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn every_change_arrives_in_order_though_the_listener_is_killed_again_and_again() {
    let desk = Desk::open();
    let consumer = Consumer::new(&desk, "got.ndjson");
    done(&desk.run(&[
        "subscription",
        "add",
        "chaos",
        "crm",
        "row-changes",
        "--with",
        TABLE,
        "--with",
        "select=name",
        "--every",
        "100ms",
        "--retry-after",
        "50ms",
        "--",
        "sh",
        "-c",
        &consumer.forgetful(),
    ]));
    let mut dice = Dice(0x5eed_2026);
    let mut made: Vec<String> = Vec::new();
    let (mut gone, mut kills) = (BTreeSet::new(), 0);
    for round in 0..5 {
        let mut child = listener(&desk);
        let create = |number| json!({"action": "create", "table": "account", "row": {"name": format!("{round}.{number}")}});
        let creates: Vec<Value> = (0..12).map(create).collect();
        made.extend(change(&desk, &json!(creates)));
        let mut touched = Vec::new();
        for number in 0..4 {
            let id = &made[made.len() - 1 - number * 3];
            touched.push(match number {
                3 => {
                    gone.insert(id.clone());
                    json!({"action": "delete", "table": "account", "id": id})
                }
                _ => json!({"action": "update", "table": "account", "id": id, "row": {"name": "again"}}),
            });
        }
        change(&desk, &json!(touched));
        // Somewhere in the middle of its work, or with nothing to do.
        let enough = consumer.got().len() + usize::try_from(dice.roll(8)).unwrap();
        if dice.roll(4) > 0 {
            until(|| consumer.got().len() >= enough || pending(&desk) == 0);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    let mut child = listener(&desk);
    let told = |what: &str| -> BTreeSet<String> {
        let events = consumer.got();
        let events = events
            .iter()
            .map(about)
            .filter(|(_, change)| change == what || what == "any");
        events.map(|(id, _)| id).collect()
    };
    until(|| made.iter().all(|id| told("any").contains(id)) && gone.is_subset(&told("deleted")));
    until(|| pending(&desk) == 0);
    child.kill().unwrap();
    child.wait().unwrap();

    assert_eq!((kills, made.len(), gone.len()), (5, 60, 5));
    let got = consumer.got();
    // None twice once ids are looked at: one id is one event, whatever was repeated.
    let mut first: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut order: Vec<&Value> = Vec::new();
    for event in &got {
        let id = event["id"].as_str().unwrap();
        match first.get(id) {
            Some(before) => assert_eq!(*before, event, "a repeat is the same message"),
            None => {
                first.insert(id, event);
                order.push(event);
            }
        }
    }
    assert!(
        got.len() > order.len(),
        "a consumer that forgets is told again"
    );
    let numbers: Vec<i64> = order
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(
        numbers,
        (1..=i64::try_from(order.len()).unwrap()).collect::<Vec<_>>()
    );
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    for event in &order {
        let (id, change) = about(event);
        let version = event["data"]["version"]
            .as_str()
            .map_or(u64::MAX, |text| text.parse().unwrap());
        let before = last.insert(id.clone(), version);
        assert!(
            before.is_none_or(|before| before < version),
            "{id} {change}"
        );
    }
}

fn pending(desk: &Desk) -> u64 {
    json_of(desk, &["subscription", "show", "chaos"])["pending"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_watch_prints_what_happens_and_ends_when_nothing_waits() {
    let desk = Desk::open();
    let since = "2020-01-01T00:00:00Z";
    let id = change(
        &desk,
        &json!([{"action": "create", "table": "account", "row": {"name": "seen"}}]),
    )
    .remove(0);
    let words = [
        "watch",
        "crm",
        "rows-modified",
        "--with",
        TABLE,
        "--with",
        "filter=name eq 'seen'",
        "--since",
        since,
        "--once",
    ];
    let printed = done(&desk.run(&words));
    let event: Value = serde_json::from_str(printed.trim()).unwrap();
    assert_eq!(event["type"], "rows-modified.created");
    assert_eq!(event["data"]["id"], json!(id));
    assert_eq!(event["data"]["row"]["name"], "seen");
}

#[test]
fn a_subscription_that_nobody_is_told_of_keeps_what_it_finds_pauses_and_goes_on() {
    let desk = Desk::open();
    done(&desk.run(&[
        "subscription",
        "add",
        "kept",
        "crm",
        "row-changes",
        "--with",
        TABLE,
        "--every",
        "100ms",
    ]));
    let add = |name: &str| {
        change(
            &desk,
            &json!([{"action": "create", "table": "account", "row": {"name": name}}]),
        )
    };
    let events = || {
        json_of(&desk, &["subscription", "events", "kept"])
            .as_array()
            .unwrap()
            .len()
    };
    let paused = json_of(&desk, &["subscription", "pause", "kept"]);
    assert_eq!(paused["state"], "paused");
    add("while it rests");
    done(&desk.run(&["subscription", "resume", "kept", "--from", "pause"]));
    let mut child = listener(&desk);
    until(|| events() == 1);
    done(&desk.run(&["subscription", "pause", "kept"]));
    add("never told");
    done(&desk.run(&["subscription", "resume", "kept", "--from", "now"]));
    add("told");
    until(|| events() == 2);
    child.kill().unwrap();
    child.wait().unwrap();

    let all = json_of(&desk, &["subscription", "events", "kept"]);
    assert_eq!(all[1]["message"]["data"]["row"]["name"], "told");
    let listed = json_of(&desk, &["subscription", "list"]);
    assert_eq!(listed[0]["to"], "nobody");
    done(&desk.run(&["subscription", "remove", "kept"]));
    let gone = desk.run(&["subscription", "show", "kept"]);
    assert_eq!(gone.status.code(), Some(2));
}
