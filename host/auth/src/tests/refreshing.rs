//! What is left of a sign-in is renewed, by one at a time, and nothing of it is lost on the way.

use airlock_store::Connection;
use futures::future::join_all;

use super::strict::Strict;
use super::*;
use crate::flows::SignedIn;
use crate::grant::Issued;
use crate::{
    Account, Application, CredentialSource, Identity, RefreshToken, SIGN_IN_SLOT, SignIns, Standing,
};

fn application() -> Application {
    let grant = grant();
    Application {
        token_url: grant.token_url,
        scopes: vec!["https://contoso.crm.dynamics.com/user_impersonation".into()],
        client_id: grant.client_id,
        client_secret: None,
    }
}

fn person(object: &str) -> Identity {
    Identity {
        tenant: "t".into(),
        object: object.into(),
        user_name: Some(format!("{object}@contoso.example")),
        name: None,
    }
}

fn signed_in(refresh_token: Option<&str>, who: &str) -> SignedIn {
    SignedIn {
        issued: Issued {
            access_token: SecretString::from("access-0"),
            expires_in: Some(Duration::from_secs(3600)),
        },
        refresh_token: refresh_token.map(SecretString::from),
        identity: Some(person(who)),
    }
}

/// A world in which somebody has signed in with `refresh-0`.
struct Office {
    world: World,
    strict: Arc<Strict>,
    connection: Connection,
}

impl Office {
    async fn open() -> Self {
        let world = World::new().await;
        let name = "contoso".parse().unwrap();
        let store = world.store();
        let connection = store.connection(&world.key.tenant, &name).await;
        let connection = connection.unwrap().unwrap();
        let mut office = Self {
            world,
            strict: Arc::default(),
            connection,
        };
        office
            .sign_in(signed_in(Some("refresh-0"), "ada"), Account::Same)
            .await
            .unwrap();
        office
    }

    fn sign_ins(&self) -> SignIns {
        SignIns::new(self.world.tokens())
    }

    async fn sign_in(&mut self, signed_in: SignedIn, account: Account) -> Result<(), AuthError> {
        let accepted = self
            .sign_ins()
            .accept(&self.connection, &application(), signed_in, account)
            .await?;
        self.connection = accepted.connection;
        Ok(())
    }

    /// A source in a process of its own.
    fn source(&self) -> OauthSource {
        self.source_of(application())
    }

    fn source_of(&self, application: Application) -> OauthSource {
        self.source_at(&self.world.tokens(), application)
    }

    fn source_in(&self, tokens: &Arc<Tokens>) -> OauthSource {
        self.source_at(tokens, application())
    }

    fn source_at(&self, tokens: &Arc<Tokens>, application: Application) -> OauthSource {
        let grant = RefreshToken::new(application, Arc::clone(tokens), &self.connection);
        let transport: Arc<dyn TokenTransport> = self.strict.clone();
        let key = self.world.key.clone();
        OauthSource::new(Arc::clone(tokens), key, grant, Placement::Bearer, transport)
    }

    async fn standing(&self) -> Standing {
        self.sign_ins().standing(&self.connection).await.unwrap()
    }

    async fn kept(&self) -> String {
        let key = &self.world.key;
        let store = self.world.store();
        let kept = store.sealed(&key.tenant, &key.connection, SIGN_IN_SLOT);
        let kept = kept.await.unwrap().unwrap();
        kept.expose_secret().to_owned()
    }
}

#[tokio::test]
async fn the_access_token_of_the_sign_in_is_used_first_by_every_process() {
    let office = Office::open().await;
    for _ in 0..2 {
        assert_eq!(shown(office.source().lease().await), "access-0");
    }
    assert!(office.strict.asked().is_empty());
}

#[tokio::test]
async fn each_refresh_token_is_used_once_and_the_next_one_is_kept() {
    let office = Office::open().await;
    for cycle in 1..=4 {
        office.world.clock.turn(3600);
        let expected = format!("access-{cycle}");
        assert_eq!(shown(office.source().lease().await), expected);
        assert!(office.kept().await.contains(&format!("refresh-{cycle}")));
    }
    assert_eq!(
        office.strict.asked(),
        ["refresh-0", "refresh-1", "refresh-2", "refresh-3"]
    );
    assert!(!office.strict.is_revoked());
}

