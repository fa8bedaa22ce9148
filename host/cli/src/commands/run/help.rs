//! How an action's help is laid out, and what stands below its flags.

use crate::flags::{Property, examples};
use clap::Command;
use serde_json::Value;

/// Below this width a flag and its help do not stand side by side.
const NARROW: u16 = 72;

/// The widest that help is read.
const WIDEST: u16 = 100;

/// The root without a paragraph for each option of every command: an action's help is about the action.
pub(super) fn brief(root: Command) -> Command {
    root.mut_args(|argument| match argument.get_id().as_str() {
        "output" => argument,
        _ => argument.hide(true),
    })
}

/// Laid out for a terminal of this width.
pub(super) fn fitting(command: Command, width: Option<u16>) -> Command {
    let narrow = width.is_some_and(|width| width < NARROW);
    let width = width.unwrap_or(WIDEST).min(WIDEST);
    command.next_line_help(narrow).term_width(width.into())
}

/// Examples, and where to look next.
pub(super) fn below(
    connection: &str,
    action: &str,
    schema: &Value,
    properties: &[Property],
) -> String {
    let command = format!("airlock run {connection} {action}");
    let mut text = String::from("Examples:\n");
    for line in examples(&command, schema, properties) {
        text.push_str(&format!("  {line}\n"));
    }
    let refined = properties.iter().find(|property| property.refines);
    let filled = properties.iter().any(|property| property.pairs.is_some());
    if let (Some(refined), true) = (refined, filled) {
        let (name, sample) = (&refined.flag, sample(schema, &refined.name));
        text.push_str(&format!(
            "\nThe columns of a {name}, and what each takes:\n  airlock action describe {connection} {action} --form {name}={sample}\n"
        ));
    }
    text.push_str(
        "\nEvery command also takes: --tenant, --data-dir, --config, --error-format, --color, --trace, \
         -q, -v; airlock --help explains them, and the exit codes.",
    );
    text
}

/// A value of the property `name` that an example has.
fn sample(schema: &Value, name: &str) -> String {
    let examples = schema.get("examples").and_then(Value::as_array);
    let value = examples
        .into_iter()
        .flatten()
        .find_map(|example| example.get(name)?.as_str());
    value.unwrap_or("…").to_owned()
}

/// The flag that does what a flag of this name does elsewhere.
pub(super) fn meant(word: &str, properties: &[Property]) -> Option<String> {
    const SAME: [(&str, &str); 9] = [
        ("limit", "top"),
        ("max", "top"),
        ("where", "filter"),
        ("columns", "select"),
        ("fields", "select"),
        ("sort", "orderby"),
        ("order-by", "orderby"),
        ("all", "fetch-all"),
        ("paginate", "fetch-all"),
    ];
    match word {
        "json" | "ndjson" | "csv" | "yaml" | "table" => Some(format!("--output {word}")),
        "jq" => Some("--query".to_owned()),
        _ => SAME
            .iter()
            .filter(|(other, _)| *other == word)
            .find_map(|(_, own)| properties.iter().find(|property| property.flag == *own))
            .map(|property| format!("--{}", property.flag)),
    }
}
