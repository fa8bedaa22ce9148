//! A service, or whoever answers in its place, can neither fill the host nor hold it.

use serde_json::{Value, json};
use support::{Connect, Lab, SERVICE};
use tokio::net::TcpListener;

const MIB: u64 = 1 << 20;

async fn read(lab: &Lab, input: Value) -> Value {
    lab.guest("endless_reader").await.run(input).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_body_is_cut_and_the_next_call_works() {
    let small = |config: &mut airlock_runtime::Config| config.egress.max_response_body_bytes = MIB;
    let far = json!({ "path": "/endless", "bytes": 8 * MIB });

    let lab = Lab::with(small).await;
    let told = read(&lab, far.clone()).await;
    assert!(told["read"].as_u64() <= Some(MIB), "{told}");
    assert!(
        told["end"]
            .to_string()
            .contains("HttpResponseBodySize(Some(1048576))"),
        "{told}"
    );
    let honest = lab.guest("honest").await;
    assert_eq!(honest.run(json!({})).await.unwrap()["status"], 200);

    let told = read(&Lab::build(small, |up| up.body_limits = false).await, far).await;
    assert_eq!(
        (&told["end"], told["read"].as_u64() >= Some(8 * MIB)),
        (&"enough".into(), true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_header_fields_is_refused() {
    let flood = json!({ "path": "/header-flood?count=2000", "bytes": 1 });
    let told = read(&Lab::open().await, flood.clone()).await;
    assert!(told["failed"].is_string(), "{told}");
    let told = read(&Lab::without(|up| up.header_limits = false).await, flood).await;
    assert_eq!(told["status"], 200, "{told}");
}

/// Each silence ends with the setting that would lengthen it. That it would otherwise go on shows a
/// call without deadlines, begun before and still waiting after.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_falls_silent_is_given_up_on() {
    for (path, setting) in [
        ("/silence", "response-header-timeout-ms"),
        ("/half", "between-bytes-timeout-ms"),
    ] {
        let short = |config: &mut airlock_runtime::Config| {
            config.egress.response_header_timeout_ms = 300;
            config.egress.between_bytes_timeout_ms = 300;
        };
        let input = json!({ "path": path });
        let bare = Lab::build(short, |up| up.deadlines = false).await;
        let patient = bare.guest("endless_reader").await;
        let waiting = tokio::spawn({
            let input = input.clone();
            async move { patient.run(input).await }
        });
        let told = read(&Lab::with(short).await, input).await;
        assert!(told.to_string().contains(setting), "{path}: {told}");
        assert!(!waiting.is_finished(), "{path} without deadlines");
        waiting.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_never_ends_is_given_up_on() {
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = deaf.local_addr().unwrap().port();
    let lab = Lab::with(|config| config.egress.tls_timeout_ms = 200).await;
    let url = format!("https://{SERVICE}:{port}");
    let guest = lab
        .connect(Connect::to("endless_reader").anonymous().url(url))
        .await;
    let told = guest.run(json!({})).await.unwrap();
    assert!(told.to_string().contains("tls-timeout-ms"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_only_so_many_requests_under_way() {
    let narrow = |config: &mut airlock_runtime::Config| {
        config.egress.max_in_flight_per_connection = 2;
        config.egress.queue_wait_ms = 0;
    };
    let third = async |lab: &Lab| {
        let guest = lab.connect(Connect::to("honest").anonymous()).await;
        let at_gate = || {
            let guest = guest.clone();
            tokio::spawn(async move { guest.run(json!({ "path": "/gate" })).await.unwrap() })
        };
        let held = [at_gate(), at_gate()];
        lab.service.gathered(2).await;
        let third = guest.run(json!({})).await.unwrap();
        lab.service.open_gate(2);
        for held in held {
            assert_eq!(held.await.unwrap()["status"], 200);
        }
        (third["status"].clone(), third["body"].to_string(), guest)
    };
    let lab = Lab::with(narrow).await;
    let (status, body, guest) = third(&lab).await;
    assert_eq!(status, 429, "{body}");
    assert!(body.contains("max-in-flight-per-connection"), "{body}");
    assert_eq!(guest.run(json!({})).await.unwrap()["status"], 200);

    let (status, ..) = third(&Lab::build(narrow, |up| up.quotas = false).await).await;
    assert_eq!(status, 200);
}
