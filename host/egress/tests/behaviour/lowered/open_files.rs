//! One tenant's requests against the number of files that a process may have open. The limit is a process's, so the
//! attack runs in one of its own: this very program, told to run one test.

use std::net::SocketAddr;
use std::process::Stdio;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::*;
use crate::support::raw::{hold, read_head};

/// Files that the process may have open.
const FILES: usize = 256;

/// Requests of the greedy tenant: more than there are files. Those that find none, or no permit, fail.
const REQUESTS: usize = 320;
const FAIL: usize = REQUESTS - FILES;

/// Where the service is, and whether the defence is up: from the one process to the other.
const SERVICE: &str = "AIRLOCK_TEST_SERVICE";
const QUOTAS: &str = "AIRLOCK_TEST_QUOTAS";

#[tokio::test(flavor = "multi_thread")]
async fn a_greedy_tenant_leaves_files_for_its_neighbour() {
    let service = Raw::start(|_, mut tcp| async move {
        let head = read_head(&mut tcp).await.unwrap_or_default();
        if head.starts_with("GET /neighbour") {
            let _ = tcp
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await;
        }
        hold(tcp).await;
    })
    .await;
    for (quotas, outcome) in [
        ("up", "the neighbour was answered"),
        ("down", "Too many open files"),
    ] {
        let attack = format!("ulimit -n {FILES} && exec \"$0\" \"$@\"");
        let told = Command::new("sh")
            .args(["-c", &attack])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "lowered::open_files::the_attack"])
            .args(["--ignored", "--nocapture"])
            .env(SERVICE, service.address.to_string())
            .env(QUOTAS, quotas)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&told.stdout);
        assert!(told.contains(outcome), "quotas {quotas}: {told}");
    }
}

#[tokio::test]
#[ignore = "run by the test above, in a process with few files"]
async fn the_attack() {
    let (Ok(service), Ok(quotas)) = (std::env::var(SERVICE), std::env::var(QUOTAS)) else {
        return;
    };
    let service: SocketAddr = service.parse().unwrap();
    let defences = Defences {
        quotas: quotas == "up",
        ..UP
    };
    // A connection of its own for each few requests: no connection's quota holds the tenant back.
    let config = EgressConfig {
        queue_wait_ms: 0,
        ..local()
    };
    let egress = egress(config, localhost(), defences);
    let ask = |tenant: &'static str, path: &str| {
        let lane = egress.lane(lane_id(tenant, Purpose::Api), everywhere(), None);
        let url = format!("http://{service}{path}");
        async move { lane.send(get(&url), SendOptions::default()).await }
    };
    let mut greedy: FuturesUnordered<_> = (0..REQUESTS).map(|_| ask("greedy", "/hold")).collect();
    for _ in 0..FAIL {
        assert!(greedy.next().await.unwrap().is_err());
    }
    match ask("neighbour", "/neighbour").await {
        Ok(answer) => assert_eq!(text(answer).await, "ok"),
        Err(error) => {
            println!("{error}");
            return;
        }
    }
    println!("the neighbour was answered");
}
