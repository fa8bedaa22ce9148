//! A sign-in page is a place where a password is typed: a connector's author cannot choose it for a
//! person.

use airlock_runtime::Category;
use airlock_runtime::auth::Account;
use support::{Connect, EVIL, Lab};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_page_of_the_authors_own_is_refused_until_a_person_allows_it() {
    let lab = Lab::open().await;
    for kind in ["authorization-code", "device-code"] {
        let liar = || Connect::to("liar_sign_in").kind(kind);
        let error = lab.try_connect(liar()).await.map(drop).unwrap_err();
        assert_eq!(error.category(), Category::Input, "{kind}: {error}");
        let text = error.to_string();
        assert!(text.contains("sign in at evil.example"), "{kind}: {text}");
        let allowed = lab.try_connect(liar().named(kind).allowed(EVIL)).await;
        assert!(allowed.is_ok(), "{kind}: {:?}", allowed.map(drop));
    }
    // What the refusal prevented: the browser goes where the author wants it.
    let door = "http://localhost:4711/".parse().unwrap();
    let (tenant, name) = (
        support::TENANT.parse().unwrap(),
        "authorization-code".parse(),
    );
    let begun = lab
        .host
        .begin_browser_sign_in(&tenant, &name.unwrap(), door, Account::Same)
        .await
        .unwrap();
    assert_eq!(begun.url().host_str(), Some(EVIL));
}
