//! What every test of a sign-in at the terminal does: connects, signs in, asks who it is.

use serde_json::Value;
use support::{Running, Terminal};

pub(crate) const PUBLIC: &str = r#"{"client-id":"51f81489-12ee-4a9e-aaae-a2591f45987d"}"#;
pub(crate) const ADA: &str = "ada.park@contoso.example";
pub(crate) const MEI: &str = "mei.tanaka@contoso.example";
pub(crate) const SIGN_IN: [&str; 4] = ["connection", "sign-in", "crm", "--no-browser"];

/// A terminal with the connection `crm`, for which nobody has signed in yet.
pub(crate) async fn terminal() -> Terminal {
    let terminal = Terminal::open().await;
    connect(&terminal).await;
    terminal
}

pub(crate) async fn connect(terminal: &Terminal) {
    let added = terminal.connect("crm", "authorization-code", PUBLIC).await;
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(
        added.err.contains("airlock connection sign-in crm"),
        "{}",
        added.err
    );
}

/// Signs in as `user` through `running`, which has just been started.
pub(crate) async fn go_through(
    terminal: &Terminal,
    running: &mut Running,
    user: &str,
) -> support::Page {
    let mut browser = terminal.browser();
    let address = running.address().await;
    let back = browser.sign_in(&address, user).await;
    assert_eq!(back.host_str(), Some("localhost"), "{back}");
    browser.get(&back).await
}

pub(crate) async fn sign_in(terminal: &Terminal, words: &[&str], user: &str) -> support::Ended {
    let mut running = terminal.begin(words);
    go_through(terminal, &mut running, user).await;
    running.end().await
}

/// A connection as `connection show` tells it.
pub(crate) async fn shown(terminal: &Terminal) -> Value {
    let shown = terminal
        .run(&["connection", "show", "crm", "-o", "json"])
        .await;
    serde_json::from_str(&shown.out).unwrap()
}

pub(crate) async fn who(terminal: &Terminal) -> Result<String, support::Ended> {
    let tested = terminal
        .run(&["connection", "test", "crm", "-o", "json"])
        .await;
    match tested.code {
        Some(0) => {
            let identity: Value = serde_json::from_str(&tested.out).unwrap();
            Ok(identity["user-name"].as_str().unwrap().to_owned())
        }
        _ => Err(tested),
    }
}
