//! Whatever a component takes too much of, it is stopped with an error that names the budget, and
//! the next call works. With a generous budget each of these attacks goes on: it is the budget that
//! stops it.

use airlock_runtime::{Config, HostError};
use serde_json::{Value, json};
use support::{Connect, Connected, Lab, captured, guest, with_table_of};

const MIB: u64 = 1 << 20;

/// One attack on one budget.
struct Attack {
    guest: &'static str,
    input: Value,
    /// The same, as far as a generous budget has to let it come for a test to end.
    ending: Value,
    /// Something that the guest does well.
    harmless: Value,
    setting: &'static str,
    small: fn(&mut Config),
    generous: fn(&mut Config),
}

fn spin(how: &str) -> Attack {
    Attack {
        guest: "spin",
        input: json!({ "while": how }),
        ending: json!({ "while": how, "ms": 300 }),
        harmless: json!({ "while": how, "ms": 0 }),
        setting: "cpu-ms",
        small: |config| config.budgets.cpu_ms = 50,
        generous: |config| config.budgets.cpu_ms = 60_000,
    }
}

/// A request, even a denied one, is a call of the host: the count of computing time begins anew, and
/// the wall clock is what remains.
fn spin_between_requests() -> Attack {
    Attack {
        setting: "call-ms",
        small: |config| config.budgets.call_ms = 250,
        generous: |config| config.budgets.call_ms = 60_000,
        ..spin("asking-for-what-is-denied")
    }
}

fn sleep(on: &str) -> Attack {
    Attack {
        guest: "sleeper",
        input: json!({ "on": on, "path": "/silence" }),
        // A silent server is given up on by the egress in the end, long after the small budget.
        ending: json!({ "on": on, "path": "/silence", "ms": 400 }),
        harmless: json!({ "on": on, "path": "/ok", "ms": 0 }),
        setting: "call-ms",
        small: |config| config.budgets.call_ms = 250,
        generous: |config| {
            config.budgets.call_ms = 60_000;
            config.egress.response_header_timeout_ms = 400;
        },
    }
}

fn memory(how: &str) -> Attack {
    Attack {
        guest: "memory_bomb",
        input: json!({ "how": how, "bytes": 2048 * MIB }),
        ending: json!({ "how": how, "bytes": 24 * MIB }),
        harmless: json!({ "how": how, "bytes": 0 }),
        setting: "memory-bytes",
        small: |config| config.budgets.memory_bytes = 8 << 20,
        generous: |config| config.budgets.memory_bytes = 64 << 20,
    }
}

fn leak(kind: &str, setting: &'static str) -> Attack {
    Attack {
        guest: "handle_leak",
        input: json!({ "kind": kind, "count": 5_000 }),
        ending: json!({ "kind": kind, "count": 5_000 }),
        harmless: json!({ "kind": kind, "count": 10 }),
        setting,
        small: match setting {
            "handles" => |config| config.budgets.handles = 500,
            _ => |config| {
                config.budgets.resources = 500;
                config.budgets.handles = 50_000;
            },
        },
        generous: |config| {
            config.budgets.handles = 50_000;
            config.budgets.resources = 50_000;
        },
    }
}

fn hand_over(what: &str) -> Attack {
    Attack {
        guest: "huge_string",
        input: json!({ "as": what, "bytes": 3 * MIB }),
        ending: json!({ "as": what, "bytes": 3 * MIB }),
        harmless: json!({ "as": what, "bytes": 100 }),
        setting: "host-call-bytes",
        small: |config| config.budgets.host_call_bytes = 1 << 20,
        generous: |config| config.budgets.host_call_bytes = 32 << 20,
    }
}

fn attacks() -> Vec<Attack> {
    vec![
        spin("silent"),
        spin("logging"),
        spin("reporting"),
        spin("asking-the-time"),
        spin_between_requests(),
        sleep("clock"),
        sleep("thread"),
        sleep("server"),
        memory("pieces"),
        memory("at-once"),
        leak("fields", "resources"),
        leak("options", "resources"),
        leak("streams", "handles"),
        leak("futures", "handles"),
        leak("subtasks", "handles"),
        hand_over("log"),
        hand_over("answer"),
        hand_over("error"),
    ]
}

fn names(error: &HostError, setting: &str) -> bool {
    let budget = matches!(error, HostError::Budget { .. } | HostError::Deadline { .. });
    budget && error.to_string().contains(setting)
}

