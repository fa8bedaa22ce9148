//! A component is run only if it is what was added, speaks a known contract and describes itself in
//! bounds; compiled code only if this host wrote it.

use airlock_runtime::{Category, HostError};
use serde_json::json;
use std::path::Path;
use support::{Connect, Lab, TENANT, guest, with_contract_version, with_core_instances};

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
        ("liar_endless", "at most 64"),
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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_terminal_obeys_is_no_part_of_a_manifest() {
    let lab = Lab::open().await;
    let tenant = TENANT.parse().unwrap();
    let name = "painted".parse().unwrap();
    lab.host
        .add_connector(&tenant, Some(name), guest("liar_painted"))
        .await
        .unwrap();
    let about = lab.host.about(&tenant, &"painted".parse().unwrap()).await;
    let told = serde_json::to_string(&*about.unwrap()).unwrap();
    assert!(told.contains("owned"), "its words stay: {told}");
    let painted = ['\u{9b}', '\u{202e}', '\u{2066}', '\u{e0041}'];
    assert!(
        !told.contains(painted) && !told.contains("\\u00"),
        "{told:?}"
    );
}

/// Each would take the place of another connection's instance, and none was counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_component_of_many_instances_is_refused_in_words() {
    let lab = Lab::open().await;
    let error = refusal(&lab, with_core_instances(&guest("honest"), 900)).await;
    assert_eq!(error.category(), Category::Input, "{error}");
    let text = error.to_string();
    assert!(text.contains("core module instances"), "{text}");
}

fn files(lab: &Lab, below: &str) -> usize {
    std::fs::read_dir(lab.data().join(below)).map_or(0, |entries| {
        entries
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().ends_with("wasm")
            })
            .count()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_connector_uses_is_thrown_away() {
    let lab = Lab::open().await;
    let kept = |lab: &Lab| (files(lab, "components"), files(lab, "cache"));
    // Neither a look nor a refusal leaves anything.
    lab.host.inspect(&guest("honest")).await.unwrap();
    for refused in ["liar_endless", "liar_garbage"] {
        refusal(&lab, guest(refused)).await;
    }
    assert_eq!(kept(&lab), (0, 0));
    let (ours, theirs) = (TENANT.parse().unwrap(), "fabrikam".parse().unwrap());
    let name = |name: &str| Some(name.parse().unwrap());
    let add = async |tenant, as_name, component| {
        let added = lab.host.add_connector(tenant, as_name, guest(component));
        added.await.unwrap();
    };
    add(&ours, name("one"), "honest").await;
    add(&theirs, name("same"), "honest").await;
    add(&ours, name("two"), "spin").await;
    assert_eq!(kept(&lab), (2, 2));
    lab.host
        .remove_connector(&ours, &"one".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(kept(&lab), (2, 2), "another tenant uses it");
    let same = "same".parse().unwrap();
    lab.host.about(&theirs, &same).await.unwrap();
    // Another component under the same name takes the place of the first.
    add(&theirs, name("same"), "streamer").await;
    assert_eq!(kept(&lab), (2, 2));
    lab.host.remove_connector(&theirs, &same).await.unwrap();
    lab.host
        .remove_connector(&ours, &"two".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(kept(&lab), (0, 0));
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