#[tokio::test]
async fn refresh_tokens_that_were_used_are_looked_for_in_what_the_service_answers() {
    let office = Office::open().await;
    let source = office.source();
    office.world.clock.turn(3600);
    source.lease().await.unwrap();
    let secrets: Vec<String> = source
        .secrets()
        .iter()
        .map(|secret| secret.expose_secret().to_owned())
        .collect();
    for used in ["refresh-0", "refresh-1"] {
        assert!(secrets.iter().any(|secret| secret == used), "{used}");
    }
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_leaves_the_one_that_there_is() {
    let office = Office::open().await;
    for cycle in 1..=5 {
        office.world.clock.turn(3600);
        let token = format!("access-{cycle}");
        office.strict.then(issue(&token, json!("3600")));
        assert_eq!(shown(office.source().lease().await), token);
        assert!(office.kept().await.contains("refresh-0"), "cycle {cycle}");
    }
    assert!(matches!(office.standing().await, Standing::SignedIn { .. }));
}

#[tokio::test]
async fn an_access_token_whose_refresh_token_cannot_be_kept_is_not_handed_out() {
    let office = Office::open().await;
    office.world.clock.turn(3600);
    let gate = office.strict.close();
    let source = office.source();
    let lease = tokio::spawn(async move { shown(source.lease().await) });
    while office.strict.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    let store = office.world.store();
    let name = "contoso".parse().unwrap();
    store
        .remove_connection(&office.world.key.tenant, &name)
        .await
        .unwrap();
    gate.add_permits(1);
    assert!(lease.await.unwrap().starts_with("error:"));
}

#[tokio::test]
async fn a_caller_who_gives_up_does_not_lose_the_next_refresh_token() {
    let office = Office::open().await;
    office.world.clock.turn(3600);
    let gate = office.strict.close();
    let source = office.source();
    let lease = tokio::spawn(async move { source.lease().await.map(drop) });
    while office.strict.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    lease.abort();
    assert!(lease.await.unwrap_err().is_cancelled());

    gate.add_permits(10);
    assert_eq!(shown(office.source().lease().await), "access-1");
    assert_eq!(office.strict.asked(), ["refresh-0"]);
    assert!(office.kept().await.contains("refresh-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_in_many_processes_use_one_refresh_token_once() {
    let office = Office::open().await;
    for cycle in 1..=3 {
        office.world.clock.turn(3600);
        let processes: Vec<OauthSource> = (0..6).map(|_| office.source()).collect();
        let leases = processes
            .iter()
            .flat_map(|source| (0..20).map(|_| async { shown(source.lease().await) }));
        let expected = format!("access-{cycle}");
        for token in join_all(leases).await {
            assert_eq!(token, expected);
        }
        assert_eq!(office.strict.asked().len(), cycle);
    }
    assert!(!office.strict.is_revoked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_401_that_many_processes_meet_at_once_uses_one_refresh_token_once() {
    let office = Office::open().await;
    let processes: Vec<OauthSource> = (0..6).map(|_| office.source()).collect();
    // All of them hold the same token before the first of them asks for another.
    let mut held = Vec::new();
    for source in &processes {
        let old = source.lease().await.unwrap();
        assert_eq!(old.value().expose_secret(), "access-0");
        held.push((source, old));
    }
    let renewals = held
        .iter()
        .map(|(source, old)| async { shown(source.renew(old).await) });
    for token in join_all(renewals).await {
        assert_eq!(token, "access-1");
    }
    assert_eq!(office.strict.asked(), ["refresh-0"]);
}

#[tokio::test]
async fn a_final_word_ends_the_sign_in_for_every_process_and_is_asked_for_once() {
    let mut office = Office::open().await;
    office.world.clock.turn(3600);
    office.strict.then(refuse(
        "invalid_grant",
        700_082,
        "The refresh token has expired.",
    ));
    for _ in 0..3 {
        for source in [office.source(), office.source()] {
            let told = shown(source.lease().await);
            assert!(told.contains("AADSTS700082"), "{told}");
            assert!(told.contains("sign in again"), "{told}");
        }
        office.world.clock.turn(7 * 24 * 3600);
    }
    assert!(
        office.strict.asked().is_empty(),
        "the laid out answer was all"
    );
    let Standing::Needed {
        identity, reason, ..
    } = office.standing().await
    else {
        panic!("{:?}", office.standing().await);
    };
    assert_eq!(identity, Some(person("ada")));
    assert!(reason.contains("AADSTS700082"), "{reason}");

    office
        .sign_in(signed_in(Some("refresh-9"), "ada"), Account::Same)
        .await
        .unwrap();
    assert!(matches!(office.standing().await, Standing::SignedIn { .. }));
    office.world.clock.turn(3600);
    assert_eq!(shown(office.source().lease().await), "access-1");
    assert_eq!(office.strict.asked(), ["refresh-9"]);
}

#[tokio::test]
async fn what_passes_and_what_the_application_did_wrong_leave_the_sign_in_as_it_is() {
    let office = Office::open().await;
    let page = || answer(400, "text/html", "<html>Bad Request</html>");
    let replies = [
        unreachable(),
        answer(503, "text/html", "<html>"),
        answer(429, "application/json", "{}"),
        answer(408, "application/json", "{}"),
        page(),
        answer(400, "application/json", "{\"odd\":true}"),
        answer(200, "application/json", "{\"odd\":true}"),
        refuse("invalid_grant", 90_033, "A transient error has occurred."),
        refuse("temporarily_unavailable", 90_006, "Overloaded."),
        refuse("invalid_client", 7_000_222, "The secret has expired."),
        refuse("invalid_client", 700_027, "The certificate is unknown."),
    ];
    for reply in replies {
        office.world.clock.turn(3600);
        office.strict.then(reply);
        let told = shown(office.source().lease().await);
        assert!(told.starts_with("error:"), "{told}");
        let standing = office.standing().await;
        assert!(matches!(standing, Standing::SignedIn { .. }), "{told}");
    }
    assert_eq!(shown(office.source().lease().await), "access-1");
    assert_eq!(office.strict.asked(), ["refresh-0"]);
}

#[tokio::test]
async fn a_refresh_token_is_sent_nowhere_but_where_it_came_from_and_as_nobody_else() {
    let office = Office::open().await;
    office.world.clock.turn(3600);
    let changes: [fn(&mut Application); 2] = [
        |application| {
            application
                .token_url
                .set_host(Some("evil.example"))
                .unwrap()
        },
        |application| application.client_id = SecretString::from("another"),
    ];
    for change in changes {
        let mut changed = application();
        change(&mut changed);
        let told = shown(office.source_of(changed).lease().await);
        assert!(told.contains("another application or authority"), "{told}");
    }
    assert!(office.strict.asked().is_empty());

    let mut with_secret = application();
    with_secret.client_secret = Some(SecretString::from("new"));
    assert_eq!(
        shown(office.source_of(with_secret).lease().await),
        "access-1"
    );
}

#[tokio::test]
async fn without_a_refresh_token_the_sign_in_ends_with_its_access_token() {
    let mut office = Office::open().await;
    office
        .sign_in(signed_in(None, "ada"), Account::Same)
        .await
        .unwrap();
    assert_eq!(shown(office.source().lease().await), "access-0");
    office.world.clock.turn(3600);
    let told = shown(office.source().lease().await);
    assert!(told.contains("offline_access"), "{told}");
}

#[tokio::test]
async fn another_person_takes_a_connection_over_only_on_purpose() {
    let mut office = Office::open().await;
    let before = office.kept().await;

    let refused = office
        .sign_in(signed_in(Some("of mei"), "mei"), Account::Same)
        .await
        .unwrap_err()
        .to_string();

    for name in ["ada@contoso.example", "mei@contoso.example"] {
        assert!(refused.contains(name), "{refused}");
    }
    assert_eq!(office.kept().await, before);
    assert_eq!(shown(office.source().lease().await), "access-0");

    office
        .sign_in(signed_in(Some("of mei"), "mei"), Account::Any)
        .await
        .unwrap();
    assert!(office.kept().await.contains("of mei"));
}

#[tokio::test]
async fn a_process_that_remembers_the_person_before_lets_go_of_their_token() {
    let mut office = Office::open().await;
    let tokens = office.world.tokens();
    let before = office.source_in(&tokens);
    assert_eq!(shown(before.lease().await), "access-0");
    let mut signed_in = signed_in(Some("of mei"), "mei");
    signed_in.issued.access_token = SecretString::from("of mei");
    office.world.clock.turn(1);
    office.sign_in(signed_in, Account::Any).await.unwrap();
    // As the host wires the connection anew, which it sees has changed.
    assert_eq!(shown(office.source_in(&tokens).lease().await), "of mei");
}

#[tokio::test]
async fn a_sign_in_that_proved_useless_gives_way_to_the_one_before() {
    let office = Office::open().await;
    let sign_ins = office.sign_ins();
    let accepted = sign_ins
        .accept(
            &office.connection,
            &application(),
            signed_in(Some("useless"), "ada"),
            Account::Same,
        )
        .await
        .unwrap();
    assert!(accepted.replaced());

    sign_ins.restore(accepted).await.unwrap();

    assert!(office.kept().await.contains("refresh-0"));
}

#[tokio::test]
async fn after_signing_out_nothing_is_left_and_nothing_is_asked() {
    let mut office = Office::open().await;
    office.connection = office.sign_ins().forget(&office.connection).await.unwrap();
    assert_eq!(office.standing().await, Standing::SignedOut);
    let told = shown(office.source().lease().await);
    assert!(told.contains("nobody has signed in"), "{told}");
    assert!(office.strict.asked().is_empty());
}