async fn on(attack: &Attack, change: fn(&mut Config)) -> (Lab, Connected) {
    let lab = Lab::with(change).await;
    let guest = lab.guest(attack.guest).await;
    (lab, guest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_budget_is_named_and_the_next_call_works() {
    for attack in attacks() {
        let (_lab, guest) = on(&attack, attack.small).await;
        let label = format!("{} {}", attack.guest, attack.input);
        let error = guest.run(attack.input.clone()).await.unwrap_err();
        assert!(names(&error, attack.setting), "{label}: {error}");
        let next = guest.run(attack.harmless.clone()).await;
        let fine = match &next {
            Ok(_) => true,
            // An answer that is an error, as the guest was told to give.
            Err(error) => attack.input["as"] == "error" && matches!(error, HostError::Connector(_)),
        };
        assert!(fine, "{label}: the next call: {next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_generous_budget_the_same_attack_goes_on() {
    for attack in attacks() {
        let (_lab, guest) = on(&attack, attack.generous).await;
        let went_on = match guest.run(attack.ending.clone()).await {
            Ok(_) => true,
            Err(HostError::Connector(error)) => {
                attack.input["as"] == "error" && error.to_string().len() as u64 > 3 * MIB
            }
            Err(_) => false,
        };
        assert!(went_on, "{} {}", attack.guest, attack.ending);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_waits_for_nothing_does_not_wait_for_ever() {
    let lab = Lab::with(|config| config.budgets.call_ms = 250).await;
    let guest = lab.guest("sleeper").await;
    assert!(guest.run(json!({ "on": "nothing" })).await.is_err());
    assert_eq!(
        guest.run(json!({ "on": "clock", "ms": 0 })).await.unwrap(),
        "awake"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_asks_for_huge_tables_is_refused() {
    let bomb = || Connect::to("honest").component(with_table_of(&guest("honest"), 1_000_000));
    let lab = Lab::open().await;
    let refused = match lab.try_connect(bomb()).await {
        Err(error) => error,
        Ok(connected) => connected.run(json!({})).await.unwrap_err(),
    };
    assert!(refused.to_string().contains("table-elements"), "{refused}");
    let honest = lab.guest("honest").await;
    assert_eq!(honest.run(json!({})).await.unwrap()["status"], 200);

    let lab = Lab::with(|config| config.budgets.table_elements = 2_000_000).await;
    let allowed = lab.connect(bomb()).await;
    assert_eq!(allowed.run(json!({})).await.unwrap()["status"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_come_in_bounded_portions() {
    for from in ["secure", "insecure"] {
        let hog = json!({ "from": from, "bytes": MIB });
        let lab = Lab::with(|config| config.budgets.random_bytes = 1_000).await;
        let guest = lab.guest("random_hog").await;
        assert_eq!(guest.run(hog.clone()).await.unwrap()["bytes"], 1_000);

        let lab = Lab::with(|config| config.budgets.random_bytes = 2 * MIB).await;
        let guest = lab.guest("random_hog").await;
        assert_eq!(guest.run(hog).await.unwrap()["bytes"], MIB);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn header_fields_come_in_bounded_sections() {
    let flood = json!({ "count": 10, "bytes": 1_000 });
    let lab = Lab::with(|config| config.budgets.header_bytes = 5_000).await;
    let guest = lab.guest("header_flood").await;
    let told = guest.run(flood.clone()).await.unwrap();
    assert_eq!(told["unsayable"], "header", "{told}");
    assert!(told["said"].to_string().contains("SizeExceeded"), "{told}");
    assert_eq!(
        guest.run(json!({ "count": 1, "bytes": 10 })).await.unwrap()["status"],
        200
    );

    let lab = Lab::open().await;
    let told = lab.guest("header_flood").await.run(flood).await.unwrap();
    assert_eq!(told["status"], 200, "{told}");
}

/// Lines of `guest`'s that a host wrote to its log, out of a flood of 5,000.
fn lines_logged(change: fn(&mut Config)) -> Vec<String> {
    captured(async |logs| {
        let lab = Lab::with(|config| {
            // Writing its lines down counts as its computing.
            config.budgets.cpu_ms = 60_000;
            change(config);
        })
        .await;
        let guest = lab.guest("log_flood").await;
        let line = "flood\u{1b}[2J\nforged line that is far longer than it should be";
        let told = guest
            .run(json!({ "lines": 5_000, "line": line }))
            .await
            .unwrap();
        assert_eq!(told["lines"], 5_000);
        logs.lines_with("flood")
            .into_iter()
            .filter(|line| line.contains("airlock::connector"))
            .collect()
    })
}

#[test]
fn a_log_flood_is_thinned_cut_and_cannot_forge_lines() {
    let lines = lines_logged(|config| {
        config.budgets.log_lines_per_second = 5;
        config.budgets.log_line_bytes = 20;
    });
    assert!(lines.len() < 500, "{} of 5,000 lines", lines.len());
    for line in &lines {
        assert!(
            !line.contains('\u{1b}') && !line.contains("longer"),
            "{line:?}"
        );
    }
    let lines = lines_logged(|config| config.budgets.log_lines_per_second = 1_000_000);
    assert_eq!(lines.len(), 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_behind_an_answer_is_stopped_too() {
    let lab = Lab::with(|config| config.budgets.cpu_ms = 50).await;
    let guest = lab.guest("lingerer").await;
    assert_eq!(
        guest.run(json!({ "then": "spin" })).await.unwrap(),
        "answered"
    );
    // A caller who meets the spinning instance is told so; whoever comes after does not meet it.
    if let Err(error) = guest.run(json!({ "then": "rest" })).await {
        assert!(names(&error, "cpu-ms"), "{error}");
        assert_eq!(
            guest.run(json!({ "then": "rest" })).await.unwrap(),
            "answered"
        );
    }
}
