//! What every command has at hand: the settings of this call, the streams, and the host once it is
//! needed.

use crate::args::Globals;
use crate::compiler::compiler;
use crate::console::Console;
use crate::hosts::Hosts;
use crate::output::{self, Format, Layout, Sink, Unprinted, Wish, clean, counted};
use crate::places::{Places, configurations};
use crate::problem::{Problem, Stop};
use crate::requests::RequestLines;
use crate::secrets::{Ask as _, Terminal, interview};
use crate::term::Term;
use crate::trace::ConsoleAudit;
use airlock_runtime::egress::{AuditSink, NoAudit};
use airlock_runtime::store::Connection;
use airlock_runtime::{Compiling, CompilingFn, Config, Host, HostOptions, default_data_dir};
use serde_json::{Map, Value};
use std::ffi::OsString;
use std::sync::Arc;

/// One command runs one instance; room for a server's hundreds would cost a millisecond to set up.
const INSTANCES: u32 = 8;

/// What every command has at hand.
pub(crate) struct Context {
    /// The words of the command line, the program's name first.
    pub(crate) words: Vec<OsString>,
    /// Settings of every command.
    pub(crate) globals: Globals,
    /// The standard streams.
    pub(crate) term: Term,
    /// Standard error.
    pub(crate) console: Arc<Console>,
    /// What it has opened.
    pub(crate) hosts: Hosts,
}

impl Context {
    /// Where state and configuration lie.
    pub(crate) fn places(&self) -> Result<Places, Problem> {
        let data = match &self.globals.data_dir {
            Some(data) => data.clone(),
            None => default_data_dir()?,
        };
        Ok(Places::find(
            data,
            self.globals.config.clone(),
            configurations(),
            |path| path.is_file(),
        ))
    }

    /// The operator's configuration, with this call's own settings on top.
    pub(crate) fn config(&self) -> Result<Config, Problem> {
        let mut config = Config::load(self.places()?.config.as_deref())?;
        if let Some(data) = &self.globals.data_dir {
            config.data_dir = Some(data.clone());
        }
        config.runtime.max_instances = config.runtime.max_instances.min(INSTANCES);
        Ok(config)
    }

    /// Opens the host. Takes a few milliseconds: commands that need none do not call it.
    pub(crate) async fn host(&self) -> Result<Arc<Host>, Problem> {
        let console = || Arc::clone(&self.console);
        let audit: Arc<dyn AuditSink> = match self.globals.verbose {
            _ if self.globals.trace => Arc::new(ConsoleAudit::new(console())),
            0 => Arc::new(NoAudit),
            1 => Arc::new(RequestLines::new(console())),
            _ => Arc::new(ConsoleAudit::new(console())),
        };
        let mut options = HostOptions::new().audit(audit).compiling(self.compiling());
        if let Some(compiler) = compiler() {
            options = options.compiler(compiler);
        }
        let config = self.config()?;
        let places = self.places()?;
        self.detail("state", || places.data.display().to_string());
        self.detail("settings", || match &places.config {
            Some(path) => path.display().to_string(),
            None => "defaults; no file".to_owned(),
        });
        Ok(self.hosts.opened(Host::open(config, options).await?))
    }

    /// With `-v`, what a command makes use of.
    pub(crate) fn detail(&self, name: &str, value: impl FnOnce() -> String) {
        if self.globals.verbose > 0 {
            self.console
                .line(&format!("{name:<11} {}", clean(&value())));
        }
    }

    /// With `-v`, the connection that a command uses, and the component behind it.
    pub(crate) async fn uses(&self, host: &Host, connection: &Connection) -> Result<(), Problem> {
        if self.globals.verbose == 0 {
            return Ok(());
        }
        self.detail("connection", || {
            format!("{} ({})", connection.name, connection.kind)
        });
        let connectors = host.connectors(&connection.tenant).await?;
        let connector = connectors
            .iter()
            .find(|known| known.name == connection.connector);
        if let Some(connector) = connector {
            self.detail("connector", || {
                format!(
                    "{} {}, sha256:{}",
                    connector.name, connector.version, connector.digest
                )
            });
        }
        Ok(())
    }

