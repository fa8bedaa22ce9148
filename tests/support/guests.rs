//! Components as bytes, and the command line, built once per process by the same command that a person
//! would use.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The component of `tests/components/examples/<name>.rs`.
///
/// # Panics
/// When the guests do not build, or none has that name.
pub fn guest(name: &str) -> Vec<u8> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| build(&["hostile-components", "--examples"]));
    read(&folder.join(format!("examples/{name}.wasm")))
}

/// The Dynamics 365 connector.
///
/// # Panics
/// When it does not build.
pub fn dynamics() -> Vec<u8> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    read(
        &FOLDER
            .get_or_init(|| build(&["dynamics"]))
            .join("dynamics.wasm"),
    )
}

/// The Dynamics 365 connector that sends through the contract's `web`.
///
/// # Panics
/// When it does not build.
pub fn dynamics_web() -> Vec<u8> {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        // In a folder of its own: a component's file is called the same with any features.
        let folder = target().join("web");
        let mut arguments = component(&["dynamics", "--features", "web"]);
        arguments.extend(["--target-dir", folder.to_str().expect("a path in UTF-8")]);
        cargo(&arguments);
        folder.join("wasm32-wasip2/component/dynamics.wasm")
    });
    read(file)
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The command line's binary.
///
/// # Panics
/// When it does not build.
pub fn airlock() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| cargo(&["--package", "airlock"]).join("debug/airlock"));
    binary.clone()
}

fn build(package: &[&str]) -> PathBuf {
    cargo(&component(package)).join("wasm32-wasip2/component")
}

/// What makes a component of a package.
fn component<'a>(package: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["--package"];
    arguments.extend(package);
    arguments.extend(["--target", "wasm32-wasip2", "--profile", "component"]);
    arguments
}

/// The folder that this process was built into, whatever it is called.
fn target() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|exe| exe.ancestors().nth(3).map(Path::to_owned))
        .expect("the test binary lies in target/<profile>/deps")
}

/// Builds what `arguments` ask for; answers the target folder.
fn cargo(arguments: &[&str]) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests lie in the workspace");
    let target = target();
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace)
        .args(["build", "--quiet"])
        .args(arguments)
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .expect("cargo can be started");
    assert!(
        status.success(),
        "{arguments:?} do not build; is the target there? rustup target add wasm32-wasip2"
    );
    target
}
