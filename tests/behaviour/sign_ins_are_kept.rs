//! A sign-in that was made serves until it is over: by many processes at once, past a call that ran out of
//! time, until the authority revokes it or somebody signs out.

use crate::signing_in::{ADA, MEI, SIGN_IN, connect, shown, sign_in, terminal, who};
use dataverse_sim::control::{Effect, FaultRule};
use dataverse_sim::sim::ApplicationUser;
use dataverse_sim::token::{Account, Lifetimes};
use support::Terminal;
use uuid::Uuid;

/// Access tokens that have run out when they arrive, so that each command asks with the refresh token;
/// the simulator's clock stands, so that it takes them all the same.
fn short_lived() -> Lifetimes {
    Lifetimes {
        token_seconds: 0,
        ..Lifetimes::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_at_once_never_use_a_refresh_token_twice() {
    let id = Uuid::from_u128(0x571);
    let mut strict = ApplicationUser::public("Strict", id);
    strict.registration.single_use_refresh_tokens = true;
    let terminal = Terminal::with(|sim| sim.application(strict).lifetimes(short_lived())).await;
    terminal.sim.clock().freeze(true);
    let secrets = format!(r#"{{"client-id":"{id}"}}"#);
    terminal
        .connect("crm", "authorization-code", &secrets)
        .await;
    let ended = sign_in(&terminal, &SIGN_IN, ADA).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);

    for _ in 0..3 {
        let tests = (0..6).map(|_| who(&terminal));
        for tested in futures::future::join_all(tests).await {
            assert_eq!(tested.unwrap(), ADA);
        }
    }
    assert_eq!(shown(&terminal).await["sign-in"], "signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_revoked_says_so_everywhere_until_somebody_signs_in_again() {
    let terminal = Terminal::with(|sim| sim.lifetimes(short_lived())).await;
    terminal.sim.clock().freeze(true);
    connect(&terminal).await;
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));
    let person = shown(&terminal).await["object-id"]
        .as_str()
        .unwrap()
        .to_owned();
    let since = |seconds: i64| {
        let account = Account {
            valid_from: seconds,
            ..Account::default()
        };
        let directory = &terminal.sim.authority().directory;
        directory
            .set_account(person.parse().unwrap(), account)
            .unwrap();
    };

    since(i64::MAX / 2);
    for _ in 0..2 {
        let refused = who(&terminal).await.unwrap_err();
        assert_eq!(refused.code, Some(3), "{}", refused.err);
        assert!(refused.err.contains("AADSTS50173"), "{}", refused.err);
        assert!(
            refused.err.contains("→ airlock connection sign-in crm"),
            "{}",
            refused.err
        );
    }
    let asked = |terminal: &Terminal| {
        let requests = terminal.sim.requests();
        let tokens = requests
            .iter()
            .filter(|one| format!("{one:?}").contains("v2.0/token"));
        tokens.count()
    };
    let before = asked(&terminal);
    let gone = shown(&terminal).await;
    assert_eq!(gone["sign-in"], "needs sign-in");
    assert!(
        gone["sign-in-problem"]
            .as_str()
            .unwrap()
            .contains("AADSTS50173")
    );
    assert_eq!(gone["signed-in-as"], format!("Ada Park ({ADA})"));
    who(&terminal).await.unwrap_err();
    assert_eq!(asked(&terminal), before, "the authority is not asked again");

    since(0);
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));
    assert_eq!(who(&terminal).await.unwrap(), ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_out_somebody_has_to_sign_in_again() {
    let terminal = terminal().await;
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));
    let out = terminal.run(&["connection", "sign-out", "crm"]).await;
    assert_eq!(out.code, Some(0), "{}", out.err);
    assert_eq!(shown(&terminal).await["sign-in"], "needs sign-in");
    assert_eq!(who(&terminal).await.unwrap_err().code, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_runs_out_of_time_does_not_lose_the_next_refresh_token() {
    let id = Uuid::from_u128(0x572);
    let mut strict = ApplicationUser::public("Strict", id);
    strict.registration.single_use_refresh_tokens = true;
    let terminal = Terminal::with(|sim| sim.application(strict).lifetimes(short_lived())).await;
    terminal.sim.clock().freeze(true);
    let secrets = format!(r#"{{"client-id":"{id}"}}"#);
    terminal
        .connect("crm", "authorization-code", &secrets)
        .await;
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));

    let answered = terminal.sim.requests().len();
    let slow = Effect::Delay { milliseconds: 1500 };
    let slow = FaultRule::new("/oauth2/v2.0/token", slow);
    terminal.sim.add_fault(slow.times(1));
    let words = [
        "run",
        "crm",
        "list-rows",
        "--table",
        "leads",
        "--deadline",
        "500ms",
    ];
    let late = terminal.run(&words).await;
    assert_eq!(late.code, Some(5), "{}", late.err);
    let answered = terminal.sim.requests().len() - answered;
    assert_eq!(answered, 1, "the answer was waited for");

    assert_eq!(who(&terminal).await.unwrap(), ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_takes_a_connection_over_only_when_it_is_asked_for() {
    let terminal = terminal().await;
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));

    let refused = sign_in(&terminal, &SIGN_IN, MEI).await;

    assert_eq!(refused.code, Some(3), "{}", refused.err);
    for part in [ADA, MEI, "nothing was changed", "--change-account"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(who(&terminal).await.unwrap(), ADA);

    let mut words = SIGN_IN.to_vec();
    words.push("--change-account");
    assert_eq!(sign_in(&terminal, &words, MEI).await.code, Some(0));
    assert_eq!(who(&terminal).await.unwrap(), MEI);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_given_up_leaves_the_one_before() {
    let terminal = terminal().await;
    assert_eq!(sign_in(&terminal, &SIGN_IN, ADA).await.code, Some(0));

    let mut words = SIGN_IN.to_vec();
    words.extend(["--sign-in-timeout", "1ms"]);
    let late = terminal.run(&words).await;
    assert_eq!(late.code, Some(3), "{}", late.err);
    assert!(late.err.contains("nobody signed in within"), "{}", late.err);

    let mut running = terminal.begin(&SIGN_IN);
    running.address().await;
    let interrupt = ["-s", "INT", &running.id().to_string()].map(str::to_owned);
    let sent = std::process::Command::new("kill").args(interrupt).status();
    assert!(sent.unwrap().success());
    assert_ne!(running.end().await.code, Some(0));

    assert_eq!(who(&terminal).await.unwrap(), ADA);
}
