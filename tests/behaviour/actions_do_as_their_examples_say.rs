//! `docs/actions.md` holds: each example is run as it stands there, by the real component in the real host.
//!
//! An action is added with an example in its declaration (`Declaration::examples`, then `make reference`). A row
//! that the example names, and what it takes in as a stream, stand in `examples.json` beside this file; so does what
//! an example is answered that no local Dataverse can do.

use std::path::Path;

use airlock_runtime::HostError;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use support::{Office, dynamics};

/// One example of the page.
struct Example {
    line: usize,
    action: String,
    input: String,
    stream: Option<String>,
}

/// The examples of the page, in its order.
fn examples(page: &str) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    let (mut action, mut lines) = (String::new(), page.lines().enumerate());
    while let Some((number, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## `") {
            action = heading.split('`').next().unwrap().to_owned();
        }
        let block = |lines: &mut dyn Iterator<Item = (usize, &str)>| -> String {
            let inside = lines
                .map(|(_, line)| line)
                .take_while(|line| *line != "```");
            inside.collect::<Vec<&str>>().join("\n")
        };
        match line {
            "```json" => all.push(Example {
                line: number + 1,
                action: action.clone(),
                input: block(&mut lines),
                stream: None,
            }),
            "```text" => all.last_mut().unwrap().stream = Some(block(&mut lines)),
            _ => {}
        }
    }
    all
}

fn file(path: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(workspace.join(path)).unwrap()
}

/// The rows that examples name, as they were before any example.
async fn put_back(office: &Office, rows: &[Value]) {
    for row in rows {
        let put = office.run("upsert-row", row.clone()).await;
        put.unwrap_or_else(|error| panic!("tests/behaviour/examples.json: {row}: {error}"));
    }
}

/// Runs an example and gives what it answered.
async fn answer(office: &Office, example: &Example) -> Result<Value, HostError> {
    let input = serde_json::from_str(&example.input).unwrap();
    let Some(text) = &example.stream else {
        return office.run(&example.action, input).await;
    };
    let call = office.call(&example.action, input);
    let body = stream::iter([format!("{text}\n").into_bytes().into()]).boxed();
    let piped = office.host.pipe(&call, Some(body)).await?;
    let given: Vec<_> = piped.data.collect().await;
    let given = String::from_utf8_lossy(&given.concat()).into_owned();
    Ok(json!({ "given": given, "summary": piped.done.await? }))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_has_an_example_and_each_runs_as_it_stands() {
    let office = Office::open().await;
    let stands_on: Value = serde_json::from_str(&file("tests/behaviour/examples.json")).unwrap();
    let rows = stands_on["rows"].as_array().unwrap();
    let examples = examples(&file("docs/actions.md"));
    let mut faults = Vec::new();
    for example in &examples {
        put_back(&office, rows).await;
        let answer = answer(&office, example).await;
        if let Some(refusal) = stands_on["refused"][&example.action].as_str() {
            let refused = answer
                .as_ref()
                .is_err_and(|error| error.to_string().contains(refusal));
            if !refused {
                faults.push(format!(
                    "docs/actions.md:{}: the example of `{}` is not refused with `{refusal}`: {answer:?}",
                    example.line, example.action
                ));
            }
        } else if let Err(error) = answer {
            faults.push(format!(
                "docs/actions.md:{}: the example of `{}` does not run: {error}\n  {}",
                example.line, example.action, example.input
            ));
        }
    }
    let about = office.host.inspect(&dynamics()).await.unwrap().about;
    for action in about.actions_of(None) {
        if !examples.iter().any(|one| one.action == action.name) {
            faults.push(format!(
                "`{}` has no example in docs/actions.md: give its declaration one in `examples`, then `make reference`",
                action.name
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{}\n\nA row that an example names, or what it takes in as a stream, belongs into tests/behaviour/examples.json.",
        faults.join("\n\n")
    );
}