    /// The terminal, to ask what is missing.
    pub(crate) fn terminal(&self) -> Terminal {
        Terminal::new(self.term.asks)
    }

    /// Asks before something is undone. Where nobody can be asked, what was typed is what is meant.
    pub(crate) async fn sure(&self, question: &str, yes: bool) -> Result<(), Problem> {
        if yes || !self.term.asks {
            return Ok(());
        }
        match self.agrees(question, false).await? {
            true => Ok(()),
            false => Err(Problem::cancelled()),
        }
    }

    /// Asks a question of yes and no; `usual` is what an empty answer means.
    pub(crate) async fn agrees(&self, question: &str, usual: bool) -> Result<bool, Problem> {
        let marks = if usual { "[Y/n]" } else { "[y/N]" };
        let question = format!("{question} {marks} ");
        interview(self.terminal(), move |terminal| {
            let answer = terminal.line(&question)?.unwrap_or_default();
            Ok(match answer.to_ascii_lowercase().as_str() {
                "" => usual,
                answer => matches!(answer, "y" | "yes"),
            })
        })
        .await
    }

    /// Says to whoever watches why nothing happens for a while.
    fn compiling(&self) -> CompilingFn {
        let console = Arc::clone(&self.console);
        Arc::new(move |what| {
            if console.draws()
                && let Compiling::Begun { bytes } = what
            {
                console.note(&format!(
                    "compiling the component ({} KiB); this is done once",
                    bytes >> 10
                ));
            }
        })
    }

    /// The format to print in.
    pub(crate) fn format(&self, tabular: bool) -> Format {
        output::choose(self.globals.output, self.term.reads, tabular)
    }

    /// Prints an answer, and answers what was not printed.
    pub(crate) fn print(
        &self,
        answer: &Value,
        format: Format,
        layout: Layout<'_>,
    ) -> Result<Unprinted, Stop> {
        self.console.settle();
        let mut sink = Sink::answer(format);
        let layout = Layout {
            width: self.term.width,
            color: self.term.color_out,
            ..layout
        };
        let unprinted = output::write(&mut sink, answer, format, layout)?;
        sink.finish()?;
        if unprinted.no_rows && self.term.reads {
            self.console.note("no rows");
        }
        Ok(unprinted)
    }

    /// Prints what belongs to the command itself (lists, records): a table for people, else JSON.
    pub(crate) fn show(&self, answer: &Value) -> Result<(), Stop> {
        let wish = Wish::default();
        let unprinted = self.print(answer, self.format(true), Layout::new(&wish))?;
        if unprinted.columns > 0 {
            self.console.note(&format!(
                "note: no room for {}; -o json and -o csv print all",
                counted(unprinted.columns as u64, "more column")
            ));
        }
        Ok(())
    }

    /// Prints a list that belongs to the command itself: to people the columns named; to
    /// programs all of it.
    pub(crate) fn list(&self, rows: Vec<Value>, columns: &[&str]) -> Result<(), Stop> {
        if self.format(true) != Format::Table {
            return self.show(&rows.into());
        }
        let shown = rows.iter().map(|row| {
            let cell = |name: &&str| Some(((*name).to_owned(), row.get(name)?.clone()));
            Value::Object(columns.iter().filter_map(cell).collect::<Map<_, _>>())
        });
        self.show(&shown.collect())
    }

    /// Says that something was done: one sentence, or the record of it where a format was asked
    /// for.
    pub(crate) fn done(&self, sentence: &str, record: &Value) -> Result<(), Stop> {
        if self.globals.output.is_some() {
            return self.show(record);
        }
        self.say(sentence)
    }

    /// Prints text as it is.
    pub(crate) fn say(&self, text: &str) -> Result<(), Stop> {
        use std::io::Write as _;
        self.console.settle();
        let mut sink = Sink::stdout();
        writeln!(sink, "{}", text.trim_end())?;
        Ok(sink.finish()?)
    }
}
