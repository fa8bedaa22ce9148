//! A component is run only if it is what was added, speaks a known contract and describes itself in
//! bounds; compiled code only if this host wrote it.

use airlock_runtime::{Category, HostError};
use serde_json::json;
use std::path::Path;
use support::{Connect, Lab, TENANT, guest, with_contract_version};

async fn refusal(lab: &Lab, component: Vec<u8>) -> HostError {
    let tenant = TENANT.parse().unwrap();
    let refused = lab
        .host
        .add_connector(&tenant, None, component)
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(
        lab.host.connectors(&tenant).await.unwrap().len(),
        0,
        "{refused}"
    );
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_connector_is_refused_in_words() {
    let honest = guest("honest");
    let too_large = vec![0; 33 << 20];
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("text", b"(component)".to_vec(), "not WebAssembly"),
        ("nothing", Vec::new(), "not WebAssembly"),
        ("half a component", honest[..honest.len() / 2].to_vec(), ""),
        ("a bare module", b"\0asm\x01\0\0\0".to_vec(), ""),
        (
            "a component that is none of ours",
            b"\0asm\x0d\0\x01\0".to_vec(),
            "not a connector",
        ),
        ("too large", too_large, "max-component-bytes"),
    ];
    let lab = Lab::open().await;
    for (what, component, says) in cases {
        let error = refusal(&lab, component).await;
        assert_eq!(error.category(), Category::Input, "{what}: {error}");
        assert!(error.to_string().contains(says), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_contract_version_is_refused_with_the_known_range() {
    let lab = Lab::open().await;
    let error = refusal(
        &lab,
        with_contract_version(&guest("honest"), "0.1.0", "0.9.0"),
    )
    .await
    .to_string();
    assert!(
        error.contains("0.9.0") && error.contains("0.1.x"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_lies_is_refused() {
    for (liar, says) in [
        ("liar_garbage", "not valid JSON"),
        ("liar_huge", "host-call-bytes"),
        ("liar_spinning", ""),
        ("liar_escapes", "name"),
        ("liar_framing", "Transfer-Encoding"),
    ] {
        let lab = Lab::open().await;
        let error = refusal(&lab, guest(liar)).await.to_string();
        assert!(error.contains(says), "{liar}: {error}");
        assert!(!error.contains('\u{1b}'), "{liar}: {error:?}");
        let honest = lab.guest("honest").await;
        assert_eq!(
            honest.run(json!({})).await.unwrap()["status"],
            200,
            "after {liar}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_are_too_wide_are_refused_when_a_connection_asks_for_them() {
    let lab = Lab::open().await;
    for host in [
        "*",
        "*.com",
        "*.co.uk",
        "*.azurewebsites.net",
        "*example.com",
        "127.1",
    ] {
        let connect = Connect::to("liar_wide").anonymous().kind(host);
        let error = lab.try_connect(connect).await.map(drop).unwrap_err();
        assert_eq!(error.category(), Category::Input, "{host}: {error}");
        assert!(
            error.to_string().contains(&format!("\"{host}\"")),
            "{host}: {error}"
        );
    }
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_changed_on_disk_is_not_run() {
    let lab = Lab::open().await;
    let honest = lab.guest("honest").await;
    change(&lab.file("components", ".wasm"), |wasm| {
        *wasm.last_mut().unwrap() ^= 1
    });
    std::fs::remove_file(lab.file("cache", ".cwasm")).unwrap();
    let error = honest
        .on(lab.reopen().await.unwrap())
        .run(json!({}))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not what was added"), "{error}");
}

/// Machine code in the cache is run outside the sandbox: whose code is it?
#[tokio::test(flavor = "multi_thread")]
async fn compiled_code_that_this_host_did_not_write_is_not_run() {
    let lab = Lab::open().await;
    let honest = lab.guest("honest").await;
    let cached = lab.file("cache", ".cwasm");
    let written = std::fs::read(&cached).unwrap();
    let evil = Lab::open().await;
    evil.guest("echo_token").await;
    let of_another_host = std::fs::read(evil.file("cache", ".cwasm")).unwrap();
    let forgeries: [(&str, Vec<u8>); 4] = [
        ("a flipped bit", {
            let mut code = written.clone();
            code[written.len() / 2] ^= 1;
            code
        }),
        ("another host's", of_another_host),
        ("half of it", written[..written.len() / 2].to_vec()),
        ("nothing", Vec::new()),
    ];
    for (what, forged) in forgeries {
        std::fs::write(&cached, &forged).unwrap();
        let told = honest
            .on(lab.reopen().await.unwrap())
            .run(json!({}))
            .await
            .unwrap();
        // The guest's own shape of answer: nobody else's code ran.
        assert_eq!(told, json!({ "status": 200, "body": "ok" }), "{what}");
        assert_ne!(
            std::fs::read(&cached).unwrap(),
            forged,
            "{what} was written anew"
        );
    }
}
