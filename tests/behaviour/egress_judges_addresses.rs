//! A name is only a claim: what counts is every address behind it, however it is spelt and whenever
//! it changes.

use airlock_runtime::Config;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use support::{Connect, Connected, Lab, Server};

/// Every request asks the resolver again.
fn anew(config: &mut Config) {
    config.egress.dns_cache_ms = 0;
}

/// A guest that the host policy lets go anywhere: what stops it is the judgement of addresses alone.
async fn wanderer(lab: &Lab) -> Connected {
    lab.connect(Connect::to("wanderer").anonymous()).await
}

/// This machine, in every spelling that some resolver or library takes for it.
const LOOPBACK: [&str; 15] = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "localhost",
    "localhost.",
    "innocent.example",
];

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_is_refused_in_every_spelling() {
    let lab = Lab::build(
        |config| config.egress.allow_loopback = false,
        |up| up.host_policy = false,
    )
    .await;
    // As the C library reads them.
    for name in LOOPBACK.iter().filter(|name| !name.starts_with('[')) {
        lab.names.set(name, &[&["127.0.0.1"]]);
    }
    let guest = wanderer(&lab).await;
    for host in LOOPBACK {
        let url = lab.evil.url_as(host, "/found");
        let told = guest.run(json!({ "urls": [url] })).await.unwrap();
        let outcome = &told[0]["outcome"];
        let refused = outcome["status"] == 403 || outcome["unsayable"].is_string();
        assert!(refused, "{host}: {outcome}");
    }
    assert_eq!(lab.evil.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_judgement_each_spelling_would_reach_this_machine() {
    let lab = Lab::build(
        |config| {
            config.egress.allow_loopback = false;
            config.egress.allow_plain_http = Vec::new();
        },
        |up| {
            up.host_policy = false;
            up.tls_required = false;
            up.strict_urls = false;
            up.address_judgement = false;
        },
    )
    .await;
    for name in LOOPBACK.iter().filter(|name| !name.starts_with('[')) {
        lab.names.set(name, &[&["127.0.0.1"]]);
    }
    let inside = Server::plain().await;
    let guest = wanderer(&lab).await;
    // Nothing listens on the IPv6 loopback of this server; its mapped spellings reach it.
    for host in LOOPBACK.into_iter().filter(|host| *host != "[::1]") {
        let before = inside.seen().len();
        let told = guest
            .run(json!({ "urls": [inside.url_as(host, "/found")] }))
            .await
            .unwrap();
        assert_eq!(
            told[0]["outcome"]["status"], 200,
            "{host}: {}",
            told[0]["outcome"]
        );
        assert_eq!(inside.seen().len(), before + 1, "{host}");
    }
}

/// Addresses inside an organisation, of clouds' metadata services, of translators and tunnels, and
/// of nowhere.
const INSIDE: [&str; 34] = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "0.0.0.0",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::10.0.0.1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
];

/// Nothing is dialled here: a dry run ends where the dialling would begin.
#[tokio::test(flavor = "multi_thread")]
async fn no_address_inside_is_dialled_by_name_or_by_number() {
    let lab = Lab::build(anew, |up| up.host_policy = false).await;
    let bare = Lab::build(anew, |up| {
        up.host_policy = false;
        up.address_judgement = false;
    })
    .await;
    let (guest, bare_guest) = (wanderer(&lab).await, wanderer(&bare).await);
    for address in INSIDE {
        for lab in [&lab, &bare] {
            lab.names.set("inside.example", &[&[address]]);
        }
        let number = match address.contains(':') {
            true => format!("https://[{address}]/"),
            false => format!("https://{address}/"),
        };
        for url in ["https://inside.example/".to_owned(), number] {
            let input = json!({ "urls": [url] });
            let told = guest.run(input.clone()).await.unwrap();
            let outcome = &told[0]["outcome"];
            assert_eq!(outcome["status"], 403, "{url} at {address}: {outcome}");
            // A number in another spelling than its canonical one stops at the first stage already.
            if !outcome["body"].to_string().contains("unusual spelling") {
                let would_leave = bare_guest.dry_run(input).await;
                assert!(would_leave.is_ok(), "{url} at {address}: {would_leave:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_address_among_good_ones_spoils_the_answer() {
    let lab = Lab::without(|up| up.host_policy = false).await;
    lab.names
        .set("mixed.example", &[&["127.0.0.1", "10.0.0.1"]]);
    let url = lab.evil.url_as("mixed.example", "/x");
    let told = wanderer(&lab)
        .await
        .run(json!({ "urls": [url] }))
        .await
        .unwrap();
    assert_eq!(told[0]["outcome"]["status"], 403, "{told}");
    assert_eq!(lab.evil.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_changes_later_is_judged_anew() {
    let moved = async |lab: &Lab| {
        lab.names.set(
            "moving.contoso.example",
            &[&["127.0.0.1"], &["169.254.169.254"]],
        );
        let url = lab.service.url_as("moving.contoso.example", "/x");
        let guest = lab
            .connect(Connect::to("wanderer").anonymous().url(url.clone()))
            .await;
        let first = guest.run(json!({ "urls": [url] })).await.unwrap();
        assert_eq!(first[0]["outcome"]["status"], 200, "{first}");
        (guest, json!({ "urls": [url] }))
    };
    let (guest, input) = moved(&Lab::with(anew).await).await;
    let told = guest.run(input).await.unwrap();
    assert_eq!(told[0]["outcome"]["status"], 403, "{told}");
    assert!(told.to_string().contains("no setting permits it"), "{told}");

    let (guest, input) = moved(&Lab::build(anew, |up| up.address_judgement = false).await).await;
    let would_leave = guest.dry_run(input).await;
    assert!(would_leave.is_ok(), "{would_leave:?}");
}

/// The attacker's name answers one address to whoever judges and another to whoever dials.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_judged_is_what_is_dialled() {
    let rebind = async |lab: &Lab| {
        let elsewhere = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), lab.service.port()));
        let elsewhere = Server::start(elsewhere, Some(&lab.tls)).await;
        lab.names
            .set("moving.contoso.example", &[&["127.0.0.1"], &["127.0.0.2"]]);
        let url = lab.service.url_as("moving.contoso.example", "/x");
        let guest = lab
            .connect(Connect::to("wanderer").anonymous().url(url.clone()))
            .await;
        let told = guest.run(json!({ "urls": [url] })).await.unwrap();
        assert_eq!(told[0]["outcome"]["status"], 200, "{told}");
        (lab.service.seen().len(), elsewhere.seen().len())
    };
    assert_eq!(rebind(&Lab::open().await).await, (1, 0));
    assert_eq!(
        rebind(&Lab::without(|up| up.pinned_addresses = false).await).await,
        (0, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_to_this_machine_names_the_setting_that_would_permit_it() {
    let lab = Lab::with(|config| config.egress.allow_loopback = false).await;
    let guest = lab.connect(Connect::to("honest").anonymous()).await;
    let told = guest.run(json!({})).await.unwrap();
    assert_eq!(told["status"], 403, "{told}");
    assert!(
        told["body"].to_string().contains("allow-loopback = true"),
        "{told}"
    );
}
