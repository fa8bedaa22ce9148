//! Handing over, with a real host and store: to commands, and to an address that answers as it likes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use airlock_egress::EgressConfig;
use airlock_runtime::store::{
    Connection, ConnectionId, Connector, Digest, EventFilter, EventState, FoundEvent, KeptEvent,
    LeaseTime, Next, Polled, Secrets, Subscription, SubscriptionId, TaskKind, TenantId, Wanted,
    WorkerId,
};
use airlock_runtime::{Config, Host, HostOptions};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::{Bell, Consumer, Engine, EngineRules, OnExpired, Plan, Retry, Schedule, Secret, State};

/// A host with one connection, whose component is never needed.
struct Office {
    folder: TempDir,
    host: Arc<Host>,
    tenant: TenantId,
    connection: Connection,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: Some(folder.path().join("data")),
            egress: EgressConfig {
                allow_loopback: true,
                allow_plain_http: vec!["127.0.0.1:*".parse().unwrap()],
                ..EgressConfig::default()
            },
            ..Config::default()
        };
        let host = Arc::new(Host::open(config, HostOptions::new()).await.unwrap());
        let tenant = TenantId::default();
        let now = OffsetDateTime::now_utc();
        let connector = Connector {
            tenant: tenant.clone(),
            name: "dynamics".parse().unwrap(),
            version: "0.1.0".into(),
            title: "Dynamics".into(),
            digest: Digest::of(b"none"),
            added_at: now,
        };
        let connection = Connection {
            id: ConnectionId::random(),
            tenant: tenant.clone(),
            name: "crm".parse().unwrap(),
            connector: connector.name.clone(),
            kind: "none".into(),
            settings: json!({}),
            allowed_hosts: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        let store = host.store();
        store.put_connector(&connector).await.unwrap();
        store
            .create_connection(&connection, &Secrets::new())
            .await
            .unwrap();
        Self {
            folder,
            host,
            tenant,
            connection,
        }
    }

    /// A subscription for which these events were found; it is not polled any more.
    async fn found(&self, consumer: Consumer, attempts: u32, ids: &[&str]) -> Subscription {
        let now = OffsetDateTime::now_utc();
        let plan = Plan {
            trigger: "row-changes".into(),
            config: json!({}),
            schedule: Schedule {
                least_ms: 1_000,
                most_ms: 1_000,
            },
            consumer,
            retry: Retry {
                attempts,
                first_ms: 1,
            },
            on_expired: OnExpired::Stop,
            state: State::Active,
            since: None,
            created_at: now,
        };
        let subscription = Subscription {
            id: SubscriptionId::random(),
            tenant: self.tenant.clone(),
            name: "leads".parse().unwrap(),
            connection: self.connection.id,
            connection_name: self.connection.name.clone(),
            plan: plan.write().unwrap(),
        };
        let store = self.host.store();
        store
            .create_subscription(&subscription, None, now)
            .await
            .unwrap();
        let worker = WorkerId::random();
        store.enlist(worker, LeaseTime(i64::MAX)).await.unwrap();
        let wanted = Wanted {
            kind: TaskKind::Poll,
            now: OffsetDateTime::now_utc(),
            room: 1,
            busy: Vec::new(),
        };
        let claim = store.claim(worker, &wanted).await.unwrap().remove(0);
        let event = |id: &&str| FoundEvent {
            id: (*id).to_owned(),
            body: json!({"kind": "created", "payload": {"id": id}}).to_string(),
        };
        let polled = Polled {
            progress: SecretString::from("{}"),
            plan: None,
            events: ids.iter().map(event).collect(),
            at: now,
            next: Next {
                due: None,
                failures: 0,
            },
        };
        assert!(store.commit_poll(&claim, polled).await.unwrap().is_some());
        subscription
    }

    async fn events(&self, of: &Subscription) -> Vec<KeptEvent> {
        let all = EventFilter::default();
        let events = self.host.store().events(&self.tenant, &of.id, &all, 99);
        events.await.unwrap()
    }

    async fn state(&self, of: &Subscription) -> State {
        let stored = self.host.store().subscription(&self.tenant, &of.name);
        Plan::read(&stored.await.unwrap().unwrap().plan)
            .unwrap()
            .state
    }

    /// Works until nothing waits, or the subscription has stopped.
    async fn work(&self, of: &Subscription) {
        let rules = EngineRules {
            looks_every: Duration::from_millis(1),
            ..EngineRules::default()
        };
        let engine = Engine::start(Arc::clone(&self.host), rules).await.unwrap();
        let bell = Bell::default();
        let rings = async {
            loop {
                let events = self.events(of).await;
                let waits = events
                    .iter()
                    .any(|event| event.state == EventState::Pending);
                if !waits || self.state(of).await != State::Active {
                    break;
                }
                tokio::task::yield_now().await;
            }
            bell.ring();
        };
        let (worked, ()) = tokio::join!(engine.run(&bell), rings);
        worked.unwrap();
    }
}

