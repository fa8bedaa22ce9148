//! The second parse: the whole command line, with the action's own flags in it.

use super::body::ROWS;
use super::help;
use crate::args::{Cli, Globals, RunFixed};
use crate::context::Context;
use crate::flags::{Property, arguments, groups, properties};
use crate::output::{clean, clean_lines};
use crate::problem::{Problem, from_clap, with_usage};
use airlock_runtime::Action;
use airlock_runtime::store::ConnectionName;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args as _, Command, CommandFactory as _, FromArgMatches as _};

/// What the words of the command line mean.
pub(super) enum Parsed {
    /// Run it.
    Run(Box<Words>),
    /// Print this.
    Help(String),
}

/// Every word, understood.
pub(super) struct Words {
    pub(super) globals: Globals,
    pub(super) fixed: RunFixed,
    pub(super) matches: ArgMatches,
    pub(super) properties: Vec<Property>,
}

/// What has to stand on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// The action, and what its schema requires among the flags.
    TheInput,
    /// The action; its input comes from a document.
    TheAction,
    /// Neither: a definition says both.
    Nothing,
}

/// Parses the whole command line for `action`.
pub(super) fn parse(
    context: &Context,
    connection: &ConnectionName,
    action: &Action,
    needs: Needs,
) -> Result<Parsed, Problem> {
    let reserved = reserved();
    let reserved: Vec<&str> = reserved.iter().map(String::as_str).collect();
    let properties = properties(&action.input, &reserved);
    let run = command(connection.as_str(), action, &properties, needs);
    let color = context.term.color_out;
    let matches = help::brief(Cli::command())
        .mut_subcommand("run", |_| help::fitting(run, context.term.width))
        .try_get_matches_from(&context.words);
    let mut matches = match matches {
        Ok(matches) => matches,
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            let text = error.render();
            return Ok(Parsed::Help(if color {
                text.ansi().to_string()
            } else {
                text.to_string()
            }));
        }
        Err(error) => {
            let usage = || usage(connection.as_str(), &clean(&action.name), &properties).into();
            return Err(misread(with_usage(error, usage), &properties));
        }
    };
    let globals = Globals::from_arg_matches(&matches).map_err(|error| from_clap(&error))?;
    let Some((_, own)) = matches.remove_subcommand() else {
        // `run` was understood once already; it cannot be missing now.
        return Err(Problem::input("which action?"));
    };
    let fixed = RunFixed::from_arg_matches(&own).map_err(|error| from_clap(&error))?;
    Ok(Parsed::Run(Box::new(Words {
        globals,
        fixed,
        matches: own,
        properties,
    })))
}

/// What clap has against the words, with a better guess than its own at what was meant.
fn misread(mut error: clap::Error, properties: &[Property]) -> Problem {
    // An action takes no values behind `--`: what clap proposes leads to the next error.
    error.remove(ContextKind::Suggested);
    let unknown = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) if error.kind() == ErrorKind::UnknownArgument => {
            flag.clone()
        }
        _ => return from_clap(&error),
    };
    let word = unknown.trim_start_matches('-').split('=').next();
    let meant = word.and_then(|word| help::meant(word, properties));
    if error.get(ContextKind::SuggestedArg).is_none()
        && let Some(meant) = meant
    {
        error.insert(ContextKind::SuggestedArg, ContextValue::String(meant));
    }
    from_clap(&error)
}

/// The whole command line with an action's own flags in it, and what those are: for whoever completes it.
pub(in crate::commands) fn with_action(
    connection: &ConnectionName,
    action: &Action,
) -> (Command, Vec<Property>) {
    let reserved = reserved();
    let reserved: Vec<&str> = reserved.iter().map(String::as_str).collect();
    let properties = properties(&action.input, &reserved);
    let run = command(connection.as_str(), action, &properties, Needs::TheAction);
    let whole = Cli::command().mut_subcommand("run", |_| run);
    (whole, properties)
}

/// `airlock run` for one action.
fn command(connection: &str, action: &Action, properties: &[Property], needs: Needs) -> Command {
    let enforce = needs == Needs::TheInput;
    let name = clean(&action.name);
    let run = Command::new("run")
        .override_usage(usage(connection, &name, properties))
        .args(arguments(
            properties,
            &format!("Input of {name}"),
            enforce,
            connection,
        ))
        .groups(groups(properties, enforce))
        .args(RunFixed::positionals(needs != Needs::Nothing).map(|word| word.hide(true)))
        .next_help_heading("Running");
    // Last, because the derived flags bring a description of their own.
    let (title, description) = (clean(&action.title), clean_lines(&action.description));
    let takes = super::body::taken(action);
    RunFixed::augment_args(run)
        .mut_arg("input", |input| match takes {
            Some(ROWS) => input.help(
                "The rows to take in, from a file or `-` for standard input: NDJSON, CSV or a JSON array",
            ),
            Some(_) => input.help("The content to take in, from a file or `-` for standard input"),
            None => input,
        })
        .mut_arg("failed", |failed| failed.hide(takes != Some(ROWS)))
        .about(title.clone())
        .long_about(format!("{title}\n\n{description}"))
        .after_help(help::below(connection, &name, &action.input, properties))
}

fn usage(connection: &str, action: &str, properties: &[Property]) -> String {
    let mut usage = format!("airlock run {connection} {action}");
    for property in properties.iter().filter(|property| property.required) {
        usage.push_str(&match &property.pairs {
            Some(pairs) => format!(" --{} <NAME=VALUE>…", pairs.flag),
            None => format!(" --{} <…>", property.flag),
        });
    }
    usage.push_str(" [FLAGS]");
    usage
}

