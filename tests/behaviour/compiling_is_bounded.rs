//! Compiling takes as much memory and time as the host allows: what is too much is refused before it
//! begins where it can be computed, and ends with its process where it cannot.

use airlock_runtime::store::TenantId;
use airlock_runtime::{Category, Compiler, Compiling, Config, Host, HostError, HostOptions};
use std::ffi::OsString;
use std::sync::{Arc, Mutex};
use support::{Connect, Lab, TENANT, guest, with_blocks};

const MIB: u64 = 1 << 20;

fn tenant() -> TenantId {
    TENANT.parse().unwrap()
}

/// A small file, and 250 MiB for a compiler.
fn heavy() -> Vec<u8> {
    with_blocks(&guest("honest"), 50_000, 1_250)
}

async fn add(host: &Host, wasm: Vec<u8>) -> Result<(), HostError> {
    host.add_connector(&tenant(), None, wasm).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_take_too_much_memory_is_refused_before_it_is_compiled() {
    let lab = Lab::with(|config| config.runtime.compile_memory_bytes = 128 * MIB).await;
    let error = add(&lab.host, heavy()).await.unwrap_err();
    assert_eq!(error.category(), Category::Input, "{error}");
    for part in ["compile-memory-bytes", "50000 locals", "1251 blocks"] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    let honest = lab.guest("honest").await;
    assert_eq!(
        honest.run(serde_json::json!({})).await.unwrap()["status"],
        200
    );

    // It is a component like any other to a host that allows so much.
    let lab = Lab::with(|config| config.runtime.compile_memory_bytes = 512 * MIB).await;
    let heavy = lab.connect(Connect::to("honest").component(heavy())).await;
    assert_eq!(
        heavy.run(serde_json::json!({})).await.unwrap()["status"],
        200
    );
}

/// A host that has its components compiled by `program`.
async fn host(
    program: &str,
    arguments: &[&str],
    change: impl FnOnce(&mut Config),
) -> (Host, tempfile::TempDir, Arc<Mutex<Vec<Compiling>>>) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config {
        data_dir: Some(folder.path().join("data")),
        ..Config::default()
    };
    config.runtime.max_instances = 8;
    change(&mut config);
    let told = Arc::<Mutex<Vec<Compiling>>>::default();
    let teller = Arc::clone(&told);
    let options = HostOptions::new()
        .compiler(Compiler {
            program: program.into(),
            arguments: arguments.iter().map(OsString::from).collect(),
        })
        .compiling(Arc::new(move |what| teller.lock().unwrap().push(what)));
    (Host::open(config, options).await.unwrap(), folder, told)
}

const COMPILER: &str = env!("CARGO_BIN_EXE_compiler");

#[tokio::test(flavor = "multi_thread")]
async fn a_process_of_its_own_compiles_what_this_one_runs() {
    let (host, _folder, told) = host(COMPILER, &[], |_| {}).await;
    let wasm = guest("honest");
    let bytes = wasm.len();
    add(&host, wasm).await.unwrap();
    assert_eq!(host.connectors(&tenant()).await.unwrap().len(), 1);
    let told = told.lock().unwrap().clone();
    assert_eq!(told[0], Compiling::Begun { bytes });
    assert!(matches!(told[1..], [Compiling::Ended { .. }]), "{told:?}");
    let error = add(&host, b"\0asm\x0d\0\x01\0\x0c\xff".to_vec()).await;
    assert_eq!(error.unwrap_err().category(), Category::Input);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiler_that_takes_too_much_ends_alone_and_the_setting_is_named() {
    // The host lets pass what its compiler cannot do: it is run with a byte of memory beside what it
    // needs to begin.
    let starved = format!("exec {COMPILER} 1 60");
    let starved = ["-c", &starved];
    let endless = ["-c", "while :; do :; done"];
    let killed = ["-c", "kill -XCPU $$"];
    let crashed = ["-c", "echo last words >&2; exit 3"];
    for (arguments, says) in [
        (starved, "compile-memory-bytes"),
        (endless, "compile-ms"),
        (killed, "compile-ms"),
        (crashed, "last words"),
    ] {
        let (host, _folder, _) = host("/bin/sh", &arguments, |config| {
            config.runtime.compile_ms = if says == "compile-ms" { 500 } else { 60_000 };
        })
        .await;
        let error = add(&host, heavy()).await.unwrap_err();
        assert!(
            matches!(error, HostError::Component(_)) && error.to_string().contains(says),
            "{arguments:?}: {error}"
        );
        assert_eq!(host.connectors(&tenant()).await.unwrap().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiler_that_is_not_there_is_named() {
    let (host, _folder, _) = host("/nowhere/compiler", &[], |_| {}).await;
    let error = add(&host, guest("honest")).await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/compiler"), "{error}");
}
