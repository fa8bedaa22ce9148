//! The reference is written by the code: actions and connections by the component's manifest, commands by their help,
//! settings by the annotated example. A page that says something else fails here; `make reference` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// The page below `docs` is what the code says, or is written anew when `AIRLOCK_WRITE_REFERENCE` asks for it.
fn page_says(name: &str, text: &str) {
    let path = workspace().join("docs").join(name);
    let text = format!("{}\n", text.trim_end());
    if std::env::var_os("AIRLOCK_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some((number, (says, should))) = there
        .lines()
        .zip(text.lines())
        .enumerate()
        .find(|(_, (says, should))| says != should)
    {
        panic!(
            "docs/{name}:{}: says\n  {says}\nshould say\n  {should}\n`make reference` writes it anew",
            number + 1
        );
    }
    assert_eq!(
        there.lines().count(),
        text.lines().count(),
        "docs/{name} is shorter or longer than it should be; `make reference` writes it anew"
    );
}

fn airlock(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_airlock"))
        .args(words)
        .env_clear()
        .env("AIRLOCK_DATA_DIR", folder.path())
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn manifest() -> Value {
    let component = Path::new(env!("CARGO_BIN_EXE_airlock"))
        .ancestors()
        .nth(2)
        .unwrap()
        .join("dynamics.wasm");
    let text = airlock(&[
        "connector",
        "inspect",
        &component.to_string_lossy(),
        "-o",
        "json",
    ]);
    serde_json::from_str::<Value>(&text).unwrap()["about"].take()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// One cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What a property takes, in a word or two.
fn kind(property: &Value) -> String {
    if let Some(choices) = property["enum"].as_array() {
        let words: Vec<String> = choices
            .iter()
            .map(|choice| format!("`{}`", choice.as_str().unwrap_or_default()))
            .collect();
        return words.join(", ");
    }
    match &property["type"] {
        Value::String(one) if one == "array" => format!("list of {}", kind(&property["items"])),
        Value::String(one) => one.clone(),
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .filter(|one| *one != "null")
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "JSON".to_owned(),
    }
}

/// The properties of a schema as a table, required ones marked.
fn properties(schema: &Value) -> String {
    let Some(all) = schema["properties"]
        .as_object()
        .filter(|all| !all.is_empty())
    else {
        return "None.\n".to_owned();
    };
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let mut order: Vec<&str> = schema["x-airlock-order"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    order.extend(all.keys().map(String::as_str).filter(|name| {
        !schema["x-airlock-order"]
            .as_array()
            .is_some_and(|names| names.iter().any(|known| known == name))
    }));
    let mut table = String::from("| Name | Takes | |\n|---|---|---|\n");
    for name in order {
        let property = &all[name];
        let needed = if required.contains(&name) {
            " **Required.**"
        } else {
            ""
        };
        let default = match &property["default"] {
            Value::Null => String::new(),
            Value::String(default) => format!(" Default: `{default}`."),
            default => format!(" Default: `{default}`."),
        };
        writeln!(
            table,
            "| `{name}` | {} | {}{default}{needed} |",
            cell(&kind(property)),
            cell(text(property, "description"))
        )
        .unwrap();
    }
    table
}

/// What goes into the actions of the examples that take a stream; the behaviour tests send it.
fn streams() -> Value {
    let path = workspace().join("tests/behaviour/examples.json");
    let examples = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Value>(&examples).unwrap()["streams"].take()
}

/// The examples of an action's input, each with what it takes in beside it.
fn examples(page: &mut String, input: &Value, stream: &str) {
    let examples = input["examples"].as_array().map_or(&[][..], Vec::as_slice);
    for example in examples {
        let example = serde_json::to_string_pretty(example).unwrap();
        writeln!(page, "```json\n{example}\n```\n").unwrap();
        if !stream.is_empty() {
            writeln!(
                page,
                "With this on its standard input:\n\n```text\n{}\n```\n",
                stream.trim_end()
            )
            .unwrap();
        }
    }
}

const GENERATED: &str =
    "<!-- Written by `make reference`; a test compares it with the code. -->\n\n";

#[test]
fn actions_are_those_of_the_manifest() {
    let about = manifest();
    let mut page = format!(
        "{GENERATED}# Actions of {}\n\n`airlock run CONNECTION ACTION --help` says the same with your own flags; inputs are flags of \
         their names, or members of the JSON that `--input` takes.\n\nEach example is such an input. The tests run it as \
         it stands here, against a local Dataverse that has the rows it names.\n\n",
        text(&about, "title")
    );
    let streams = streams();
    // Those of other systems stand in docs/dialects.md.
    let native = about["actions"].as_array().unwrap().iter();
    for action in native.filter(|action| action["dialect"].is_null()) {
        writeln!(
            page,
            "## `{}`: {}\n\n{}\n",
            text(action, "name"),
            text(action, "title"),
            text(action, "description")
        )
        .unwrap();
        let traits: Vec<&str> = action["traits"]
            .as_object()
            .map(|all| {
                all.iter()
                    .filter(|(_, is)| **is == Value::Bool(true))
                    .map(|(name, _)| name.as_str())
                    .collect()
            })
            .unwrap_or_default();
        if !traits.is_empty() {
            writeln!(page, "Traits: {}.\n", traits.join(", ")).unwrap();
        }
        let names: Vec<String> = action["aliases"]
            .as_array()
            .map(|names| {
                names
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|name| format!("`{name}`"))
                    .collect()
            })
            .unwrap_or_default();
        if !names.is_empty() {
            writeln!(page, "Also called {}.\n", names.join(", ")).unwrap();
        }
        writeln!(page, "{}", properties(&action["input"])).unwrap();
        examples(
            &mut page,
            &action["input"],
            text(&streams, text(action, "name")),
        );
    }
    page_says("actions.md", &page);
}

#[test]
fn connections_are_those_of_the_manifest() {
    let about = manifest();
    let mut page = format!(
        "{GENERATED}# Ways to connect to {}\n\n",
        text(&about, "title")
    );
    for kind in about["connections"].as_array().unwrap() {
        writeln!(
            page,
            "## `--kind {}`: {}\n\n{}\n",
            text(kind, "name"),
            text(kind, "title"),
            text(kind, "description")
        )
        .unwrap();
        writeln!(
            page,
            "Settings (`--setting NAME=VALUE`):\n\n{}",
            properties(&kind["settings"])
        )
        .unwrap();
        writeln!(
            page,
            "Secrets (asked for, or `--secret-env NAME=VARIABLE`, `--secrets-stdin`):\n\n{}",
            properties(&kind["secrets"])
        )
        .unwrap();
    }
    page_says("reference/connections.md", &page);
}

#[test]
fn settings_are_those_of_the_annotated_example() {
    let example = std::fs::read_to_string(workspace().join("host/airlock.example.toml")).unwrap();
    page_says(
        "reference/settings.md",
        &format!(
            "{GENERATED}# Settings of the host\n\n`airlock --config FILE` or `AIRLOCK_CONFIG` names the file; every key may be left out. \
             [`host/airlock.example.toml`](../../host/airlock.example.toml) holds each at its default:\n\n```toml\n{}\n```\n",
            example.trim_end()
        ),
    );
}

/// Each command's help, and that of those below it.
fn help(page: &mut String, words: &[&str]) {
    let mut line = words.to_vec();
    line.push("--help");
    let told = airlock(&line);
    let name = ["airlock"]
        .iter()
        .chain(words)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    writeln!(page, "## `{name}`\n\n```text\n{}\n```\n", told.trim_end()).unwrap();
    let below = told
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    for command in below
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
    {
        let deeper: Vec<&str> = words.iter().copied().chain([command]).collect();
        help(page, &deeper);
    }
}

#[test]
fn commands_are_those_of_the_help() {
    let mut page = format!("{GENERATED}# Commands\n\n");
    help(&mut page, &[]);
    page_says("reference/commands.md", &page);
}

#[test]
fn errors_are_those_of_the_code() {
    let mut page = format!(
        "{GENERATED}# Errors and exit codes\n\nWith `--error-format json` an error is one line of JSON on standard error. `category` and \
         `exit-code` say what a caller can do, `code` what happened; a code that is known once is never given to anything \
         else.\n\n| Exit code | |\n|---|---|\n"
    );
    let help = airlock(&["--help"]);
    let codes = help
        .lines()
        .skip_while(|line| *line != "Exit codes:")
        .skip(1);
    for line in codes.take_while(|line| line.starts_with("  ")) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        writeln!(page, "| {code} | {} |", cell(meaning.trim())).unwrap();
    }
    page.push_str("\n| `code` | |\n|---|---|\n");
    for code in airlock_cli::problem::Code::all() {
        writeln!(page, "| `{code}` | {} |", cell(code.about())).unwrap();
    }
    page_says("reference/errors.md", &page);
}
