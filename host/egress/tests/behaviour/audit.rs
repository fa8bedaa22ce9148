//! Every request leaves one record, whatever became of it, and no record holds a secret.

use std::sync::{Arc, Mutex};

use airlock_egress::{Egress, Outcome, Purpose, SendOptions, SystemResolver, TracingAudit};

use crate::support::credential::token;
use crate::support::fixture::{Fixture, everywhere, lane_id, local};
use crate::support::raw::{Raw, hold};
use crate::support::server::{Server, answer};
use crate::support::{get, text};

#[tokio::test]
async fn an_answer_a_denial_a_failure_and_a_departure_leave_a_record_each() {
    let server = Server::plain(|_| answer(200, "hello")).await;
    let silent = Raw::start(|_, tcp| hold(tcp)).await;
    let closed = Server::plain(|_| answer(200, "")).await.address;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());

    text(
        lane.send(get(&server.url("/a?secret=1")), SendOptions::default())
            .await
            .unwrap(),
    )
    .await;
    let _ = lane
        .send(
            get("https://user:secret@evil.example/b?secret=1"),
            SendOptions::default(),
        )
        .await;
    let _ = lane
        .send(
            get(&format!("http://{closed}/c?secret=1")),
            SendOptions::default(),
        )
        .await;
    {
        let mut leaving =
            Box::pin(lane.send(get(&silent.url("/d?secret=1")), SendOptions::default()));
        assert!(futures::poll!(&mut leaving).is_pending());
    }
    let outcomes: Vec<_> = fixture
        .audit
        .records()
        .into_iter()
        .map(|record| record.outcome)
        .collect();
    assert!(
        matches!(
            outcomes.as_slice(),
            [
                Outcome::Answered {
                    status: 200,
                    bytes: 5,
                    broken: None
                },
                Outcome::Denied { .. },
                Outcome::Failed { .. },
                Outcome::Abandoned,
            ]
        ),
        "{outcomes:?}"
    );
    let lines = fixture.lines();
    assert!(lines[0].starts_with(&format!(
        "egress allow GET {} → {} 200 in ",
        server.url("/a"),
        server.address
    )));
    assert!(
        lines[0].ends_with("5 B; credential: bearer added by host (rule: host 127.0.0.1:*)"),
        "{}",
        lines[0]
    );
    for record in fixture.audit.records() {
        let both = format!("{record} {}", serde_json::to_string(&record).unwrap());
        assert!(
            !both.contains("secret") && !both.contains(&token(0)),
            "{both}"
        );
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_recorded_although_nobody_reads_it() {
    let server = Server::plain(|_| answer(204, "")).await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(
        fixture.audit.records().len(),
        1,
        "before the answer is dropped"
    );
    drop(response);
    assert_eq!(fixture.audit.records().len(), 1);
}

/// What the operator's log got at the level `info`.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_operators_log_gets_denials_as_warnings_and_answers_only_when_asked() {
    let server = Server::plain(|_| answer(200, "")).await;
    for (level, answers) in [(tracing::Level::INFO, 0), (tracing::Level::DEBUG, 1)] {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let egress =
            Egress::new(local(), Arc::new(SystemResolver), Arc::new(TracingAudit)).unwrap();
        let lane = egress.lane(lane_id("default", Purpose::Api), everywhere(), None);
        let _ = lane
            .send(
                get("https://evil.example/?secret=1"),
                SendOptions::default(),
            )
            .await;
        lane.send(get(&server.url("/?secret=1")), SendOptions::default())
            .await
            .unwrap();
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            text.matches("WARN airlock::egress: egress deny GET https://evil.example/")
                .count(),
            1,
            "{text}"
        );
        assert_eq!(text.matches("egress allow GET").count(), answers, "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
