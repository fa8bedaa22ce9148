//! A component finds no environment, no arguments, no files, no names and no sockets: what it is
//! not given as input it cannot have.

use serde_json::{Value, json};
use support::{Lab, Naked, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_snooper_finds_nothing_that_the_machine_has() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret.txt");
    std::fs::write(&file, "top secret").unwrap();
    let neighbour = Server::plain().await;
    let input = json!({
        "path": file,
        "address": "127.0.0.1",
        "port": neighbour.port(),
        "name": "localhost",
    });
    let looks = [
        "file",
        "folder",
        "write",
        "connect",
        "listen",
        "udp",
        "names",
        "connect-p3",
        "names-p3",
    ];

    let lab = Lab::open().await;
    let found = lab.guest("snooper").await.run(input.clone()).await.unwrap();
    for look in looks {
        assert!(
            found[look].get("refused").is_some(),
            "{look}: {}",
            found[look]
        );
    }
    assert_eq!(found["environment"], json!([]));
    assert_eq!(found["arguments"], json!([]));
    assert_eq!(found["folders"], 0);
    assert_eq!(neighbour.connections(), 0);

    let found = Naked::new("token-in-the-arguments")
        .run("snooper", &neighbour.url(""), input)
        .await;
    for look in looks {
        assert!(
            found[look].get("found").is_some(),
            "{look} without a sandbox: {}",
            found[look]
        );
    }
    assert!(found["file"].to_string().contains("top secret"));
    assert!(
        found["arguments"]
            .to_string()
            .contains("token-in-the-arguments")
    );
    assert!(
        found["environment"]
            .as_array()
            .is_some_and(|found| !found.is_empty())
    );
    assert!(neighbour.connections() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_prints_goes_nowhere() {
    let lab = Lab::open().await;
    let guest = lab.guest("log_flood").await;
    let told = guest.run(json!({ "lines": 3, "line": "hello" })).await;
    assert_eq!(told.unwrap()["lines"], Value::from(3));
}
