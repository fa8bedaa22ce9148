//! A person signs in through the real command line: the door, the browser, the authority, the store.
//! And what is tried against it on the way.

use dataverse_sim::control::{Effect, FaultRule};
use dataverse_sim::sim::ApplicationUser;
use dataverse_sim::token::{Account, Lifetimes};
use serde_json::Value;
use support::{Chromium, Running, Terminal};
use url::Url;
use uuid::Uuid;

const PUBLIC: &str = r#"{"client-id":"51f81489-12ee-4a9e-aaae-a2591f45987d"}"#;
const ADA: &str = "ada.park@contoso.example";
const MEI: &str = "mei.tanaka@contoso.example";
const SIGN_IN: [&str; 4] = ["connection", "sign-in", "crm", "--no-browser"];

/// A terminal with the connection `crm`, for which nobody has signed in yet.
async fn terminal() -> Terminal {
    let terminal = Terminal::open().await;
    connect(&terminal).await;
    terminal
}

async fn connect(terminal: &Terminal) {
    let added = terminal.connect("crm", "authorization-code", PUBLIC).await;
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(
        added.err.contains("airlock connection sign-in crm"),
        "{}",
        added.err
    );
}

/// Signs in as `user` through `running`, which has just been started.
async fn go_through(terminal: &Terminal, running: &mut Running, user: &str) -> support::Page {
    let mut browser = terminal.browser();
    let address = running.address().await;
    let back = browser.sign_in(&address, user).await;
    assert_eq!(back.host_str(), Some("localhost"), "{back}");
    browser.get(&back).await
}

async fn sign_in(terminal: &Terminal, words: &[&str], user: &str) -> support::Ended {
    let mut running = terminal.begin(words);
    go_through(terminal, &mut running, user).await;
    running.end().await
}

/// A connection as `connection show` tells it.
async fn shown(terminal: &Terminal) -> Value {
    let shown = terminal
        .run(&["connection", "show", "crm", "-o", "json"])
        .await;
    serde_json::from_str(&shown.out).unwrap()
}

