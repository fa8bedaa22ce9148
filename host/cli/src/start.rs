//! From the words of the command line to an exit code.

use crate::args::{
    Cli, ColorChoice, Command, ErrorFormat, Globals, Run, command_at, command_typed, has_flag,
    last_value,
};
use crate::console::Console;
use crate::context::Context;
use crate::hosts::Hosts;
use crate::narrow;
use crate::output::{OutputError, Sink};
use crate::problem::{self, Code, Exit, Problem, Stop, from_clap, with_usage};
use crate::term::Term;
use crate::{commands, compiler, logging};
use airlock_runtime::auth::settled;
use airlock_runtime::store::TenantId;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, ValueEnum};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How long a command that has failed waits for an authority that is slow to answer.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// How long a command that is done waits for what it leaves behind: connections are shut in good order, and
/// a person who has the answer does not notice.
const FAREWELL: Duration = Duration::from_secs(1);

/// Runs one command line, the program's name first.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    problem::calm_panics();
    let words: Vec<OsString> = words.into_iter().collect();
    if let Some(compiled) = compiler::serve(&words) {
        return compiled;
    }
    airlock_runtime::egress::raise_open_files();
    let color = early::<ColorChoice>(&words, "color").unwrap_or(ColorChoice::Auto);
    let format = early::<ErrorFormat>(&words, "error-format").unwrap_or(ErrorFormat::Text);
    let term = Term::detect(color);
    let console = Console::new(false, false);
    let done = match parse(&words) {
        Ok(cli) => start(words, cli, term),
        Err(error) if lacks_a_command(&error) => Err(incomplete(&error, format, &console)),
        Err(error) if error.use_stderr() => Err(from_clap(&error).into()),
        Err(error) => help(&error, term.color_out),
    };
    let problem = match done {
        Ok(()) | Err(Stop::OutputClosed) => return ExitCode::from(Exit::Done.code()),
        Err(Stop::Told(exit)) => return ExitCode::from(exit.code()),
        Err(Stop::Problem(problem)) => problem,
    };
    let text = match format {
        ErrorFormat::Text => problem::text(&problem, term.color_err),
        ErrorFormat::Json => problem::json(&problem),
    };
    console.line(&text);
    ExitCode::from(problem.exit.code())
}

fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    let command = narrow::fitted(Cli::command(), narrow::columns());
    command
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map_err(|error| with_usage(error, || command_typed(words).render_usage()))
}

fn lacks_a_command(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand
    )
}

/// A command that needs another: its help says which. To a program it is an error like every other.
fn incomplete(error: &clap::Error, format: ErrorFormat, console: &Console) -> Stop {
    if format == ErrorFormat::Json {
        return Problem::input("a command is missing")
            .coded(Code::Usage)
            .advise("--help shows the commands that there are")
            .into();
    }
    let command = command_at(problem::command_of(error).split(' '));
    let help = command.map(|command| narrow::fitted(command, narrow::columns()).render_help());
    let help = help.unwrap_or_else(|| error.render());
    console.line(help.to_string().trim_end());
    Stop::Told(Exit::Input)
}

/// A setting that is needed before, and even if, the whole command line is understood.
fn early<T: ValueEnum>(words: &[OsString], name: &str) -> Option<T> {
    T::from_str(last_value(words, name)?.to_str()?, true).ok()
}

/// Help and the version are answers, not errors.
fn help(error: &clap::Error, color: bool) -> Result<(), Stop> {
    let text = error.render();
    let mut sink = Sink::stdout();
    let written = if color {
        write!(sink, "{}", text.ansi())
    } else {
        write!(sink, "{text}")
    };
    written.map_err(OutputError::from)?;
    Ok(sink.finish()?)
}

fn start(words: Vec<OsString>, cli: Cli, term: Term) -> Result<(), Stop> {
    let mut globals = cli.globals;
    if let Command::Run(run) = &cli.command {
        late(&mut globals, run)?;
    }
    let console = Console::new(globals.quiet, term.watches);
    logging::start(&console, globals.quiet, globals.verbose);
    let hosts = Hosts::default();
    let context = Context {
        hosts: hosts.clone(),
        words,
        globals,
        term,
        console: Arc::clone(&console),
    };
    // One command is one thread's work: a second would cost its start and gain nothing.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new(
                Exit::Unavailable,
                format!("this process cannot start: {error}"),
            )
        })?;
    let tenant = context.globals.tenant.clone();
    let done = runtime
        .block_on(commands::run(context, cli.command))
        // Whoever thinks in tenants may have named the wrong one.
        .map_err(|stop| match tenant == TenantId::default() {
            true => stop,
            false => stop.map(|problem| problem.at("tenant", tenant.as_str())),
        });
    // A refresh token that was sent and whose successor nobody kept would end a person's sign-in.
    let settled = async { tokio::time::timeout(LAST_ANSWERS, settled()).await };
    let _ = runtime.block_on(settled);
    let closed = async { tokio::time::timeout(FAREWELL, hosts.close()).await };
    let _ = runtime.block_on(closed);
    // What still runs in the background serves nobody any more.
    runtime.shutdown_background();
    console.settle();
    done
}

/// Settings that stand behind the action's own flags and are needed to find out what those are.
/// The parse that knows the action judges them again.
fn late(globals: &mut Globals, run: &Run) -> Result<(), Problem> {
    let rest = &run.rest;
    if let Some(tenant) = last_value(rest, "tenant") {
        globals.tenant = tenant
            .to_string_lossy()
            .parse()
            .map_err(|error| Problem::input(format!("--tenant: {error}")))?;
    }
    if let Some(folder) = last_value(rest, "data-dir") {
        globals.data_dir = Some(folder.into());
    }
    if let Some(file) = last_value(rest, "config") {
        globals.config = Some(file.into());
    }
    let short = |word: &str| rest.iter().filter(|given| *given == word).count();
    globals.trace |= has_flag(rest, "trace");
    globals.quiet |= has_flag(rest, "quiet") || short("-q") > 0;
    let verbose = short("-v") + short("--verbose") + 2 * short("-vv") + 3 * short("-vvv");
    globals.verbose = globals
        .verbose
        .saturating_add(u8::try_from(verbose).unwrap_or(u8::MAX));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[test]
    fn settings_behind_the_actions_flags_count_as_well() {
        let line =
            "airlock run contoso list-rows --table leads --tenant acme --data-dir=/d --trace -vv";
        let cli = Cli::parse_from(line.split(' '));
        let mut globals = cli.globals;
        let Command::Run(run) = &cli.command else {
            panic!("not run");
        };
        late(&mut globals, run).unwrap();
        assert_eq!(globals.tenant.as_str(), "acme");
        assert_eq!(globals.data_dir, Some("/d".into()));
        assert!(globals.trace);
        assert_eq!(globals.verbose, 2);
    }

    #[test]
    fn help_of_an_action_reaches_the_second_parse() {
        for line in [
            "airlock run contoso list-rows --help",
            "airlock run contoso list-rows --table leads -h",
            "airlock run -o json contoso list-rows --table leads",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            let Command::Run(run) = cli.command else {
                panic!("not run");
            };
            assert_eq!(run.action.as_deref(), Some("list-rows"), "{line}");
        }
    }

    #[test]
    fn the_format_of_errors_is_known_even_when_the_rest_is_not() {
        let words: Vec<OsString> = ["airlock", "nonsense", "--error-format", "json"]
            .map(OsString::from)
            .to_vec();
        assert_eq!(
            early::<ErrorFormat>(&words, "error-format"),
            Some(ErrorFormat::Json)
        );
    }
}
