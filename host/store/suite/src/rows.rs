//! Rows belong to a tenant, names are unique within it, and what is in use stays.

use airlock_store::{Connection, Connector, Digest, StoreError};
use secrecy::{ExposeSecret, SecretString};
use time::macros::datetime;

use crate::Home;
use crate::fixtures::{add, connection, connector, exposed, secrets, tenant};

pub async fn what_is_put_is_found_again_by_a_store_opened_later(home: &impl Home) {
    let a = tenant("a");
    let added = add(&*home.open().await, &a, "contoso", "s3cret").await;

    let store = home.open().await;
    let name = "dynamics".parse().unwrap();
    assert_eq!(
        store.connector(&a, &name).await.unwrap(),
        Some(connector(&a, "dynamics"))
    );
    let found = store.connection(&a, &added.name).await.unwrap().unwrap();
    assert_eq!(found, added);
    let secrets = store.secrets(&found).await.unwrap();
    assert_eq!(exposed(&secrets), [("client-secret", "s3cret")]);
}

pub async fn the_components_in_use_are_those_of_every_tenant(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    for (tenant, name, content) in [(&a, "one", "1"), (&a, "two", "2"), (&b, "three", "1")] {
        let mut connector = connector(tenant, name);
        connector.digest = Digest::of(content.as_bytes());
        store.put_connector(&connector).await.unwrap();
    }
    let of = |contents: &[&str]| contents.iter().map(|c| Digest::of(c.as_bytes())).collect();
    assert_eq!(store.digests().await.unwrap(), of(&["1", "2"]));
    store
        .remove_connector(&a, &"one".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(store.digests().await.unwrap(), of(&["1", "2"]));
    store
        .remove_connector(&b, &"three".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(store.digests().await.unwrap(), of(&["2"]));
}

pub async fn tenants_never_see_each_others_rows(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let of_a = add(&*store, &a, "contoso", "of a").await;
    let of_b = add(&*store, &b, "contoso", "of b").await;
    add(&*store, &b, "other", "of b").await;
    let slot = SecretString::from("token of a");
    store
        .put_sealed(&a, &of_a.id, "token", &slot)
        .await
        .unwrap();

    assert_eq!(
        store.connections(&a).await.unwrap(),
        std::slice::from_ref(&of_a)
    );
    assert_eq!(store.connections(&b).await.unwrap().len(), 2);
    assert_eq!(
        store.connection(&b, &of_a.name).await.unwrap(),
        Some(of_b.clone())
    );
    assert_eq!(
        store
            .connection(&a, &"other".parse().unwrap())
            .await
            .unwrap(),
        None
    );
    assert!(store.connections(&tenant("c")).await.unwrap().is_empty());
    assert!(store.connectors(&tenant("c")).await.unwrap().is_empty());

    // Knowing another tenant's identity opens nothing, changes nothing and removes nothing.
    let stolen_id = Connection {
        tenant: b.clone(),
        ..of_a.clone()
    };
    assert_eq!(
        store.secrets(&stolen_id).await.unwrap_err(),
        StoreError::NoSuchConnection
    );
    assert_eq!(
        store.replace_secrets(&stolen_id, &secrets(&[]), &[]).await,
        Err(StoreError::NoSuchConnection)
    );
    assert!(store.sealed(&b, &of_a.id, "token").await.unwrap().is_none());
    assert_eq!(
        store.put_sealed(&b, &of_a.id, "token", &slot).await,
        Err(StoreError::NoSuchConnection)
    );
    assert_eq!(store.remove_sealed(&b, &of_a.id, "token").await, Ok(false));
    assert_eq!(
        store.remove_connection(&b, &of_b.name).await,
        Ok(true),
        "b removes its own"
    );
    let kept = store.secrets(&of_a).await.unwrap();
    assert_eq!(exposed(&kept), [("client-secret", "of a")]);
    assert!(store.sealed(&a, &of_a.id, "token").await.unwrap().is_some());
}

pub async fn a_name_is_given_once_per_tenant(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let first = add(&*store, &a, "contoso", "first").await;

    let again = store
        .create_connection(&connection(&a, "contoso"), &secrets(&[]))
        .await
        .unwrap_err();

    assert!(matches!(again, StoreError::Exists { .. }), "{again}");
    assert!(
        again.to_string().contains("named contoso already"),
        "{again}"
    );
    let kept = store.secrets(&first).await.unwrap();
    assert_eq!(exposed(&kept), [("client-secret", "first")]);
}

pub async fn a_connector_in_use_stays_and_says_who_uses_it(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    add(&*store, &a, "one", "x").await;
    add(&*store, &a, "two", "x").await;
    add(&*store, &b, "of-b", "x").await;
    let dynamics = "dynamics".parse().unwrap();

    let error = store.remove_connector(&a, &dynamics).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "connector dynamics is used by connections one and two; remove them first"
    );
    for name in ["one", "two"] {
        store
            .remove_connection(&a, &name.parse().unwrap())
            .await
            .unwrap();
    }
    assert_eq!(store.remove_connector(&a, &dynamics).await, Ok(true));
    assert_eq!(store.remove_connector(&a, &dynamics).await, Ok(false));
    assert!(store.connector(&b, &dynamics).await.unwrap().is_some());
}

pub async fn a_connector_is_replaced_under_its_connections(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    add(&*store, &a, "contoso", "x").await;
    let newer = Connector {
        version: "0.2.0".into(),
        ..connector(&a, "dynamics")
    };

    store.put_connector(&newer).await.unwrap();

    assert_eq!(store.connectors(&a).await.unwrap(), [newer]);
    assert_eq!(store.connections(&a).await.unwrap().len(), 1);
}

pub async fn a_connection_needs_a_connector_of_its_own_tenant(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    add(&*store, &a, "contoso", "x").await;

    let error = store
        .create_connection(&connection(&b, "contoso"), &secrets(&[]))
        .await
        .unwrap_err();

    assert!(
        matches!(error, StoreError::NoSuchConnector { .. }),
        "{error}"
    );
    assert!(store.connections(&b).await.unwrap().is_empty());
}

pub async fn removing_a_connection_removes_its_secrets_and_slots_and_no_others(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let gone = add(&*store, &a, "gone", "x").await;
    let stays = add(&*store, &a, "stays", "y").await;
    let token = SecretString::from("token");
    for connection in [&gone, &stays] {
        store
            .put_sealed(&a, &connection.id, "access-token", &token)
            .await
            .unwrap();
    }

    assert_eq!(store.remove_connection(&a, &gone.name).await, Ok(true));

    assert_eq!(store.remove_connection(&a, &gone.name).await, Ok(false));
    assert_eq!(
        store.secrets(&gone).await.unwrap_err(),
        StoreError::NoSuchConnection
    );
    assert!(
        store
            .sealed(&a, &gone.id, "access-token")
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        store.put_sealed(&a, &gone.id, "access-token", &token).await,
        Err(StoreError::NoSuchConnection),
        "a token that arrives late is not kept"
    );
    assert!(
        store
            .sealed(&a, &stays.id, "access-token")
            .await
            .unwrap()
            .is_some()
    );
}

pub async fn new_secrets_take_the_place_of_all_old_ones_and_of_tokens_got_with_them(
    home: &impl Home,
) {
    let store = home.open().await;
    let a = tenant("a");
    let mut contoso = add(&*store, &a, "contoso", "old").await;
    let token = SecretString::from("token");
    store
        .put_sealed(&a, &contoso.id, "access-token", &token)
        .await
        .unwrap();

    contoso.updated_at = datetime!(2026-11-22 08:00 UTC);
    let new = secrets(&[("certificate", "new"), ("password", "quote\" \u{1} é")]);
    store.replace_secrets(&contoso, &new, &[]).await.unwrap();

    let found = store.connection(&a, &contoso.name).await.unwrap().unwrap();
    assert_eq!(found.updated_at, contoso.updated_at);
    assert_eq!(
        exposed(&store.secrets(&found).await.unwrap()),
        exposed(&new)
    );
    let token = store.sealed(&a, &contoso.id, "access-token").await.unwrap();
    assert!(token.is_none());
}

pub async fn a_slot_holds_what_was_put_last_until_it_is_emptied(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let id = add(&*store, &a, "contoso", "x").await.id;
    for text in ["one", "", "three"] {
        let value = SecretString::from(text);
        store.put_sealed(&a, &id, "slot", &value).await.unwrap();
        let found = store.sealed(&a, &id, "slot").await.unwrap().unwrap();
        assert_eq!(found.expose_secret(), text);
    }
    assert!(store.sealed(&a, &id, "other").await.unwrap().is_none());
    assert_eq!(store.remove_sealed(&a, &id, "slot").await, Ok(true));
    assert_eq!(store.remove_sealed(&a, &id, "slot").await, Ok(false));
    assert!(store.sealed(&a, &id, "slot").await.unwrap().is_none());
}

pub async fn slots_that_new_secrets_do_not_touch_are_kept(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let contoso = add(&*store, &a, "contoso", "old").await;
    let value = SecretString::from("value");
    for slot in ["access-token", "sign-in"] {
        store
            .put_sealed(&a, &contoso.id, slot, &value)
            .await
            .unwrap();
    }

    let new = secrets(&[("client-secret", "new")]);
    store
        .replace_secrets(&contoso, &new, &["sign-in", "it's"])
        .await
        .unwrap();

    let slot = |name: &'static str| store.sealed(&a, &contoso.id, name);
    assert!(slot("access-token").await.unwrap().is_none());
    assert!(slot("sign-in").await.unwrap().is_some());
}

pub async fn everything_sealed_is_replaced_in_one_step_and_only_where_it_belongs(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let mut contoso = add(&*store, &a, "contoso", "secret").await;
    let value = |text: &str| SecretString::from(text);
    store
        .put_sealed(&a, &contoso.id, "access-token", &value("old"))
        .await
        .unwrap();

    contoso.updated_at = datetime!(2026-11-22 08:00 UTC);
    store
        .replace_sealed(&contoso, &[("sign-in", value("new"))])
        .await
        .unwrap();

    let found = store.connection(&a, &contoso.name).await.unwrap().unwrap();
    assert_eq!(found.updated_at, contoso.updated_at);
    let slot = |name: &'static str| store.sealed(&a, &contoso.id, name);
    assert!(slot("access-token").await.unwrap().is_none());
    let kept = slot("sign-in").await.unwrap().unwrap();
    assert_eq!(kept.expose_secret(), "new");
    assert_eq!(store.secrets(&contoso).await.unwrap().len(), 1);

    let mut stolen = contoso.clone();
    stolen.tenant = b;
    assert_eq!(
        store
            .replace_sealed(&stolen, &[("sign-in", value("x"))])
            .await,
        Err(StoreError::NoSuchConnection)
    );
}

pub async fn a_renamed_connection_keeps_its_secrets_and_what_was_sealed_for_it(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let was = add(&*store, &a, "contoso", "s3cret").await;
    add(&*store, &a, "other", "x").await;
    let slot = SecretString::from("token");
    store.put_sealed(&a, &was.id, "token", &slot).await.unwrap();
    let is = Connection {
        name: "fabrikam".parse().unwrap(),
        ..was.clone()
    };
    store.rename_connection(&is, &was.name).await.unwrap();

    let store = home.open().await;
    assert_eq!(store.connection(&a, &was.name).await.unwrap(), None);
    let found = store.connection(&a, &is.name).await.unwrap().unwrap();
    assert_eq!(found, is);
    let secrets = store.secrets(&found).await.unwrap();
    assert_eq!(exposed(&secrets), [("client-secret", "s3cret")]);
    let kept = store.sealed(&a, &was.id, "token").await.unwrap();
    assert!(kept.is_some());

    let taken = Connection {
        name: "other".parse().unwrap(),
        ..is.clone()
    };
    let refused = store.rename_connection(&taken, &is.name).await;
    assert!(
        matches!(refused, Err(StoreError::Exists { .. })),
        "{refused:?}"
    );
    let gone = store.rename_connection(&is, &was.name).await;
    assert_eq!(gone, Err(StoreError::NoSuchConnection));
}

pub async fn every_tenant_that_something_is_kept_of_is_listed(home: &impl Home) {
    let store = home.open().await;
    assert!(store.tenants().await.unwrap().is_empty());
    for name in ["b", "a"] {
        add(&*store, &tenant(name), "contoso", "x").await;
    }
    assert_eq!(store.tenants().await.unwrap(), [tenant("a"), tenant("b")]);
}
