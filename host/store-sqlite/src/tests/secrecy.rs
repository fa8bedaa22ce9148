//! A stolen database reveals nothing, and a tampered one deceives nobody.

use airlock_store::{CallKey, KeptAnswer, KeyedCall, Run, RunFailure, RunOutcome};

use super::*;

const CANARY: &str = "canary-7f3a9c";

/// A store in which every value that may hold something worth stealing holds the canary.
async fn filled(home: &Home) -> (SqliteStore, Connection) {
    let store = home.open();
    let a = tenant("a");
    let canary = || CANARY.to_owned();
    store
        .put_connector(&Connector {
            title: canary(),
            version: canary(),
            ..connector(&a, "dynamics")
        })
        .await
        .unwrap();
    let contoso = Connection {
        kind: canary(),
        settings: json!({ CANARY: [{ "url": CANARY }] }),
        allowed_hosts: vec![canary()],
        ..connection(&a, "contoso")
    };
    store
        .create_connection(&contoso, &secrets(&[(CANARY, CANARY)]))
        .await
        .unwrap();
    let token = SecretString::from(CANARY);
    store
        .put_sealed(&a, &contoso.id, "token", &token)
        .await
        .unwrap();
    let run = Run {
        id: uuid::Uuid::new_v4(),
        tenant: a.clone(),
        connection: contoso.name.clone(),
        action: canary(),
        started_at: datetime!(2026-11-21 08:00 UTC),
        finished_at: None,
        outcome: RunOutcome::Running,
        idempotency_key: Some(canary()),
    };
    store.begin_run(&run).await.unwrap();
    let failed = RunOutcome::Failed(RunFailure {
        error: canary(),
        http_status: None,
        code: Some(canary()),
        request_id: Some(canary()),
    });
    store
        .finish_run(&run.id, &a, failed, run.started_at)
        .await
        .unwrap();
    let key = CallKey {
        tenant: a.clone(),
        connection: contoso.id,
        key: canary(),
    };
    let call = KeyedCall {
        attempt: run.id,
        action: canary(),
        fingerprint: canary(),
        began_at: run.started_at,
        joined: false,
        done: None,
    };
    let answer = KeptAnswer {
        at: run.started_at,
        json: Some(canary()),
    };
    let until = run.started_at + time::Duration::DAY;
    store.hold_key(&key, &call, until).await.unwrap();
    assert_eq!(store.keep_answer(&key, &call, &answer).await, Ok(true));
    (store, contoso)
}

#[tokio::test]
async fn neither_the_database_nor_its_log_contains_what_was_entered() {
    let home = Home::new();
    let (store, _) = filled(&home).await;

    // While the log holds everything, and again when the database does.
    assert!(home.contains(b"contoso"), "the search finds what is there");
    assert!(!home.contains(CANARY.as_bytes()));
    store.driver().database.forget_deleted();
    drop(store);
    let log = std::fs::metadata(home.folder.path().join("airlock.db-wal")).unwrap();
    assert_eq!(log.len(), 0);
    assert!(home.contains(b"contoso"), "the search finds what is there");
    assert!(!home.contains(CANARY.as_bytes()));
}

#[tokio::test]
async fn what_was_removed_is_not_even_left_behind_sealed() {
    let home = Home::new();
    let (store, contoso) = filled(&home).await;
    let blobs: Vec<Vec<u8>> = [
        "secrets FROM connection",
        "details FROM connection",
        "value FROM sealed",
        "details FROM keyed_call",
    ]
    .iter()
    .map(|what| {
        home.raw()
            .query_row(&format!("SELECT {what}"), [], |row| row.get(0))
            .unwrap()
    })
    .collect();
    assert!(blobs.iter().all(|blob| home.contains(blob)));

    store
        .remove_connection(&contoso.tenant, &contoso.name)
        .await
        .unwrap();

    for blob in &blobs {
        assert!(!home.contains(blob));
    }
}

