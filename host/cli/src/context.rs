//! What every command has at hand: the settings of this call, the streams, and the host once it is
//! needed.

use crate::args::Globals;
use crate::compiler::compiler;
use crate::console::Console;
use crate::output::{self, Format, Layout, Sink, Unprinted, Wish, counted};
use crate::problem::{Problem, Stop};
use crate::term::Term;
use crate::trace::ConsoleAudit;
use airlock_runtime::egress::{AuditSink, NoAudit, TracingAudit};
use airlock_runtime::{Compiling, CompilingFn, Config, Host, HostOptions, default_data_dir};
use serde_json::Value;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

/// The file that is read from the data folder when `--config` names none.
const CONFIG_FILE: &str = "airlock.toml";

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
}

impl Context {
    /// The configuration file, if there is one.
    pub(crate) fn config_file(&self) -> Option<PathBuf> {
        let lies_with_state = || {
            let data = self.globals.data_dir.clone();
            let data = data.map_or_else(default_data_dir, Ok).ok()?;
            Some(data.join(CONFIG_FILE)).filter(|found| found.is_file())
        };
        self.globals.config.clone().or_else(lies_with_state)
    }

    /// The operator's configuration, with this call's own settings on top.
    pub(crate) fn config(&self) -> Result<Config, Problem> {
        let mut config = Config::load(self.config_file().as_deref())?;
        if let Some(data) = &self.globals.data_dir {
            config.data_dir = Some(data.clone());
        }
        config.runtime.max_instances = config.runtime.max_instances.min(INSTANCES);
        Ok(config)
    }

    /// Opens the host. Takes a few milliseconds: commands that need none do not call it.
    pub(crate) async fn host(&self) -> Result<Host, Problem> {
        let audit: Arc<dyn AuditSink> = if self.globals.trace {
            Arc::new(ConsoleAudit::new(Arc::clone(&self.console)))
        } else if self.globals.verbose > 1 {
            Arc::new(TracingAudit)
        } else {
            Arc::new(NoAudit)
        };
        let options = HostOptions {
            audit,
            compiler: compiler(),
            compiling: Some(self.compiling()),
            ..HostOptions::default()
        };
        Ok(Host::open(self.config()?, options).await?)
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
