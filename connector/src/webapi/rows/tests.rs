use crate::webapi::testing::{client_of, contoso};
use airlock_connector::{TransportError, http::Method, testing::Script};
use futures::executor::block_on;
use serde_json::json;

use super::*;
use crate::webapi::headers::Precondition;

const GET: Method = Method::Get;
const POST: Method = Method::Post;
const PATCH: Method = Method::Patch;
const DELETE: Method = Method::Delete;
const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";
const EXISTS: &str = r#"{"error":{"code":"0x80040237","message":"A record with matching key values already exists."}}"#;
const KEY_TAKEN: &str = r#"{"error":{"code":"0x80060892","message":"Entity Key violated."}}"#;
const GONE: &str = r#"{"error":{"code":"0x80040217","message":"account Does Not Exist"}}"#;

fn accounts() -> RowSet {
    RowSet {
        set: EntitySetName::new("accounts").unwrap(),
        primary_id: "accountid".into(),
    }
}

fn id() -> RowId {
    ID.parse().unwrap()
}

fn body(value: Value) -> RowBody {
    value.as_object().unwrap().clone()
}

fn key(column: &str, value: &str) -> RowKey {
    RowKey::from_json(&json!({column: value}), "/key").unwrap()
}

fn keyed(may_be_done: bool) -> NewId {
    NewId::Keyed(KeyedId {
        id: id(),
        may_be_done,
    })
}

fn create(script: &Script, row: Value, id: NewId) -> Result<Written, Error> {
    let client = client_of(script);
    block_on(client.create(
        &accounts(),
        body(row),
        id,
        &Query::default(),
        &CallOptions::default(),
    ))
}

#[test]
fn a_new_row_is_known_by_the_id_in_the_headers() {
    let link = format!("https://contoso.crm.dynamics.com/api/data/v9.2/accounts({ID})");
    let script = contoso().answer_with(POST, "accounts", 204, &[("OData-EntityId", &link)], "");
    let written = create(&script, json!({"name": "A"}), NewId::FromService).unwrap();
    assert_eq!((written.effect, written.id), (Effect::Created, Some(id())));
}

