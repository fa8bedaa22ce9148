//! A person signs in through the real command line: the door, the browser, the authority, the store.
//! And what is tried against it on the way.

use crate::signing_in::{ADA, MEI, PUBLIC, SIGN_IN, shown, sign_in, terminal, who};
use dataverse_sim::sim::ApplicationUser;
use dataverse_sim::token::Lifetimes;
use support::{Chromium, Terminal};
use url::Url;
use uuid::Uuid;

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
