use super::*;
use crate::about::Traits;
use crate::error::{Busy, Counted, DeadlineBy, Failure, FieldError};
use airlock_store::KeptAnswer;
use serde_json::Value;
use std::time::Duration;
use time::macros::datetime;
use uuid::Uuid;

const BEGAN: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

fn action(read_only: bool, idempotent: bool) -> Action {
    Action {
        name: "an-action".to_owned(),
        aliases: Vec::new(),
        dialect: None,
        title: String::new(),
        description: String::new(),
        group: String::new(),
        input: Value::Null,
        output: Value::Null,
        traits: Traits {
            read_only,
            idempotent,
            ..Traits::default()
        },
    }
}

#[test]
fn a_key_is_kept_for_writes_that_take_one_and_refused_where_it_could_promise_nothing() {
    let (unusable, not_taken) = ("idempotency-key-unusable", "idempotency-key-not-taken");
    let longest = "k".repeat(KEY_BYTES);
    let longer = "k".repeat(KEY_BYTES + 1);
    // Key, read-only, idempotent: what holds.
    for (key, read_only, idempotent, right) in [
        (None, false, false, Ok(None)),
        (Some("order-1"), false, true, Ok(Some("order-1"))),
        (Some(longest.as_str()), false, true, Ok(Some(&*longest))),
        (Some("Größe 1"), false, true, Ok(Some("Größe 1"))),
        (Some("order-1"), true, true, Ok(None)),
        (Some(""), false, true, Err(unusable)),
        (Some(" \t"), false, true, Err(unusable)),
        (Some(""), true, true, Err(unusable)),
        (Some(""), false, false, Err(unusable)),
        (Some(longer.as_str()), false, true, Err(unusable)),
        (Some("a\nb"), false, true, Err(unusable)),
        (Some("order-1"), false, false, Err(not_taken)),
        (Some("order-1"), true, false, Err(not_taken)),
    ] {
        let action = action(read_only, idempotent);
        let kept = key_to_keep(key, &action).map_err(|error| error.code().as_str());
        assert_eq!(kept, right, "{key:?} {read_only} {idempotent}");
    }
    let refused = key_to_keep(Some("k"), &action(false, false)).unwrap_err();
    assert!(refused.to_string().contains("an-action"), "{refused}");
}

#[test]
fn a_stream_under_a_key_goes_on_and_never_with_another_request() {
    let asked = call("create-rows", "f", None);
    assert!(!goes_on("k", &asked, None).unwrap());
    for done in [None, Some(None), Some(Some("{}"))] {
        let held = call("create-rows", "f", done);
        assert!(goes_on("k", &asked, Some(held)).unwrap());
    }
    let other = call("create-rows", "g", None);
    let error = goes_on("k", &asked, Some(other)).unwrap_err();
    assert_eq!(error.code().as_str(), "idempotency-conflict");
}

fn call(action: &str, fingerprint: &str, done: Option<Option<&str>>) -> KeyedCall {
    KeyedCall {
        attempt: Uuid::nil(),
        action: action.to_owned(),
        fingerprint: fingerprint.to_owned(),
        began_at: BEGAN,
        joined: false,
        done: done.map(|json| KeptAnswer {
            at: BEGAN,
            json: json.map(str::to_owned),
        }),
    }
}

#[test]
fn a_held_key_replays_goes_on_or_refuses() {
    let ours = call("create-row", "one", None);
    let judged = |held| judge("order-1", &ours, held).map_err(|error| error.code().as_str());
    let same = |done| judged(Some(call("create-row", "one", done)));

    assert_eq!(judged(None), Ok(Verdict::Run { may_be_done: false }));
    assert_eq!(same(None), Ok(Verdict::Run { may_be_done: true }));
    let replay = Verdict::Replay {
        json: "{}".to_owned(),
        at: BEGAN,
    };
    assert_eq!(same(Some(Some("{}"))), Ok(replay));
    assert_eq!(same(Some(None)), Err("idempotency-answer-not-kept"));
    for done in [None, Some(Some("{}")), Some(None)] {
        for (action, fingerprint) in [("create-row", "two"), ("delete-row", "one")] {
            let other = judged(Some(call(action, fingerprint, done)));
            assert_eq!(other, Err("idempotency-conflict"), "{action} {done:?}");
        }
    }
}

#[test]
fn a_failure_frees_its_key_only_where_nothing_can_have_happened() {
    let said = |status| Failure {
        status,
        ..Failure::default()
    };
    let throttled = |status| ConnectorError::Throttled {
        failure: said(Some(status)),
        retry_after_ms: None,
    };
    let deadline = || HostError::Deadline {
        after_ms: 1,
        by: DeadlineBy::Caller,
    };
    let busy = || {
        HostError::Busy(Busy {
            tenant: None,
            counted: Counted::Calls,
            most: 1,
            setting: "",
            section: "",
            waited: Duration::ZERO,
        })
    };
    let budget = || HostError::Budget {
        budget: "",
        limit: String::new(),
        setting: "",
    };
    for (error, frees) in [
        (
            ConnectorError::InvalidInput(Vec::<FieldError>::new()).into(),
            true,
        ),
        (
            ConnectorError::Unauthenticated(said(Some(401))).into(),
            true,
        ),
        (ConnectorError::Forbidden(said(Some(403))).into(), true),
        (ConnectorError::NotFound(said(Some(404))).into(), true),
        (ConnectorError::Conflict(said(Some(412))).into(), true),
        (ConnectorError::Rejected(said(Some(400))).into(), true),
        (ConnectorError::Rejected(said(None)).into(), true),
        (throttled(429).into(), true),
        (throttled(503).into(), false),
        (ConnectorError::Rejected(said(Some(500))).into(), false),
        (ConnectorError::Unavailable(said(Some(503))).into(), false),
        (ConnectorError::Unavailable(said(None)).into(), false),
        (ConnectorError::Internal(String::new()).into(), false),
        (HostError::NoDataFolder, true),
        (busy(), true),
        (deadline(), false),
        (budget(), false),
        (HostError::Trap(String::new()), false),
        (HostError::Defect(String::new()), false),
    ] {
        assert_eq!(surely_before_effect(&error), frees, "{error:?}");
    }
}

#[test]
fn answers_are_kept_up_to_a_length_and_while_their_tenant_has_room() {
    for (answer, kept, most, is) in [
        (1_000, 0, 64 << 20, true),
        (ANSWER_BYTES, 0, 64 << 20, true),
        (ANSWER_BYTES + 1, 0, 64 << 20, false),
        (1_000, 9_000, 10_000, true),
        (1_001, 9_000, 10_000, false),
        (0, 20_000, 10_000, false),
        (1, 0, 0, false),
        (1, u64::MAX, u64::MAX, true),
    ] {
        assert_eq!(
            is_kept(answer, kept, most),
            is,
            "{answer} beside {kept} of {most}"
        );
    }
}
