//! The clap arguments for an action's input.

use super::property::Property;
use crate::output::{LAST, NEXT_PAGE, clean};
use airlock_forms::Shape;
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgGroup};

/// The most properties that become flags. A form has a few dozen; the rest of one that has more are
/// given in an input document.
const MOST: usize = 500;

/// One argument per property, and one more for each property that is also set by pairs, under
/// `heading`, for the connection of that name. With `enforce`, required properties are required of the command line; without it
/// (an input document is given as well) that is judged once flags and document are one.
pub fn arguments(
    properties: &[Property],
    heading: &str,
    enforce: bool,
    connection: &str,
) -> Vec<Arg> {
    let mut arguments = Vec::new();
    let form = properties.iter().find(|property| property.refines);
    for property in properties.iter().take(MOST) {
        let choices = Choices {
            connection,
            form: form.filter(|form| form.name != property.name),
        };
        arguments.push(argument(property, heading, enforce, choices));
        if let Some(pairs) = &property.pairs {
            arguments.push(
                Arg::new(property.pairs_id())
                    .long(pairs.flag.clone())
                    .value_name("NAME=VALUE")
                    .help(format!(
                        "One entry of --{}; repeat for more [name:=JSON, name=@FILE]",
                        property.flag
                    ))
                    .long_help(format!(
                        "One entry of --{}; repeat for more. name=value guesses the type (quotes \
                         are part of a text), name:=JSON is taken as it stands, name=@FILE reads a \
                         text from a file and name:=@FILE JSON; name=@@text means the text @text.",
                        property.flag
                    ))
                    .help_heading(heading.to_owned())
                    .action(ArgAction::Append),
            );
        }
    }
    arguments
}

/// The groups that make `--values` or `--set` satisfy one required property.
pub fn groups(properties: &[Property], enforce: bool) -> Vec<ArgGroup> {
    properties
        .iter()
        .take(MOST)
        .filter(|property| enforce && property.required && property.pairs.is_some())
        .map(|property| {
            ArgGroup::new(format!("either:{}", property.name))
                .args([property.id(), property.pairs_id()])
                .required(true)
                .multiple(true)
        })
        .collect()
}

/// Where legal values are asked for, and what has to be filled in first.
#[derive(Clone, Copy)]
struct Choices<'a> {
    connection: &'a str,
    form: Option<&'a Property>,
}

fn argument(property: &Property, heading: &str, enforce: bool, choices: Choices<'_>) -> Arg {
    let (short, long) = help(property, choices);
    let mut argument = Arg::new(property.id())
        .long(property.flag.clone())
        .help(short)
        .long_help(long)
        .help_heading(heading.to_owned())
        .hide_short_help(property.deprecated || property.advanced)
        .required(enforce && property.required && property.pairs.is_none());
    if let Some(alias) = &property.alias {
        argument = argument.alias(alias.clone());
    }
    match &property.shape {
        Shape::Boolean => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false")
            .action(ArgAction::Set),
        Shape::Enum(choices) => argument
            .value_name("CHOICE")
            .ignore_case(true)
            .value_parser(clap::builder::PossibleValuesParser::new(
                choices.iter().map(|choice| {
                    let typed = choice.typed();
                    let value = PossibleValue::new(clean(&typed)).alias(typed);
                    match &choice.help {
                        Some(help) => value.help(clean(first_sentence(help))),
                        None => value,
                    }
                }),
            )),
        Shape::Integer { .. } | Shape::Number => argument
            .value_name(if property.shape == Shape::Number {
                "NUMBER"
            } else {
                "N"
            })
            .allow_negative_numbers(true),
        Shape::List(item) => argument
            .value_name(match **item {
                Shape::Json => "JSON|@FILE",
                _ => "A,B,…",
            })
            .action(ArgAction::Append),
        Shape::Json => argument.value_name("JSON|@FILE"),
        Shape::Text => argument.value_name("TEXT"),
        Shape::Bytes => argument.value_name("@FILE|BASE64"),
        Shape::Mixed { .. } => argument.value_name("TEXT|JSON"),
    }
}

