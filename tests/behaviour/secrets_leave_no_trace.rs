//! A canary for a client secret and one for an access token are used in a session of everything,
//! failures included; afterwards no place holds either.

use airlock_runtime::store::MasterKey;
use serde_json::{Value, json};
use support::{Connect, Connected, Lab, Login, Needle, captured, files_with};

/// Texts that came out of a host: answers, and errors as people and as logs see them.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn add<T: std::fmt::Debug>(&mut self, result: Result<T, airlock_runtime::HostError>) {
        match result {
            Ok(answer) => self.0.push(format!("{answer:?}")),
            Err(error) => self
                .0
                .push(format!("{error} {error:?} {:?}", error.category())),
        }
    }
}

fn needles(login: &Login) -> [Needle; 2] {
    [
        Needle::new("client secret", &login.secret),
        Needle::new("access token", &login.token),
    ]
}

/// Everything that a person could do with a connection, and most of what can go wrong.
async fn session(lab: &Lab, login: &Login) -> Told {
    let mut told = Told::default();
    let connect = async |name: &str| lab.connect(Connect::to(name).login(login)).await;
    let echo = connect("echo_token").await;
    for path in [
        "/echo",
        "/echo-in-pieces",
        "/unauthorised",
        "/cookie",
        "/redirect?to=https://evil.example/",
    ] {
        told.add(echo.run(json!({ "path": path })).await);
        told.add(echo.write(json!({ "path": path })).await);
        told.add(echo.dry_run(json!({ "path": path })).await);
    }
    told.add(echo.run(json!({ "url": lab.evil_url("/x") })).await);
    told.add(
        lab.host
            .check(&echo.tenant, &"echo_token".parse().unwrap())
            .await,
    );
    told.add(lab.host.connections(&echo.tenant).await);
    told.add(lab.host.connectors(&echo.tenant).await);
    let crash = connect("crash").await;
    told.add(
        crash
            .write(json!({ "by": "panic", "saying": "goodbye" }))
            .await,
    );
    let spin = connect("spin").await;
    told.add(spin.write(json!({ "while": "silent" })).await);
    let flood = connect("log_flood").await;
    told.add(flood.run(json!({ "lines": 200, "line": "flood" })).await);
    // The right secret, refused by an authority that repeats it.
    let refused = connect("honest").await;
    lab.authority
        .login(&login.id, "changed in the meantime", "");
    lab.host
        .remove_connection(&refused.tenant, &"honest".parse().unwrap())
        .await
        .unwrap();
    let refused = lab
        .connect(Connect::to("honest").named("refused").login(login))
        .await;
    lab.authority
        .login(&login.id, "changed in the meantime", "");
    told.add(refused.run(json!({})).await);
    told.add(refused.write(json!({})).await);
    lab.authority.login(&login.id, &login.secret, &login.token);
    told
}

#[test]
fn neither_secret_nor_token_is_found_in_any_place() {
    captured(async |logs| {
        let lab = Lab::with(|config| config.budgets.cpu_ms = 100).await;
        let login = Login::random();
        let told = session(&lab, &login).await;
        let reader = lab
            .connect(Connect::to("memory_reader").login(&login))
            .await;
        let memory = search_memory(&reader, &login, "/echo").await;

        let used = lab.service.seen_at("/echo");
        assert!(
            used[0]
                .header("authorization")
                .unwrap()
                .ends_with(&login.token),
            "it was really used"
        );
        let sent = lab.authority.seen_at("/token");
        assert!(
            String::from_utf8_lossy(&sent[0].body).contains(&login.secret),
            "and so was the secret"
        );

        let records = format!("{:?} {:?}", lab.decisions(), json_of(&lab));
        let process = |file: &str| std::fs::read(format!("/proc/self/{file}")).unwrap_or_default();
        for needle in needles(&login) {
            let places: [(&str, Vec<u8>); 5] = [
                ("answers and errors", told.0.join("\n").into_bytes()),
                ("the log", logs.text().into_bytes()),
                ("audit records", records.clone().into_bytes()),
                ("arguments", process("cmdline")),
                ("environment", process("environ")),
            ];
            for (place, text) in places {
                assert!(!needle.is_in(&text), "the {} is in {place}", needle.name);
            }
            let files = files_with(&lab.data(), &needle);
            assert!(files.is_empty(), "the {} is in {files:?}", needle.name);
        }
        for file in ["airlock.db", "airlock.db-wal"] {
            let size = std::fs::metadata(lab.data().join(file)).unwrap().len();
            assert!(size > 0, "{file} was there to be searched");
        }
        assert_eq!(memory, [0, 0], "guest memory");
        assert!(
            logs.text().contains("airlock::connector"),
            "the log was really captured"
        );
    });
}

fn json_of(lab: &Lab) -> Value {
    lab.audit
        .records()
        .iter()
        .map(|record| serde_json::to_value(record).unwrap())
        .collect()
}

/// How often secret and token are in the memory of a guest that has just used them.
async fn search_memory(reader: &Connected, login: &Login, path: &str) -> [u64; 2] {
    let disguised = |secret: &str| -> String {
        secret
            .bytes()
            .map(|byte| format!("{:02x}", byte ^ 0xa5))
            .collect()
    };
    let found = reader
        .run(json!({
            "path": path,
            "disguised": [disguised(&login.secret), disguised(&login.token)],
        }))
        .await
        .unwrap();
    assert_eq!(found["reply"]["status"], 200, "{}", found["reply"]);
    [
        found["found"][0].as_u64().unwrap(),
        found["found"][1].as_u64().unwrap(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redaction_the_token_would_be_in_guest_memory() {
    let lab = Lab::without(|up| up.redaction = false).await;
    let reader = lab.guest("memory_reader").await;
    let [secret, token] = search_memory(&reader, &reader.login, "/echo").await;
    assert_eq!(secret, 0, "nobody ever sends it there");
    assert!(token > 0);
}

/// The search finds what is there: a secret where a connection's settings keep it in the clear.
#[tokio::test(flavor = "multi_thread")]
async fn the_search_itself_finds_a_secret_that_lies_open() {
    let lab = Lab::open().await;
    let needle = Needle::new("planted", "canary-planted-in-the-open");
    std::fs::write(lab.data().join("planted"), "x canary-planted-in-the-open y").unwrap();
    assert_eq!(files_with(&lab.data(), &needle).len(), 1);
    assert!(Needle::new("in base64", "canary-in-base64").is_in(b"eDpjYW5hcnktaW4tYmFzZTY0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_folder_opens_with_no_other_key() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    guest.run(json!({})).await.unwrap();
    let own = lab.reopen().await.unwrap();
    assert_eq!(guest.on(own).run(json!({})).await.unwrap()["status"], 200);
    assert_eq!(
        lab.authority.seen_at("/token").len(),
        1,
        "the second process found the first's token"
    );

    let stranger = tempfile::tempdir().unwrap();
    let key = MasterKey::from_file_or_create(&stranger.path().join("key")).unwrap();
    let stolen = lab.reopen_with(Some(key)).await;
    let text = stolen.map(drop).unwrap_err().to_string();
    assert!(text.contains("key"), "{text}");
}
