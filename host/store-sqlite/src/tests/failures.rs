//! What is wrong with a store is said in words, and nothing is made worse.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn everything_that_holds_rows_is_closed_to_others() {
    let home = Home::new();
    let store = home.open();
    add(&store, &tenant("a"), "contoso", "x").await;
    for file in [
        "airlock.db",
        "airlock.db-wal",
        "airlock.db-shm",
        "airlock.db.lock",
    ] {
        assert_eq!(mode(&home.folder.path().join(file)), 0o600, "{file}");
    }
    drop(store);
    set_mode(&home.path(), 0o644);
    home.open();
    assert_eq!(mode(&home.path()), 0o600, "closed again when opened");
}

#[test]
fn a_store_in_folders_that_do_not_exist_makes_them_private() {
    let home = Home::new();
    let path = home.folder.path().join("data/airlock/airlock.db");
    crate::open(&path, &home.key()).unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}

#[tokio::test]
async fn another_key_is_refused_before_anything_is_read_and_changes_nothing() {
    let home = Home::new();
    let a = tenant("a");
    let contoso = add(&home.open(), &a, "contoso", "s3cret").await;
    let other = home.folder.path().join("other.key");
    let other = MasterKey::from_file_or_create(&other).unwrap();

    let error = crate::open(&home.path(), &other).err().unwrap();

    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("other.key") && text.contains("bring back"),
        "{text}"
    );
    let store = home.open();
    assert!(store.secrets(&contoso).await.is_ok());
}

#[test]
fn a_newer_schema_is_refused_with_the_way_out() {
    let home = Home::new();
    home.open();
    home.raw().pragma_update(None, "user_version", 99).unwrap();
    let error = home.open_error();
    assert!(
        matches!(error, StoreError::SchemaTooNew { found: 99, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("upgrade"), "{error}");
}

#[test]
fn another_programs_database_is_left_alone() {
    let home = Home::new();
    home.raw().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(home.path()).unwrap();
    let error = home.open_error();
    assert!(error.to_string().contains("another program's"), "{error}");
    assert_eq!(std::fs::read(home.path()).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_called_damaged_and_left_alone() {
    let home = Home::new();
    let text = "definitely not a database ".repeat(100);
    std::fs::write(home.path(), &text).unwrap();
    let error = home.open_error();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("backup"), "{error}");
    assert_eq!(std::fs::read_to_string(home.path()).unwrap(), text);
}

#[tokio::test]
async fn a_database_with_broken_pages_is_called_damaged() {
    let home = Home::new();
    let a = tenant("a");
    let store = home.open();
    for i in 0..50 {
        add(&store, &a, &format!("c{i}"), "x").await;
    }
    store.driver().database.forget_deleted();
    drop(store);
    let mut content = std::fs::read(home.path()).unwrap();
    // All pages but the first, which says what kind of file it is.
    content[4096..].fill(0xa5);
    std::fs::write(home.path(), content).unwrap();

    let opened = crate::open(&home.path(), &home.key());
    let error = match opened {
        Err(error) => error,
        Ok(store) => store.connections(&a).await.unwrap_err(),
    };

    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_everything_as_it_was() {
    let home = Home::new();
    let store = home.open();
    let a = tenant("a");
    let before = add(&store, &a, "before", "x").await;
    // SQLite then fails as it does when the disk is full.
    store
        .driver()
        .database
        .writer
        .lock()
        .unwrap()
        .connection
        .query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))
        .unwrap();
    let large = "x".repeat(1 << 20);

    let error = store
        .create_connection(&connection(&a, "large"), &secrets(&[("s", &large)]))
        .await
        .unwrap_err();

    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("free some space"), "{error}");
    assert_eq!(store.connections(&a).await.unwrap(), [before]);
}

#[test]
fn a_folder_in_place_of_the_file_is_said() {
    let home = Home::new();
    std::fs::create_dir(home.path()).unwrap();
    let error = home.open_error();
    assert!(error.to_string().contains("it is a folder"), "{error}");
}
