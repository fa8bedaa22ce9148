//! A row is replaced only if it still is what it was: what the vault decides rests on it.

use airlock_store::StoreError;
use airlock_store::driver::{Keep, KeyRow, RunRow};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use crate::Home;
use crate::fixtures::{add, tenant};

const START: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const UNTIL: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// A key of a connection that is there, held with the details `was`.
async fn hold(home: &impl Home) -> KeyRow {
    let contoso = add(&*home.open().await, &tenant("a"), "contoso", "x").await;
    let row = KeyRow {
        name: [7; 32],
        tenant: contoso.tenant,
        connection: contoso.id,
        expires: UNTIL,
        details: bytes("was"),
    };
    let driver = home.driver().await;
    let held = driver.hold_key(Keep::Synced, row.clone(), START).await;
    assert_eq!(held, Ok(None));
    row
}

pub async fn a_key_that_became_another_is_neither_replaced_nor_removed(home: &impl Home) {
    let row = hold(home).await;
    let driver = home.driver().await;
    let replace = async |was: &str, is: &str| {
        let done = driver.replace_key(Keep::Synced, &row.name, bytes(was), bytes(is));
        done.await.unwrap()
    };

    assert!(!replace("something else", "new").await);
    assert!(!replace("", "new").await);
    assert!(replace("was", "is").await);
    assert!(!replace("was", "late").await);

    assert_eq!(driver.key(&row.name).await, Ok(Some(bytes("is"))));
    let remove = async |was: &str| {
        let done = driver.remove_key(Keep::Written, &row.name, bytes(was));
        done.await.unwrap()
    };
    assert!(!remove("was").await);
    assert!(remove("is").await);
    assert!(!remove("is").await);
    assert!(!replace("is", "from the dead").await);
    assert_eq!(driver.key(&row.name).await, Ok(None));
}

pub async fn a_key_that_is_held_stays_as_it_is_until_it_expires(home: &impl Home) {
    let row = hold(home).await;
    let driver = home.driver().await;
    let later = |details: &str| KeyRow {
        details: bytes(details),
        expires: UNTIL + time::Duration::DAY,
        ..row.clone()
    };

    let held = driver.hold_key(Keep::Synced, later("two"), START).await;
    assert_eq!(held, Ok(Some(bytes("was"))));
    assert_eq!(driver.key(&row.name).await, Ok(Some(bytes("was"))));
    let held = driver.hold_key(Keep::Synced, later("two"), UNTIL).await;
    assert_eq!(held, Ok(None));
    assert_eq!(driver.key(&row.name).await, Ok(Some(bytes("two"))));

    let foreign = KeyRow {
        name: [8; 32],
        tenant: tenant("b"),
        ..row
    };
    let held = driver.hold_key(Keep::Synced, foreign, START).await;
    assert_eq!(held, Err(StoreError::NoSuchConnection));
}

pub async fn a_run_that_became_another_or_belongs_to_another_is_not_replaced(home: &impl Home) {
    let driver = home.driver().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let row = RunRow {
        id: Uuid::new_v4(),
        tenant: a.clone(),
        details: bytes("was"),
    };
    driver.add_run(Keep::Written, row.clone()).await.unwrap();
    let replace = async |tenant, was: &str, is: &str| {
        let done = driver.replace_run(Keep::Written, tenant, &row.id, bytes(was), bytes(is));
        done.await.unwrap()
    };

    assert!(!replace(&b, "was", "of b").await);
    assert!(!replace(&a, "something else", "new").await);
    assert!(replace(&a, "was", "is").await);
    assert!(!replace(&a, "was", "late").await);

    assert_eq!(driver.run(&a, &row.id).await, Ok(Some(bytes("is"))));
    assert_eq!(driver.run(&b, &row.id).await, Ok(None));
}

pub async fn rows_of_runs_come_newest_first_and_page_by_page(home: &impl Home) {
    let driver = home.driver().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let mut ids = Vec::new();
    for tenant in [&a, &a, &b, &a] {
        let row = RunRow {
            id: Uuid::new_v4(),
            tenant: tenant.clone(),
            details: bytes("run"),
        };
        ids.push(row.id);
        driver.add_run(Keep::Written, row).await.unwrap();
    }
    let found = async |before: Option<usize>, most| -> Vec<usize> {
        let before = before.map(|number| ids[number]);
        let rows = driver.runs(&a, before.as_ref(), most).await.unwrap();
        let place = |row: &RunRow| ids.iter().position(|id| *id == row.id).unwrap();
        rows.iter().map(place).collect()
    };
    assert_eq!(found(None, 10).await, [3, 1, 0]);
    assert_eq!(found(None, 2).await, [3, 1]);
    assert_eq!(found(Some(3), 10).await, [1, 0]);
    assert!(found(Some(0), 10).await.is_empty());
    // Nothing is older than what is not there, and to this tenant another's run is not.
    assert!(found(Some(2), 10).await.is_empty());
    let unknown = driver.runs(&a, Some(&Uuid::new_v4()), 10).await.unwrap();
    assert!(unknown.is_empty());
}