#[tokio::test]
async fn a_sealed_value_moved_to_another_place_does_not_open() {
    let home = Home::new();
    let store = home.open();
    let (a, b) = (tenant("a"), tenant("b"));
    let one = add(&store, &a, "one", "of one").await;
    let two = add(&store, &a, "two", "of two").await;
    let foreign = add(&store, &b, "foreign", "of b").await;
    for (connection, slot) in [(&one, "x"), (&one, "y"), (&two, "x"), (&foreign, "x")] {
        let value = SecretString::from("token");
        store
            .put_sealed(&connection.tenant, &connection.id, slot, &value)
            .await
            .unwrap();
    }
    let set = |column: &str, name: &str, from: &str| {
        let moved = home.raw().execute(
            &format!(
                "UPDATE connection SET {column} = (SELECT {column} FROM connection WHERE name = ?2)
                 WHERE name = ?1"
            ),
            (name, from),
        );
        assert_eq!(moved.unwrap(), 1);
    };
    let set_slot = |to: (&Connection, &str), from: (&Connection, &str)| {
        let moved = home.raw().execute(
            "UPDATE sealed SET value =
                 (SELECT value FROM sealed WHERE connection = ?3 AND slot = ?4)
             WHERE connection = ?1 AND slot = ?2",
            (
                to.0.id.as_uuid().as_bytes(),
                to.1,
                from.0.id.as_uuid().as_bytes(),
                from.1,
            ),
        );
        assert_eq!(moved.unwrap(), 1);
    };

    // Before anything is moved everything opens.
    store.secrets(&one).await.unwrap();
    assert!(store.sealed(&a, &one.id, "x").await.unwrap().is_some());

    set("secrets", "one", "two");
    let error = store.secrets(&one).await.unwrap_err();
    assert!(matches!(error, StoreError::Tampered { .. }), "{error}");
    set("secrets", "one", "foreign");
    assert!(store.secrets(&one).await.is_err());
    set("details", "one", "two");
    assert!(store.connection(&a, &one.name).await.is_err());
    for from in [(&one, "y"), (&two, "x"), (&foreign, "x")] {
        set_slot((&one, "x"), from);
        let error = store.sealed(&a, &one.id, "x").await.unwrap_err();
        assert!(matches!(error, StoreError::Tampered { .. }), "{error}");
    }
    assert!(store.sealed(&a, &two.id, "x").await.unwrap().is_some());
}

#[tokio::test]
async fn a_row_handed_to_another_tenant_or_renamed_does_not_open() {
    let home = Home::new();
    let store = home.open();
    let (a, b) = (tenant("a"), tenant("b"));
    let victim = add(&store, &a, "victim", "s3cret").await;
    add(&store, &b, "own", "x").await;
    home.raw()
        .execute(
            "UPDATE connection SET tenant = 'b' WHERE name = 'victim'",
            [],
        )
        .unwrap();

    let taken = Connection {
        tenant: b.clone(),
        ..victim.clone()
    };
    assert!(matches!(
        store.secrets(&taken).await,
        Err(StoreError::Tampered { .. })
    ));
    assert!(store.connection(&b, &victim.name).await.is_err());

    home.raw()
        .execute(
            "UPDATE connection SET tenant = 'a', name = 'harmless' WHERE name = 'victim'",
            [],
        )
        .unwrap();
    let renamed = store.connection(&a, &"harmless".parse().unwrap()).await;
    assert!(matches!(renamed, Err(StoreError::Tampered { .. })));
}

#[tokio::test]
async fn errors_about_sealed_values_do_not_quote_them() {
    let home = Home::new();
    let (store, contoso) = filled(&home).await;
    home.raw()
        .execute_batch("UPDATE connection SET secrets = x'0102', details = x'01'")
        .unwrap();
    for error in [
        store.secrets(&contoso).await.unwrap_err(),
        store
            .connection(&contoso.tenant, &contoso.name)
            .await
            .unwrap_err(),
    ] {
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("tenant a") && !text.contains(CANARY),
            "{text}"
        );
    }
}
