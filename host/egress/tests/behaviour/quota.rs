//! A connection's quota: places are waited for, given back, and refused with a time to come back.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use airlock_egress::{EgressConfig, EgressError, Purpose, RefusalCode, Resolve, SendOptions};
use async_trait::async_trait;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, lane_id, local};
use crate::support::raw::{Raw, hold, read_head};
use crate::support::server::{Server, answer};
use crate::support::{get, text};

fn one_place(queue_wait_ms: u64) -> EgressConfig {
    EgressConfig {
        max_in_flight_per_connection: 1,
        queue_wait_ms,
        ..local()
    }
}

/// Answers with a head at once, and with the last byte when `finish` allows.
async fn slow_to_finish(finish: Arc<Semaphore>) -> Raw {
    Raw::start(move |_, mut tcp| {
        let finish = Arc::clone(&finish);
        async move {
            while read_head(&mut tcp).await.is_some() {
                tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no")
                    .await
                    .unwrap();
                finish.acquire().await.unwrap().forget();
                tcp.write_all(b"k").await.unwrap();
            }
            hold(tcp).await;
        }
    })
    .await
}

#[tokio::test]
async fn an_answer_holds_its_place_until_its_last_byte() {
    let finish = Arc::new(Semaphore::new(0));
    let server = slow_to_finish(Arc::clone(&finish)).await;
    let fixture = Fixture::new(one_place(20));
    let lane = fixture.lane(everywhere());
    let first = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    let error = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.code.status(), refusal.code),
        (429, RefusalCode::Quota)
    );
    assert!(refusal.retry_after.unwrap() > Duration::ZERO);
    assert!(refusal.message.contains("contoso"), "{}", refusal.message);

    // Another connection has places of its own.
    let neighbour = fixture.lane(everywhere());
    let other = neighbour
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();

    finish.add_permits(3);
    assert_eq!(
        (text(first).await, text(other).await),
        ("ok".into(), "ok".into())
    );
    assert!(
        lane.send(get(&server.url("/")), SendOptions::default())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_waiting_request_gets_the_place_of_one_that_ends_or_is_given_up() {
    let finish = Arc::new(Semaphore::new(0));
    let server = slow_to_finish(Arc::clone(&finish)).await;
    let fixture = Fixture::new(one_place(60_000));
    let lane = fixture.lane(everywhere());
    let first = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    let (second, ()) = tokio::join!(
        lane.send(get(&server.url("/")), SendOptions::default()),
        async {
            drop(first);
        }
    );
    finish.add_permits(2);
    let body = second.unwrap().into_body().collect().await.unwrap();
    assert_eq!(body.to_bytes(), "ok");
    assert!(
        fixture.lines()[0].contains("the caller stopped reading"),
        "{:?}",
        fixture.lines()
    );
}

#[tokio::test]
async fn a_connection_cannot_send_faster_than_its_rate() {
    let server = Server::plain(|_| answer(200, "")).await;
    let config = EgressConfig {
        requests_per_second_per_connection: Some(1),
        queue_wait_ms: 0,
        ..local()
    };
    let fixture = Fixture::new(config);
    let lane = fixture.lane(everywhere());
    let mut refused = 0;
    for _ in 0..3 {
        match lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
        {
            Ok(_) => {}
            Err(EgressError::Quota { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused >= 1, "three requests at once passed a rate of one");
    assert!(!server.seen().is_empty());
}

#[tokio::test]
async fn all_connections_of_a_tenant_have_one_share_and_leave_the_neighbour_its_own() {
    let finish = Arc::new(Semaphore::new(0));
    let server = slow_to_finish(Arc::clone(&finish)).await;
    let fixture = Fixture::new(EgressConfig {
        max_in_flight_per_tenant: 2,
        queue_wait_ms: 20,
        ..local()
    });
    let lane = |tenant| {
        fixture
            .egress
            .lane(lane_id(tenant, Purpose::Api), everywhere(), None)
    };
    let send = async |tenant| {
        let options = SendOptions::default();
        lane(tenant).send(get(&server.url("/")), options).await
    };
    let first = send("contoso").await.unwrap();
    let _second = send("contoso").await.unwrap();
    let refusal = send("contoso").await.unwrap_err().refusal().unwrap();
    assert_eq!(refusal.code, RefusalCode::Quota);
    assert!(
        refusal.message.contains("max-in-flight-per-tenant"),
        "{}",
        refusal.message
    );
    assert!(send("fabrikam").await.is_ok());
    finish.add_permits(3);
    assert_eq!(text(first).await, "ok");
    assert!(send("contoso").await.is_ok());
}

/// Answers for one name; for every other, no name server does.
struct Slow {
    asked: AtomicUsize,
}

#[async_trait]
impl Resolve for Slow {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        if host == "sim.example.com" {
            return Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))]);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
}

#[tokio::test]
async fn look_ups_that_go_on_after_their_deadline_are_few_and_their_tenants_own() {
    let server = Server::plain(|_| answer(200, "")).await;
    let resolver = Arc::new(Slow {
        asked: AtomicUsize::new(0),
    });
    let config = EgressConfig {
        connect_timeout_ms: 20,
        ..local()
    };
    let fixture = Fixture::shared(config, Arc::clone(&resolver) as _, Counting::bearer());
    let send = async |tenant, name: &str| {
        let lane = fixture
            .egress
            .lane(lane_id(tenant, Purpose::Api), everywhere(), None);
        let url = format!("http://{name}:{}/", server.address.port());
        lane.send(get(&url), SendOptions::default()).await
    };
    for _ in 0..40 {
        let error = send("contoso", "other.example.com").await.unwrap_err();
        assert!(matches!(error, EgressError::Timeout { .. }), "{error}");
    }
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 16);
    assert!(send("fabrikam", "sim.example.com").await.is_ok());
}