fn shell(line: &str) -> Consumer {
    Consumer::Command {
        words: ["sh", "-c", line].map(str::to_owned).to_vec(),
    }
}

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_command_gets_each_event_in_order_until_it_has_it_or_it_is_a_dead_letter() {
    let office = Office::open().await;
    let file = office.folder.path().join("got");
    // It never takes the second, and the third only at the second attempt.
    let line = format!(
        "cat >> {}; case $AIRLOCK_SEQ.$AIRLOCK_ATTEMPT in 2.*) echo no room >&2; exit 3;; 3.1) exit 1;; esac",
        file.display()
    );
    let subscription = office.found(shell(&line), 2, &["a", "b", "c"]).await;

    office.work(&subscription).await;

    let told: Vec<(String, i64)> = lines(&file)
        .iter()
        .map(|line| {
            (
                line["id"].as_str().unwrap().to_owned(),
                line["seq"].as_i64().unwrap(),
            )
        })
        .collect();
    let expected = [("a", 1), ("b", 2), ("b", 2), ("c", 3), ("c", 3)];
    assert_eq!(told, expected.map(|(id, seq)| (id.to_owned(), seq)));
    let events = office.events(&subscription).await;
    let states: Vec<EventState> = events.iter().map(|event| event.state).collect();
    use EventState::{Dead, Delivered};
    assert_eq!(states, [Delivered, Dead, Delivered]);
    let note = events[1].note.as_deref().unwrap();
    assert!(
        note.contains("exit status: 3: no room") && note.contains("after 2 attempts"),
        "{note}"
    );
}

#[tokio::test]
async fn a_command_learns_nothing_of_the_hosts_own_environment() {
    let office = Office::open().await;
    let file = office.folder.path().join("names");
    let line = format!(
        "env | grep -o '^AIRLOCK_[A-Z]*' | sort > {}",
        file.display()
    );
    let subscription = office.found(shell(&line), 1, &["a"]).await;

    office.work(&subscription).await;

    let names = std::fs::read_to_string(&file).unwrap();
    let names: Vec<&str> = names.lines().collect();
    let own = [
        "AIRLOCK_ATTEMPT",
        "AIRLOCK_EVENT",
        "AIRLOCK_SEQ",
        "AIRLOCK_SUBSCRIPTION",
    ];
    assert_eq!(names, own);
}

/// Reads one request: its head in lower case, and its body.
async fn request(listener: &TcpListener, answer: &str) -> (String, String) {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    let (head, length) = loop {
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = field(&head, "content-length").parse::<usize>().unwrap();
            break (head.clone(), head.len() + 4 + length);
        }
    };
    while bytes.len() < length {
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..read]);
    }
    let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    socket.write_all(answer.as_bytes()).await.unwrap();
    let body = String::from_utf8_lossy(&bytes[head.len() + 4..]).into_owned();
    (head, body)
}

fn field<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines();
    lines
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_else(|| panic!("no {name} in {head}"))
}

#[tokio::test]
async fn an_address_gets_signed_events_under_one_identity_until_it_has_them_or_wants_no_more() {
    let office = Office::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (consumer, secret) = Consumer::http(url, None).unwrap();
    let subscription = office.found(consumer, 5, &["a", "b"]).await;
    let answers = [
        "503 Service Unavailable",
        "302 Found",
        "204 No Content",
        "410 Gone",
    ];

    let served = async {
        let mut requests = Vec::new();
        for answer in answers {
            requests.push(request(&listener, answer).await);
        }
        requests
    };
    let ((), requests) = tokio::join!(office.work(&subscription), served);

    let identity = |index: usize| field(&requests[index].0, "webhook-id");
    assert_eq!([identity(0), identity(1)], [identity(2); 2]);
    assert_ne!(identity(2), identity(3));
    let attempts: Vec<&str> = requests
        .iter()
        .map(|one| field(&one.0, "webhook-attempt"))
        .collect();
    assert_eq!(attempts, ["1", "2", "3", "1"]);
    let secret = Secret::parse(&secret).unwrap();
    for (head, body) in &requests {
        let timestamp = field(head, "webhook-timestamp").parse().unwrap();
        let signature = secret.sign(field(head, "webhook-id"), timestamp, body);
        assert_eq!(field(head, "webhook-signature"), signature.to_lowercase());
        assert!(head.starts_with("post /hook http/1.1"), "{head}");
    }
    let first: Value = serde_json::from_str(&requests[0].1).unwrap();
    assert_eq!(
        (&first["type"], &first["data"]["id"]),
        (&json!("row-changes.created"), &json!("a"))
    );
    let State::Stopped { reason } = office.state(&subscription).await else {
        panic!("it goes on");
    };
    assert!(reason.contains("410"), "{reason}");
    let states: Vec<EventState> = office
        .events(&subscription)
        .await
        .iter()
        .map(|it| it.state)
        .collect();
    assert_eq!(states, [EventState::Delivered, EventState::Pending]);
}