fn help(property: &Property, choices: Choices<'_>) -> (String, String) {
    let mut marks = String::new();
    if property.required {
        marks.push_str(" [required]");
    }
    if let Some(default) = &property.default {
        let typed = match default {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        marks.push_str(&format!(" [default: {}]", clean(&typed)));
    }
    if property.deprecated {
        marks.push_str(" [deprecated]");
    }
    let short = format!("{}{marks}", first_sentence(&property.help));
    let mut long = format!("{}{marks}", property.help.trim());
    if let Some(source) = &property.source {
        long.push_str(&format!(
            "\n\nLegal values: airlock choices {} {source}",
            choices.connection
        ));
        if let Some(form) = choices.form {
            long.push_str(&format!(" --form {}=…", form.flag));
        }
    }
    if property.flag == NEXT_PAGE {
        long.push_str(&format!(
            "\n\n{LAST}: where the last answer of this action left off"
        ));
    }
    (short.trim().to_owned(), long.trim().to_owned())
}

/// What fits on one line of `-h`: the text up to the first full stop.
fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    match line.find(". ") {
        Some(end) => line.get(..end).unwrap_or(line),
        None => line.trim_end_matches('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::property::properties;
    use super::*;
    use clap::Command;
    use serde_json::{Value, json};

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "table": {"type": "string", "description": "Table to read. Logical or set name.", "x-airlock-choices": "tables", "x-airlock-refine": true},
                "select": {"type": "array", "items": {"type": "string"}, "description": "Columns to return.", "x-airlock-choices": "columns"},
                "nextPage": {"type": "string", "description": "Where to go on."},
                "top": {"type": "integer", "minimum": 1},
                "count": {"type": "boolean", "default": false},
                "mode": {"enum": ["fast", "careful"]},
                "values": {"type": "object", "x-airlock-pairs": true}
            },
            "required": ["table", "values"]
        })
    }

    fn command(enforce: bool) -> Command {
        let properties = properties(&schema(), &[]);
        Command::new("run")
            .args(arguments(
                &properties,
                "Input of list-rows",
                enforce,
                "contoso",
            ))
            .groups(groups(&properties, enforce))
    }

    #[test]
    fn the_generated_arguments_pass_claps_own_checks() {
        command(true).debug_assert();
        command(false).debug_assert();
    }

    #[test]
    fn help_shows_descriptions_defaults_choices_and_what_is_required() {
        let help = command(true).render_long_help().to_string();
        for part in [
            "Input of list-rows:",
            "--table <TEXT>",
            "Table to read. Logical or set name. [required]",
            "airlock choices contoso tables\n",
            "airlock choices contoso columns --form table=…",
            "last: where the last answer",
            "--select <A,B,…>",
            "[default: false]",
            "careful",
            "--set <NAME=VALUE>",
        ] {
            assert!(help.contains(part), "{part} not in\n{help}");
        }
        let short = command(true).render_help().to_string();
        assert!(short.contains("Table to read [required]"), "{short}");
    }

    #[test]
    fn a_form_of_any_length_makes_no_more_flags_than_anybody_reads() {
        let names = (0..20_000).map(|n| (format!("p{n}"), json!({"type": "string"})));
        let schema = json!({"properties": names.collect::<serde_json::Map<_, _>>()});
        let arguments = arguments(&properties(&schema, &[]), "Input", true, "c");
        assert_eq!(arguments.len(), MOST);
    }

    #[test]
    fn a_connectors_words_cannot_drive_the_terminal() {
        let schema = json!({"properties": {
            "a": {"type": "string", "description": "x\u{1b}[2J", "default": "y\u{9b}"},
            "b": {"oneOf": [{"const": "v\u{202e}", "description": "z\u{1b}"}]}
        }});
        let properties = properties(&schema, &[]);
        let mut command = Command::new("run").args(arguments(&properties, "Input", true, "c"));
        let help = command.render_long_help().to_string();
        assert!(
            help.contains("x·[2J") && help.contains("y·") && help.contains("v·"),
            "{help}"
        );
        assert!(!help.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{help}");
    }

    #[test]
    fn what_is_required_is_asked_for_unless_a_document_is_given() {
        let missing = command(true)
            .try_get_matches_from(["run", "--set", "a=1"])
            .unwrap_err();
        assert!(missing.to_string().contains("--table"), "{missing}");
        let missing = command(true)
            .try_get_matches_from(["run", "--table", "leads"])
            .unwrap_err();
        assert!(missing.to_string().contains("--set"), "{missing}");
        command(false).try_get_matches_from(["run"]).unwrap();
    }

    #[test]
    fn a_misspelt_flag_is_answered_with_the_nearest() {
        let fault = command(false)
            .try_get_matches_from(["run", "--tabel", "leads"])
            .unwrap_err();
        assert!(fault.to_string().contains("'--table'"), "{fault}");
    }
}