async fn who(terminal: &Terminal) -> Result<String, support::Ended> {
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

#[tokio::test(flavor = "multi_thread")]
async fn before_anybody_signs_in_every_command_says_how() {
    let terminal = terminal().await;
    assert_eq!(shown(&terminal).await["sign-in"], "needs sign-in");
    for words in [
        &["run", "crm", "list-rows", "--table", "leads"][..],
        &["connection", "test", "crm"],
    ] {
        let refused = terminal.run(words).await;
        assert_eq!(refused.code, Some(3), "{}", refused.err);
        let advice = "→ airlock connection sign-in crm";
        assert!(refused.err.contains(advice), "{}", refused.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_the_browser_that_is_opened() {
    let terminal = terminal().await;
    let opened = terminal.path("opened");
    let script = terminal.path("browser");
    let text = format!(
        "#!/bin/sh\nprintf '%s' \"$1\" > {0:?}.new && mv {0:?}.new {0:?}\n",
        opened
    );
    std::fs::write(&script, text).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, executable).unwrap();
    let running = terminal.begin_with(
        &["connection", "sign-in", "crm"],
        &[("BROWSER", script.to_str().unwrap())],
    );
    while !opened.exists() {
        tokio::task::yield_now().await;
    }
    let address = Url::parse(&std::fs::read_to_string(&opened).unwrap()).unwrap();

    let mut browser = terminal.browser();
    let back = browser.sign_in(&address, ADA).await;
    let page = browser.get(&back).await;

    assert!(page.html.contains("You are signed in"), "{}", page.html);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let sentence = format!("signed in as Ada Park ({ADA}); connection crm works");
    assert_eq!(ended.out.trim(), sentence);
    assert_eq!(who(&terminal).await.unwrap(), ADA);
    let shown = shown(&terminal).await;
    assert_eq!(shown["sign-in"], "signed in");
    assert_eq!(shown["signed-in-as"], format!("Ada Park ({ADA})"));
    assert_eq!(shown["directory"], terminal.sim.tenant_id().to_string());
    let listed = terminal.run(&["connection", "list", "-o", "table"]).await;
    assert!(listed.out.contains(ADA), "{}", listed.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_elsewhere_is_enough_when_its_last_address_or_the_code_is_pasted() {
    let terminal = terminal().await;
    for (user, whole) in [(ADA, true), (ADA, false)] {
        let mut running = terminal.begin(&SIGN_IN);
        let address = running.address().await;
        let back = terminal.browser().sign_in(&address, user).await;
        let code = back.query_pairs().find(|(name, _)| name == "code");
        let pasted = match whole {
            true => back.to_string(),
            false => code.unwrap().1.into_owned(),
        };
        running.type_in(&format!("{pasted}\n")).await;
        let ended = running.end().await;
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert_eq!(who(&terminal).await.unwrap(), user);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_can_be_chosen_and_an_application_with_a_secret_proves_itself() {
    let id = Uuid::from_u128(0xc0f1);
    let web = ApplicationUser::new("Web application", id, "canary-secret").without_user();
    let terminal = Terminal::with(|sim| sim.application(web)).await;
    let secrets = format!(r#"{{"client-id":"{id}","client-secret":"canary-secret"}}"#);
    let added = terminal
        .connect("crm", "authorization-code", &secrets)
        .await;
    assert_eq!(added.code, Some(0), "{}", added.err);
    let port = free_port();
    let mut words = SIGN_IN.to_vec();
    let number = port.to_string();
    words.extend(["--port", &number]);
    let mut running = terminal.begin(&words);
    let address = running.address().await;
    // Nobody has consented for this one: the page asks.
    let back = terminal.browser().sign_in(&address, ADA).await;
    assert_eq!(back.port(), Some(port));
    terminal.browser().get(&back).await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(who(&terminal).await.unwrap(), ADA);

    // A new secret leaves the sign-in; a wrong one is no reason to sign in again.
    for (secret, good) in [("wrong", false), ("canary-secret", true)] {
        let words = [
            "connection",
            "replace-secrets",
            "crm",
            "--secret-stdin",
            "client-secret",
        ];
        let replaced = terminal.type_in(&words, secret).await;
        assert_eq!(replaced.code, Some(0), "{}", replaced.err);
        assert_eq!(shown(&terminal).await["sign-in"], "signed in");
        match who(&terminal).await {
            Ok(user) => assert!(good && user == ADA),
            Err(refused) => {
                assert!(!good && refused.err.contains("7000215"), "{}", refused.err);
                assert!(!refused.err.contains("sign-in crm"), "{}", refused.err);
            }
        }
        assert_eq!(shown(&terminal).await["sign-in"], "signed in");
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declines_is_told_why_nothing_happened_and_may_try_again() {
    let id = Uuid::from_u128(0xdec1);
    let mut asking = ApplicationUser::public("Asking", id);
    asking.registration.is_consented = false;
    let terminal = Terminal::with(|sim| sim.application(asking)).await;
    let secrets = format!(r#"{{"client-id":"{id}"}}"#);
    terminal
        .connect("crm", "authorization-code", &secrets)
        .await;

    let mut running = terminal.begin(&SIGN_IN);
    let address = running.address().await;
    let mut browser = terminal.browser();
    let back = browser.sign_in_and(&address, ADA, "decline").await;
    let page = browser.get(&back).await;
    assert!(page.html.contains("did not succeed"), "{}", page.html);
    let ended = running.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("AADSTS65004"), "{}", ended.err);
    assert!(
        ended
            .err
            .contains("airlock connection sign-in crm tries again"),
        "{}",
        ended.err
    );

    let ended = sign_in(&terminal, &SIGN_IN, ADA).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

/// What the running command says about itself in its address.
fn asked(address: &Url, name: &str) -> String {
    let found = address.query_pairs().find(|(known, _)| known == name);
    found.unwrap().1.into_owned()
}

fn with(redirect: &str, query: &[(&str, &str)]) -> Url {
    let mut url = Url::parse(redirect).unwrap();
    url.query_pairs_mut().extend_pairs(query);
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_else_knocks_is_turned_away_and_the_sign_in_goes_on() {
    let terminal = terminal().await;
    let mut running = terminal.begin(&SIGN_IN);
    let address = running.address().await;
    let door = asked(&address, "redirect_uri");
    let mut stranger = terminal.browser();
    for query in [
        &[("code", "theirs"), ("state", "guessed")][..],
        &[("code", "theirs")],
        &[("error", "access_denied"), ("state", "guessed")],
        &[("error", "access_denied")],
    ] {
        let page = stranger.get(&with(&door, query)).await;
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(!page.html.contains("theirs"), "{}", page.html);
    }

    let mut browser = terminal.browser();
    let back = browser.sign_in(&address, ADA).await;
    let page = browser.get(&back).await;
    assert_eq!(page.status, 200);
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);

    // The door is shut: the answer cannot be used again.
    let port = back.port().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_sign_in_is_refused_by_its_verifier() {
    let terminal = terminal().await;
    let mut running = terminal.begin(&SIGN_IN);
    let address = running.address().await;
    // The attacker signs in with a challenge of their own and brings the victim's state along.
    let mut own = address.clone();
    let pairs: Vec<(String, String)> = address
        .query_pairs()
        .map(|(name, value)| {
            let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
            let value = if name == "code_challenge" {
                challenge
            } else {
                &*value
            };
            (name.into_owned(), value.to_owned())
        })
        .collect();
    own.query_pairs_mut().clear().extend_pairs(pairs);
    let mut attacker = terminal.browser();
    let back = attacker.sign_in(&own, MEI).await;
    let page = attacker.get(&back).await;
    assert!(page.html.contains("did not succeed"), "{}", page.html);
    let ended = running.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("proof key"), "{}", ended.err);
    assert_eq!(shown(&terminal).await["sign-in"], "needs sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_another_authority_is_a_mix_up_and_its_code_goes_nowhere() {
    let terminal = terminal().await;
    let mut running = terminal.begin(&SIGN_IN);
    let address = running.address().await;
    let state = asked(&address, "state");
    let answer = with(
        &asked(&address, "redirect_uri"),
        &[
            ("code", "c"),
            ("state", &state),
            ("iss", "https://evil.example/"),
        ],
    );
    let page = terminal.browser().get(&answer).await;
    assert!(page.html.contains("did not succeed"), "{}", page.html);
    let ended = running.end().await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.err.contains("another authority"), "{}", ended.err);
    let tokens = terminal.sim.requests();
    assert!(
        !tokens
            .iter()
            .any(|one| format!("{one:?}").contains("v2.0/token"))
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_typed_in_elsewhere_signs_in() {
    let lifetimes = Lifetimes {
        device_interval: 1,
        ..Lifetimes::default()
    };
    let terminal = Terminal::with(|sim| sim.lifetimes(lifetimes)).await;
    let added = terminal.connect("crm", "device-code", PUBLIC).await;
    assert_eq!(added.code, Some(0), "{}", added.err);
    for (decision, code, told) in [("decline", 3, "AADSTS65004"), ("accept", 0, "")] {
        let mut running = terminal.begin(&["connection", "sign-in", "crm"]);
        let line = running.line_with("enter the code").await;
        let typed = line.split_whitespace().last().unwrap().to_owned();
        let page = Url::parse(&format!("{}/devicelogin", terminal.sim.base_url())).unwrap();
        let fields = [
            ("otc", typed.as_str()),
            ("login", ADA),
            ("passwd", dataverse_sim::token::DEFAULT_PASSWORD),
            ("decision", decision),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        terminal.browser().post(&page, &fields).await;
        let ended = running.end().await;
        assert_eq!(ended.code, Some(code), "{}", ended.err);
        assert!(ended.err.contains(told), "{}", ended.err);
    }
    assert_eq!(who(&terminal).await.unwrap(), ADA);
}

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
async fn for_an_application_of_its_own_nobody_signs_in() {
    let terminal = Terminal::open().await;
    let sim = &terminal.sim;
    let secrets = format!(
        r#"{{"client-id":"{}","client-secret":"{}"}}"#,
        sim.client_id(),
        sim.client_secret()
    );
    let words = [
        "connection",
        "add",
        "crm",
        "--connector",
        "dynamics",
        "--kind",
        "client-credentials",
        "--secrets-stdin",
        "--setting",
        &format!("web-api-url={}", sim.base_url()),
        "--setting",
        &format!("token-url={}", sim.token_url()),
    ]
    .map(str::to_owned);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(terminal.type_in(&words, &secrets).await.code, Some(0));
    for command in ["sign-in", "sign-out"] {
        let refused = terminal.run(&["connection", command, "crm"]).await;
        assert_eq!(refused.code, Some(2), "{}", refused.err);
        assert!(
            refused.err.contains("no person signs in"),
            "{}",
            refused.err
        );
    }
    assert!(shown(&terminal).await.get("sign-in").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_browser_comes_back_to_the_door_and_shows_its_page() {
    let Some(mut browser) = Chromium::open().await else {
        return;
    };
    let terminal = terminal().await;
    let mut running = terminal.begin(&SIGN_IN);
    let address = running.address().await;
    browser.open_page(&address).await;
    browser
        .until("!!document.querySelector('input[name=passwd]')")
        .await;
    let fill = format!(
        "document.querySelector('input[name=login]').value = {ADA:?}; \
         document.querySelector('input[name=passwd]').value = {:?}; \
         document.querySelector('form button').click()",
        dataverse_sim::token::DEFAULT_PASSWORD
    );
    browser.eval(&fill).await;
    browser.until("document.title == 'You are signed in'").await;
    let text = browser.eval("document.body.innerText").await;
    assert!(
        text.as_str().unwrap().contains("close this window"),
        "{text}"
    );
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(who(&terminal).await.unwrap(), ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_talkative_command_does_not_repeat_the_code() {
    let terminal = terminal().await;
    let mut words = SIGN_IN.to_vec();
    words.extend(["-vvv", "--trace"]);
    let mut running = terminal.begin(&words);
    let address = running.line_with("open this address").await;
    let (_, address) = address.split_once("https://").unwrap();
    let address = Url::parse(&format!("https://{address}")).unwrap();
    let mut browser = terminal.browser();
    let back = browser.sign_in(&address, ADA).await;
    let code = asked(&back, "code");
    let arguments = std::fs::read(format!("/proc/{}/cmdline", running.id())).unwrap();
    let page = browser.get(&back).await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let told = format!("{}{}{}", ended.out, ended.err, page.html);
    assert!(told.contains("v2.0/token"), "it was talkative: {told}");
    assert!(!told.contains(&code), "{told}");
    assert!(!String::from_utf8_lossy(&arguments).contains(&code));
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