#[test]
fn a_row_that_comes_back_is_known_by_the_id_in_it() {
    let row = json!({"accountid": ID, "name": "A"}).to_string();
    let script = contoso().answer_with(POST, "accounts", 201, &[("ETag", "W/\"7\"")], &row);
    let written = create(&script, json!({"name": "A"}), NewId::FromService).unwrap();
    assert_eq!(written.id, Some(id()));
    assert_eq!(written.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(written.row.unwrap().get(), row);
}

#[test]
fn a_create_under_a_key_names_its_row_and_never_updates() {
    let script = contoso()
        .fail(
            PATCH,
            "accounts",
            TransportError::Interrupted("reset".into()),
        )
        .answer(PATCH, &format!("accounts({ID})"), 204, "");
    let written = create(&script, json!({"name": "A"}), keyed(false)).unwrap();
    assert_eq!((written.effect, written.id), (Effect::Created, Some(id())));
    let request = script.request(1);
    assert_eq!(request.headers.get("if-none-match"), Some("*"));
    assert_eq!(request.body, br#"{"name":"A"}"#);
}

#[test]
fn an_id_of_the_callers_own_is_kept() {
    let own = "5f3e0c11-1111-4222-8333-0000000000ff";
    let script = contoso().answer(PATCH, &format!("accounts({own})"), 204, "");
    let row = json!({"accountid": own, "name": "A"});
    let written = create(&script, row, keyed(false)).unwrap();
    assert_eq!(written.id, own.parse().ok());
}

#[test]
fn under_an_id_of_the_callers_own_a_row_that_is_there_proves_nothing() {
    let own = "5f3e0c11-1111-4222-8333-0000000000ff";
    let row = || json!({"accountid": own, "name": "A"});
    let there = || {
        let found = json!({"accountid": own}).to_string();
        contoso()
            .answer(PATCH, "accounts", 412, EXISTS)
            .answer(GET, "accounts(", 200, &found)
    };
    let error = create(&there(), row(), keyed(false)).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    assert!(
        error.to_string().contains("cannot tell who made"),
        "{error}"
    );
    // A call that was begun before, with the same row, is one that may have made it.
    let written = create(&there(), row(), keyed(true)).unwrap();
    assert_eq!(written.effect, Effect::AlreadyCreated);
}

#[test]
fn a_create_that_landed_before_is_a_success() {
    let row = json!({"accountid": ID}).to_string();
    let script = contoso().answer(PATCH, "accounts", 412, EXISTS).answer(
        GET,
        &format!("accounts({ID})?$select=accountid"),
        200,
        &row,
    );
    let written = create(&script, json!({"name": "A"}), keyed(false)).unwrap();
    assert_eq!(written.effect, Effect::AlreadyCreated);
    assert!(written.row.is_none());
}

#[test]
fn a_conflict_with_another_row_stays_a_conflict() {
    let script = contoso()
        .answer(PATCH, "accounts", 412, KEY_TAKEN)
        .answer(GET, "accounts", 404, GONE);
    let error = create(&script, json!({"name": "A"}), keyed(false)).unwrap_err();
    assert_eq!(error.to_string(), "Entity Key violated.");
    assert!(matches!(error, Error::Conflict(_)));
}

#[test]
fn rows_within_a_row_go_by_post_with_the_id_inside() {
    let script = contoso().answer(POST, "accounts", 204, "");
    let row = json!({"name": "A", "primarycontactid": {"lastname": "B"}});
    create(&script, row, keyed(false)).unwrap();
    let sent: Value = serde_json::from_slice(&script.request(0).body).unwrap();
    assert_eq!(sent["accountid"], ID);
}

#[test]
fn an_update_never_creates() {
    let script = contoso().answer(PATCH, "accounts", 204, "");
    let client = client_of(&script);
    let row = body(json!({"name": "B"}));
    let written = block_on(client.update(
        &accounts(),
        &RowKey::Id(id()),
        row,
        &Query::default(),
        &CallOptions::default(),
    ))
    .unwrap();
    assert_eq!((written.effect, written.id), (Effect::Updated, Some(id())));
    assert_eq!(script.request(0).headers.get("if-match"), Some("*"));
}

#[test]
fn a_key_with_any_character_is_one_request_whatever_is_done() {
    let (options, query) = (CallOptions::default(), Query::default());
    let key = key("accountnumber", "A/2#");
    let body = || body(json!({"name": "A"}));
    let script = contoso()
        .answer(GET, "accounts(", 200, "{}")
        .answer(PATCH, "accounts(", 204, "")
        .answer(PATCH, "accounts(", 204, "")
        .answer(DELETE, "accounts(", 204, "");
    let client = client_of(&script);
    let accounts = accounts();
    block_on(async {
        client
            .retrieve(&accounts, &key, &query, &options)
            .await
            .unwrap();
        client
            .update(&accounts, &key, body(), &query, &options)
            .await
            .unwrap();
        client
            .upsert(&accounts, &key, body(), &query, &options)
            .await
            .unwrap();
        client
            .delete(&accounts, &key, &options, false)
            .await
            .unwrap();
    });
    let address = "accounts(accountnumber=@p1)?@p1='A%2F2%23'";
    let expected = ["GET", "PATCH", "PATCH", "DELETE"].map(|verb| format!("{verb} {address}"));
    assert_eq!(script.sent(), expected);
}

#[test]
fn columns_that_fit_several_rows_are_no_key() {
    let two = json!({"value": [{"accountid": ID}, {"accountid": ID}]}).to_string();
    let script = contoso().answer(GET, "accounts?", 200, &two);
    let client = client_of(&script);
    let RowKey::Alternate(columns) = key("name", "a/b") else {
        panic!("an alternate key");
    };
    let found = block_on(client.find(&accounts(), &columns));
    assert!(matches!(found, Err(Error::Conflict(_))), "{found:?}");
}

#[test]
fn a_delete_that_an_earlier_call_may_have_done_is_answered_as_that() {
    let delete = |may_be_done| {
        let script = contoso().answer(DELETE, "accounts", 404, GONE);
        let client = client_of(&script);
        let options = CallOptions::default();
        block_on(client.delete(&accounts(), &RowKey::Id(id()), &options, may_be_done))
    };
    assert_eq!(delete(true), Ok(Deletion::DoneBefore));
    assert!(matches!(delete(false), Err(Error::NotFound(_))));
}

#[test]
fn a_delete_whose_answer_was_lost_is_still_a_delete() {
    let delete = |script: &Script| {
        let client = client_of(script);
        block_on(client.delete(
            &accounts(),
            &RowKey::Id(id()),
            &CallOptions::default(),
            false,
        ))
    };
    let lost = contoso()
        .fail(
            DELETE,
            "accounts",
            TransportError::Interrupted("reset".into()),
        )
        .answer(DELETE, "accounts", 404, GONE);
    assert_eq!(delete(&lost), Ok(Deletion::Done));
    let absent = contoso().answer(DELETE, "accounts", 404, GONE);
    assert!(matches!(delete(&absent), Err(Error::NotFound(_))));
}

#[test]
fn an_unchanged_row_is_not_sent_again() {
    let script = contoso().answer_with(GET, "accounts", 304, &[("etag", "W/\"7\"")], "");
    let client = client_of(&script);
    let options = CallOptions {
        precondition: Some(Precondition::ChangedSince("7".into())),
        ..CallOptions::default()
    };
    let found =
        block_on(client.retrieve(&accounts(), &RowKey::Id(id()), &Query::default(), &options))
            .unwrap();
    assert!(found.row.is_none());
}
