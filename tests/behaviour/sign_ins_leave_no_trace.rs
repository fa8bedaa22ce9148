//! Canaries for everything that a person's sign-in brings along: the code, its verifier, the refresh
//! tokens. They are used in a session of what people do and of what goes wrong; afterwards no place
//! holds any of them.

use airlock_runtime::auth::{Account, Received};
use airlock_runtime::store::{ConnectionName, TenantId};
use airlock_runtime::{Host, HostError, SignInDone};
use serde_json::{Value, json};
use support::{Connect, Lab, Login, Needle, captured, files_with};

const CODE: &str = "canary-code-5f3a9c17e2";
const FIRST: &str = "canary-first";
const SECOND: &str = "canary-second";

/// Signs in as a browser would, with `code`.
async fn sign_in(
    host: &Host,
    tenant: &TenantId,
    name: &ConnectionName,
    code: &str,
) -> Result<SignInDone, HostError> {
    let door = "http://localhost:4711/".parse().unwrap();
    let mut sign_in = host
        .begin_browser_sign_in(tenant, name, door, Account::Same)
        .await?;
    let state = sign_in
        .url()
        .query_pairs()
        .find(|(name, _)| name == "state");
    let query = format!("code={code}&state={}", state.unwrap().1);
    match sign_in.receive(&query) {
        Received::Code(code) => host.finish_browser_sign_in(sign_in, &code).await,
        other => panic!("{other:?}"),
    }
}

/// The form fields that the authority was sent, by name.
fn sent(lab: &Lab, name: &str) -> Vec<String> {
    let requests = lab.authority.seen_at("/token");
    let forms = requests
        .iter()
        .flat_map(|one| url::form_urlencoded::parse(&one.body).into_owned());
    forms
        .filter(|(field, _)| field == name)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn no_code_no_verifier_and_no_refresh_token_is_found_in_any_place() {
    captured(async |logs| {
        let lab = Lab::open().await;
        let login = Login::random();
        let connect = Connect::to("memory_reader").login(&login);
        let reader = lab.connect(connect.kind("authorization-code")).await;
        let name = reader.name.parse().unwrap();
        let mut told = Vec::new();

        lab.authority.sign_in(&login.id, Some(FIRST));
        let done = sign_in(&lab.host, &reader.tenant, &name, CODE)
            .await
            .unwrap();
        told.push(format!("{done:?}"));
        let used = format!("{FIRST}-refresh-1");
        let next = format!("{FIRST}-refresh-2");
        // Access tokens run out at once: each call uses a refresh token.
        let refused = reader
            .run(json!({ "path": "/unauthorised", "disguised": [] }))
            .await;
        told.push(format!("{refused:?}"));
        assert!(sent(&lab, "refresh_token").contains(&used), "it was used");
        let memory = reader
            .run(json!({ "path": "/echo", "disguised": disguised(&[CODE, &used, &next]) }))
            .await
            .unwrap();
        assert_eq!(memory["reply"]["status"], 200, "{memory}");
        assert_eq!(memory["found"], json!([0, 0, 0]), "guest memory");
        told.push(lab.host.standing_text(&reader.tenant, &name).await);

        // The authority ends it, and repeats what it was sent.
        lab.authority.sign_in(&login.id, None);
        for _ in 0..2 {
            let over = reader
                .run(json!({ "path": "/unauthorised", "disguised": [] }))
                .await;
            told.push(format!("{over:?}"));
        }
        told.push(lab.host.standing_text(&reader.tenant, &name).await);
        let refused = sign_in(&lab.host, &reader.tenant, &name, CODE).await;
        told.push(format!("{} {refused:?}", refused.as_ref().unwrap_err()));
        lab.authority.sign_in(&login.id, Some(SECOND));
        let done = sign_in(&lab.host, &reader.tenant, &name, CODE)
            .await
            .unwrap();
        told.push(format!("{done:?}"));

        let told = told.join("\n");
        assert!(told.contains("AADSTS700082"), "{told}");
        let records = format!("{:?} {:?}", lab.decisions(), lab.audit.records());
        let process = |file: &str| std::fs::read(format!("/proc/self/{file}")).unwrap_or_default();
        let mut canaries = vec![
            ("code", CODE.to_owned()),
            ("refresh token", used),
            ("next refresh token", next),
            ("new refresh token", format!("{SECOND}-refresh-1")),
        ];
        let verifiers = sent(&lab, "code_verifier");
        assert_eq!(verifiers.len(), 3);
        canaries.extend(verifiers.into_iter().map(|one| ("verifier", one)));
        for (what, canary) in canaries {
            let needle = Needle::new(what, &canary);
            let places: [(&str, Vec<u8>); 5] = [
                ("answers and errors", told.clone().into_bytes()),
                ("the log", logs.text().into_bytes()),
                ("audit records", records.clone().into_bytes()),
                ("arguments", process("cmdline")),
                ("environment", process("environ")),
            ];
            for (place, text) in places {
                assert!(!needle.is_in(&text), "the {what} is in {place}");
            }
            let files = files_with(&lab.data(), &needle);
            assert!(files.is_empty(), "the {what} is in {files:?}");
        }
        assert!(
            logs.text().contains("a person has to sign in again"),
            "the log was really captured"
        );
    });
}

fn disguised(secrets: &[&str]) -> Value {
    let hex = |secret: &&str| -> String {
        let bytes = secret.bytes();
        bytes.map(|byte| format!("{:02x}", byte ^ 0xa5)).collect()
    };
    secrets.iter().map(hex).collect()
}

/// What a person is told about a sign-in.
trait StandingText {
    async fn standing_text(&self, tenant: &TenantId, name: &ConnectionName) -> String;
}

impl StandingText for Host {
    async fn standing_text(&self, tenant: &TenantId, name: &ConnectionName) -> String {
        let connection = self.connection(tenant, name).await.unwrap();
        format!(
            "{:?} {connection:?}",
            self.standing(&connection).await.unwrap()
        )
    }
}
