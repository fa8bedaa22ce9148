//! A connector of one streaming action and one trigger, called as a host calls it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Invocation, find, invoke, pipe, poll, receive, refine, renew, subscribe};
use crate::{
    Action, ActionEntry, Callback, Connection, Connector, Error, Event, IdempotencyKey, Page,
    Service, Start, Summary, Transport, Trigger, TriggerEntry,
    declare::{
        ConnectionKind, Declaration, Delivery, Identity, Streams, Traits, TriggerDeclaration,
    },
    stream::{LineReader, LineWriter, Nothing, Pipe, ROWS},
    testing::{Collected, Pieces, Script, block_on, keeps_promises},
};

#[derive(Debug)]
struct Echo;

impl Service for Echo {
    type Session<T: Transport> = T;
    type Writes = ();

    fn open<T: Transport>(transport: T, _: &Connection, _: Option<Duration>) -> Result<T, Error> {
        Ok(transport)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Input {
    /// What to call each row.
    label: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Output {
    /// How many rows there were.
    rows: u64,
}

struct Label;

impl Action<Echo> for Label {
    const DECLARATION: Declaration = Declaration {
        name: "label-rows",
        aliases: &["LabelRecords"],
        title: "Label rows",
        description: "Gives each row a label.",
        group: "Rows",
        traits: Traits::READS,
        streams: Streams::ROWS_THROUGH,
        examples: &[r#"{"label": "a"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        _: &T,
        _: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        Ok(Output { rows: 0 })
    }

    async fn pipe<T: Transport>(
        _: &T,
        input: Input,
        key: Option<IdempotencyKey<'_>>,
        pipe: Pipe<'_>,
    ) -> Result<Summary, Error> {
        let mut reader = LineReader::new(pipe.source);
        let mut writer = LineWriter::new(pipe.sink);
        let key = key.map_or("-", |key| key.text);
        let mut rows = 0;
        while let Some((number, row)) = reader.next().await? {
            let (label, rest) = (&input.label, &row);
            writer
                .push(&format!("[\"{label}\",\"{key}\",{number},{rest}]"))
                .await?;
            rows += 1;
        }
        writer.flush().await?;
        Summary::of(&Output { rows })
    }
}

struct Plain;

impl Action<Echo> for Plain {
    const DECLARATION: Declaration = Declaration {
        name: "count",
        aliases: &[],
        title: "Count",
        description: "Counts nothing.",
        group: "Rows",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        _: &T,
        _: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        Ok(Output { rows: 0 })
    }
}

struct Tick;

impl Trigger<Echo> for Tick {
    const DECLARATION: TriggerDeclaration = TriggerDeclaration {
        name: "when-it-ticks",
        aliases: &[],
        title: "When it ticks",
        description: "Tells of each tick.",
        delivery: Delivery::Polling(Duration::from_secs(60)),
        examples: &[r#"{"label": "a"}"#],
    };
    type Config = Input;
    type Payload = Output;

    async fn poll<T: Transport>(_: &T, config: Input, start: Start<'_>) -> Result<Page, Error> {
        let cursor = match start {
            Start::Now => None,
            Start::Since(from) | Start::Cursor(from) | Start::Expired(from) => Some(from),
        };
        let event = Event {
            id: format!("{}-{}", config.label, cursor.unwrap_or("now")),
            kind: "ticked".to_owned(),
            occurred_at: None,
            payload: "{\"rows\":1}".to_owned(),
        };
        Ok(Page {
            events: cursor.map(|_| event).into_iter().collect(),
            cursor: "7".to_owned(),
            more: false,
            missed: None,
        })
    }
}

struct Echoes;

impl Connector for Echoes {
    type Service = Echo;

    const IDENTITY: Identity = Identity {
        name: "echoes",
        title: "Echoes",
        version: "0.0.0",
        description: "Gives back what it is given.",
    };

    fn connections() -> Vec<ConnectionKind> {
        Vec::new()
    }

    fn actions<T: Transport>() -> &'static [ActionEntry<Echo, T>] {
        const { &[ActionEntry::of::<Label>(), ActionEntry::of::<Plain>()] }
    }

    fn triggers<T: Transport>() -> &'static [TriggerEntry<Echo, T>] {
        const { &[TriggerEntry::of::<Tick>()] }
    }

    async fn check<T: Transport>(_: &T) -> Result<String, Error> {
        Ok("{}".to_owned())
    }
}

fn call(action: &str, key: Option<&str>) -> Invocation {
    Invocation {
        action: action.to_owned(),
        input: r#"{"label": "a"}"#.to_owned(),
        idempotency_key: key.map(str::to_owned),
        may_be_done: false,
    }
}

fn session() -> Script {
    Script::at("https://echo.example")
}

#[test]
fn it_keeps_the_promises_of_every_connector() {
    keeps_promises::<Echoes>();
}

#[test]
fn a_stream_goes_through_an_action_with_its_key() {
    let piping = pipe::<Echoes, Script>(&call("labelrecords", Some("k")), true).unwrap();
    assert_eq!(piping.content_type(), ROWS);
    let mut source = Pieces::of([&b"{}\n{"[..], b"}\n"]);
    let mut sink = Collected::default();
    let ends = Pipe {
        source: &mut source,
        sink: &mut sink,
    };
    let summary = block_on(piping.run(&session(), ends)).unwrap();
    assert_eq!(sink.text(), "[\"a\",\"k\",1,{}]\n[\"a\",\"k\",2,{}]\n");
    assert_eq!(summary, r#"{"rows":2}"#);
}

#[test]
fn what_cannot_stream_so_is_refused_before_it_begins() {
    let refused = |action: &str, key, has_body| {
        let piping = pipe::<Echoes, Script>(&call(action, key), has_body);
        piping.map(drop).unwrap_err().to_string()
    };
    assert!(
        refused("label-rows", None, false).contains("takes a stream in (application/x-ndjson)")
    );
    assert!(refused("count", None, false).contains("invoke it instead of streaming it"));
    assert!(refused("label-rows", Some(" "), true).contains("the idempotency key is empty"));
    let mut wrong = call("label-rows", None);
    wrong.input = "{}".to_owned();
    let error = pipe::<Echoes, Script>(&wrong, true).map(drop).unwrap_err();
    assert!(
        error.to_string().contains("/label: `label` is missing"),
        "{error}"
    );
}

#[test]
fn a_key_comes_only_to_who_can_keep_it() {
    let invoked = |key| block_on(invoke::<Echoes, _>(&session(), &call("count", key)));
    assert_eq!(invoked(None).unwrap(), r#"{"rows":0}"#);
    let error = invoked(Some("k")).unwrap_err().to_string();
    assert!(error.contains("takes no idempotency key"), "{error}");
}

#[test]
fn who_declares_a_stream_and_has_none_says_so() {
    let entry = ActionEntry::<Echo, Script>::of::<Plain>();
    let run = (entry.pipe)(r#"{"label": "a"}"#).unwrap();
    let mut sink = Collected::default();
    let ends = Pipe {
        source: &mut Nothing,
        sink: &mut sink,
    };
    let session = session();
    let error = block_on(run(&session, None, ends)).unwrap_err();
    assert!(matches!(error, Error::Internal(_)), "{error:?}");
}

#[test]
fn a_trigger_is_polled_from_where_the_last_poll_ended() {
    let polled = |config: &str, start| {
        block_on(poll::<Echoes, _>(
            &session(),
            "when-it-ticks",
            config,
            start,
        ))
    };
    let config = r#"{"label": "a"}"#;
    let first = polled(config, Start::Now).unwrap();
    assert_eq!((first.events.len(), first.cursor.as_str()), (0, "7"));
    assert_eq!(
        polled(config, Start::Cursor("7")).unwrap().events[0].id,
        "a-7"
    );
    let error = polled("{}", Start::Now).unwrap_err().to_string();
    assert!(error.contains("/label: `label` is missing"), "{error}");
}

#[test]
fn a_trigger_that_is_polled_has_nothing_to_subscribe_to() {
    let session = session();
    let subscribed = subscribe::<Echoes, _>(&session, "when-it-ticks", "{\"label\":\"a\"}", "x");
    let error = block_on(subscribed).unwrap_err().to_string();
    assert!(error.contains("has nothing to subscribe to"), "{error}");
    let renewed = renew::<Echoes, _>(&session, "when-it-ticks", "{\"label\":\"a\"}", "x");
    let error = block_on(renewed).unwrap_err().to_string();
    assert!(error.contains("has nothing to renew"), "{error}");
    let call = Callback {
        method: "POST".to_owned(),
        path_with_query: "/".to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    let received = receive::<Echoes, _>(&session, "when-it-ticks", "{\"label\":\"a\"}", &call);
    let error = block_on(received).unwrap_err().to_string();
    assert!(error.contains("takes no calls"), "{error}");
}

#[test]
fn what_is_unknown_is_answered_with_the_nearest() {
    let unknown = |name: &str| {
        find::<Echoes, Script>(name)
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    assert!(unknown("label-row").contains("did you mean label-rows?"));
    assert!(unknown("zzz").contains("there are label-rows, count"));
    let session = session();
    let polled = poll::<Echoes, _>(&session, "when-it-tick", "{}", Start::Now);
    let error = block_on(polled).unwrap_err().to_string();
    assert!(error.contains("did you mean when-it-ticks?"), "{error}");
}

#[test]
fn a_form_is_asked_of_actions_and_triggers_alike() {
    for operation in ["label-rows", "when-it-ticks"] {
        let schema = block_on(refine::<Echoes, _>(&session(), operation, "")).unwrap();
        assert_eq!(schema["examples"][0]["label"], "a", "{operation}");
    }
}
