use super::*;
use crate::about::Oauth;
use crate::error::{Errand, ErrorCode};
use airlock_auth::SystemClock;
use airlock_egress::EgressConfig;
use airlock_store::{ConnectionId, MasterKey};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use time::macros::datetime;

fn kind(grant: Grant, hosts: &[&str]) -> ConnectionKind {
    let string =
        |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } } });
    ConnectionKind {
        name: "a-kind".to_owned(),
        title: String::new(),
        description: String::new(),
        grant,
        oauth: Some(Oauth {
            token_url: "{token-url}".to_owned(),
            authorize_url: Some("{authorize-url}".to_owned()),
            device_url: None,
            scopes: vec!["{url:origin}/.default offline_access".to_owned()],
        }),
        placement: Placement::Bearer,
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        settings: string("url"),
        secrets: string("client-secret"),
    }
}

fn connection(allowed: &[&str]) -> Connection {
    let now = datetime!(2026-11-21 08:00 UTC);
    Connection {
        id: ConnectionId::random(),
        tenant: "default".parse().unwrap(),
        name: "crm".parse().unwrap(),
        connector: "dynamics".parse().unwrap(),
        kind: "a-kind".to_owned(),
        settings: json!({
            "url": "https://org.example/api",
            "token-url": "https://login.example/token",
            "authorize-url": "https://login.example/authorize",
        }),
        allowed_hosts: allowed.iter().map(|&host| host.to_owned()).collect(),
        created_at: now,
        updated_at: now,
    }
}

fn secrets() -> Secrets {
    [
        ("client-id".to_owned(), SecretString::from(" the-client ")),
        ("client-secret".to_owned(), SecretString::from("hunter2")),
    ]
    .into()
}

fn written(hosts: &[HostPattern]) -> Vec<String> {
    hosts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_plan_says_where_requests_and_the_credential_go_before_there_is_a_way_out() {
    let kind = kind(Grant::ClientCredentials, &["{url:host}"]);
    let plan = Plan::of(&kind, &connection(&["files.example"]), &secrets()).unwrap();
    assert_eq!(
        written(&plan.policy.hosts),
        ["org.example", "files.example"]
    );
    assert_eq!(written(&plan.policy.credential_hosts), ["org.example"]);
    let credential = plan.credential.unwrap();
    assert_eq!(written(&credential.way.policy().hosts), ["login.example"]);
    assert_eq!(credential.way.policy().path_prefixes, ["/token"]);
    let GrantPlan::Client(grant) = credential.grant else {
        panic!("not the client's own");
    };
    assert_eq!(
        grant.scopes,
        ["https://org.example/.default", "offline_access"]
    );
    assert_eq!(grant.client_id.expose_secret(), "the-client");
}

#[tokio::test]
async fn a_connection_is_checked_without_a_lane_and_opened_with_one_for_each_purpose() {
    let audit = Arc::new(airlock_egress::NoAudit);
    let resolver = Arc::new(airlock_egress::SystemResolver);
    let egress = Egress::new(EgressConfig::default(), resolver, audit).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("airlock.db");
    let key = MasterKey::from_file_for(&folder.path().join("master.key"), &database).unwrap();
    let store = airlock_store_sqlite::open(&database, &key).unwrap();
    let tokens = Arc::new(Tokens::new(Arc::new(store), Arc::new(SystemClock)));
    let kind = kind(Grant::ClientCredentials, &["{url:host}"]);
    let plan = || Plan::of(&kind, &connection(&[]), &secrets()).unwrap();
    drop(plan());
    assert_eq!(egress.lane_count(), 0, "it was only looked at");
    let open = plan().open(&egress, &tokens);
    assert_eq!(
        egress.lane_count(),
        2,
        "for the service, and for the authority"
    );
    drop(open);
}

#[test]
fn a_person_signs_in_where_client_and_service_do_not() {
    let plan = Plan::of(
        &kind(Grant::AuthorizationCode, &["{url:host}"]),
        &connection(&[]),
        &secrets(),
    )
    .unwrap();
    let grant = plan.credential.unwrap().grant;
    assert!(matches!(grant, GrantPlan::Person(_)), "{grant:?}");
    let plan = Plan::of(&kind(Grant::None, &[]), &connection(&[]), &Secrets::new()).unwrap();
    assert!(plan.credential.is_none());
}

#[test]
fn what_is_wrong_is_a_fact_with_a_code() {
    let of = |kind: &ConnectionKind, secrets: &Secrets| {
        Plan::of(kind, &connection(&[]), secrets).unwrap_err()
    };
    let granted = kind(Grant::ClientCredentials, &["{url:host}"]);
    let error = of(
        &kind(Grant::ClientCredentials, &["evil.example"]),
        &secrets(),
    );
    let HostError::Connection { fault, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(
        *fault,
        ConnectionFault::NotGranted {
            errand: Errand::Reach,
            target: "evil.example".to_owned(),
            setting: None,
        }
    );
    assert_eq!(error.code(), ErrorCode::NotGranted);
    for (error, code, says) in [
        (
            of(&granted, &Secrets::new()),
            ErrorCode::InvalidInput,
            "client-id",
        ),
        (
            of(&kind(Grant::ApiKey, &[]), &secrets()),
            ErrorCode::KindNotServed,
            "a-kind",
        ),
        (
            of(&kind(Grant::None, &["{absent}"]), &secrets()),
            ErrorCode::InvalidInput,
            "absent",
        ),
    ] {
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.to_string().contains("crm"), "{error}");
    }
}