/// The long flags that the command has already: an action's own have to avoid them.
fn reserved() -> Vec<String> {
    let fixed = RunFixed::augment_args(Globals::augment_args(Command::new("run")));
    fixed
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .chain(["help", "version"].map(str::to_owned))
        .collect()
}

/// `airlock run --help`, before any action is known.
pub(super) fn general_help(color: bool) -> String {
    let mut root = Cli::command();
    root.build();
    let Some(run) = root.find_subcommand_mut("run") else {
        return String::new();
    };
    let text = run.render_long_help();
    if color {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::Traits;
    use serde_json::json;

    fn action() -> Action {
        Action {
            name: "list-rows".into(),
            aliases: Vec::new(),
            title: "List rows".into(),
            description: "Reads rows of a table.".into(),
            group: "Rows".into(),
            input: json!({
                "properties": {
                    "table": {"type": "string"}, "top": {"type": "integer"},
                    "output": {"type": "string"}, "data": {"type": "object", "x-airlock-pairs": true}
                },
                "required": ["table"]
            }),
            output: json!({}),
            traits: Traits::default(),
            dialect: None,
        }
    }

    fn context(line: &str) -> Context {
        use clap::Parser as _;
        let words: Vec<std::ffi::OsString> = line.split(' ').map(Into::into).collect();
        Context {
            globals: Cli::parse_from(["airlock", "connector", "list"]).globals,
            term: crate::term::Term::default(),
            console: crate::console::Console::new(true, false),
            hosts: crate::hosts::Hosts::default(),
            words,
        }
    }

    fn run(line: &str, enforce: bool) -> Result<Parsed, Problem> {
        let connection: ConnectionName = "contoso".parse().unwrap();
        let needs = if enforce {
            Needs::TheInput
        } else {
            Needs::TheAction
        };
        parse(&context(line), &connection, &action(), needs)
    }

    #[test]
    fn the_command_with_an_actions_flags_passes_claps_own_checks() {
        let reserved = reserved();
        let reserved: Vec<&str> = reserved.iter().map(String::as_str).collect();
        let properties = properties(&action().input, &reserved);
        Cli::command()
            .mut_subcommand("run", |_| {
                command("contoso", &action(), &properties, Needs::TheInput)
            })
            .debug_assert();
    }

    #[test]
    fn flags_of_the_action_and_of_the_command_mix_in_any_order() {
        let parsed = run(
            "airlock --tenant acme run -o csv contoso list-rows --table leads --trace --top 5 --deadline 2s",
            true,
        );
        let Ok(Parsed::Run(words)) = parsed else {
            panic!("not understood");
        };
        assert_eq!(words.globals.tenant.as_str(), "acme");
        assert!(words.globals.trace);
        assert_eq!(words.fixed.deadline.unwrap().as_secs(), 2);
        let input = crate::flags::collect(
            serde_json::Map::new(),
            &words.properties,
            &words.matches,
            &|_| Err(String::new()),
        );
        assert_eq!(
            input.unwrap(),
            *json!({"table": "leads", "top": 5}).as_object().unwrap()
        );
    }

    #[test]
    fn an_actions_property_never_hides_a_flag_of_the_command() {
        let Ok(Parsed::Run(words)) = run(
            "airlock run contoso list-rows --table x --output json --input-output kept",
            true,
        ) else {
            panic!("not understood");
        };
        assert_eq!(words.globals.output, Some(crate::output::Format::Json));
    }

    #[test]
    fn help_shows_the_actions_own_flags() {
        let Ok(Parsed::Help(text)) = run("airlock run contoso list-rows --help", true) else {
            panic!("no help");
        };
        for part in [
            "List rows",
            "Usage: airlock run contoso list-rows --table <…> [FLAGS]",
            "Input of list-rows:",
            "--top <N>",
            "Running:",
            "--idempotency-key",
            "Examples:",
            "airlock run contoso list-rows --table TABLE",
            "Every command also takes:",
        ] {
            assert!(text.contains(part), "{part} not in\n{text}");
        }
    }

    #[test]
    fn a_wrong_flag_ends_with_exit_2_and_the_nearest_one() {
        let Err(problem) = run("airlock run contoso list-rows --tabel leads", false) else {
            panic!("accepted");
        };
        assert_eq!(problem.exit.code(), 2);
        assert_eq!(problem.advice[0], "did you mean --table?");
    }

    #[test]
    fn a_flag_of_another_tool_is_answered_with_the_one_that_does_the_same() {
        for (line, part) in [("--limit 2", "--top"), ("--json", "-o json")] {
            let line = format!("airlock run contoso list-rows --table x {line}");
            let Err(problem) = run(&line, false) else {
                panic!("accepted");
            };
            let text = format!("{} {:?}", problem.message, problem.advice);
            assert!(
                text.contains(part) && !text.contains("as a value"),
                "{text}"
            );
        }
    }

    #[test]
    fn help_fits_a_narrow_terminal() {
        let mut context = context("airlock run contoso list-rows -h");
        context.term.width = Some(40);
        let connection: ConnectionName = "contoso".parse().unwrap();
        let Ok(Parsed::Help(text)) = parse(&context, &connection, &action(), Needs::TheInput)
        else {
            panic!("no help");
        };
        // Usage is one line, however narrow.
        let prose = text.lines().filter(|line| !line.starts_with("Usage: "));
        for line in prose {
            assert!(line.chars().count() <= 40, "{line:?} in\n{text}");
        }
        assert!(text.lines().count() < 80, "{text}");
    }

    #[test]
    fn what_is_required_may_stand_in_the_document_instead() {
        assert!(run("airlock run contoso list-rows", true).is_err());
        assert!(run("airlock run contoso list-rows --input -", false).is_ok());
    }
}
