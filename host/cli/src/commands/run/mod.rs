//! `airlock run`: the action's own flags, the call, the answer.
//!
//! Two parses: the first knows only the fixed part and tells where to ask for the action's schema;
//! the second knows the action's flags as well and judges every word.

mod body;
mod content;
mod definition;
mod dry_run;
mod faults;
mod going_on;
mod help;
mod input;
pub(super) mod interrupt;
mod lines;
mod parse;
mod queried;
mod replayed;
mod stream;
mod take;
mod tally;
mod wish;

pub(super) use parse::with_action;

use super::named;
use crate::args::{Run, RunFixed};
use crate::context::Context;
use crate::flags::Property;
use crate::output::{
    CsvStyle, Format, LAST, Layout, NEXT_PAGE, Paging, Query, Unprinted, counted, notice,
    rows_property, shown,
};
use crate::problem::{Exit, Origin, Problem, Stop};
use airlock_runtime::store::ConnectionName;
use airlock_runtime::{About, Action, Call, Host, HostError, ProgressFn};
use body::Body;
use going_on::Kept;
use interrupt::{Interrupt, Written, interrupted};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::Arc;

pub(super) async fn run(mut context: Context, words: Run) -> Result<(), Stop> {
    let Some(name) = words.connection else {
        return no_connection(&context, words.help).await;
    };
    let host = context.host().await?;
    let tenant = context.globals.tenant.clone();
    let connection = host.connection(&tenant, &name).await?;
    context.uses(&host, &connection).await?;
    let about = host.about(&tenant, &connection.connector).await?;
    let block = match (&words.action, &words.fixed.definition) {
        (None, Some(from)) => Some(definition::block(from)?),
        _ => None,
    };
    let word = block.as_ref().map(definition::operation).or(words.action);
    let Some(word) = word else {
        return no_action(&context, &name, &about, words.help);
    };
    let action = named::action(&about, &word, name.as_str())?;
    let takes = body::taken(action).is_some();
    let has = |flag| crate::args::has_flag(&words.rest, flag);
    let defined = words.fixed.definition.is_some() || has("definition");
    let documented = defined || (!takes && (words.fixed.input.is_some() || has("input")));
    let needs = match (&block, documented) {
        (Some(_), _) => parse::Needs::Nothing,
        (None, true) => parse::Needs::TheAction,
        (None, false) => parse::Needs::TheInput,
    };
    let parsed = match parse::parse(&context, &name, action, needs)? {
        parse::Parsed::Run(parsed) => *parsed,
        parse::Parsed::Help(text) => return context.say(&text),
    };
    context.globals = parsed.globals;
    let fixed = &parsed.fixed;
    let query = fixed.query.as_deref().map(queried::compile).transpose()?;
    let csv = csv_style(fixed, context.globals.output)?;
    let base = match (&fixed.input, &fixed.definition, block) {
        (Some(_), Some(_), _) if !takes => return Err(definition::twice("--input").into()),
        (_, Some(_), None) => return Err(definition::twice("ACTION").into()),
        (Some(from), None, _) if !takes => input::document(from)?,
        (_, _, Some(block)) => block.input,
        (_, None, None) => Map::new(),
    };
    let body = match &fixed.input {
        Some(from) if takes => Some(body::open(from)?),
        _ => None,
    };
    match (&fixed.failed, &fixed.input) {
        (Some(failed), Some(input)) if takes && !content::takes(action) => {
            take::apart(input, failed)?;
        }
        (Some(_), _) => {
            return Err(Problem::input(
                "--failed keeps the rows of --input that were not done, of an action that takes rows in",
            )
            .into());
        }
        (None, _) => {}
    }
    let input = crate::flags::collect(
        base,
        &parsed.properties,
        &parsed.matches,
        &super::form::file,
    )?;
    let mut call = Call {
        tenant,
        connection: name.clone(),
        action: action.name.clone(),
        input: Value::Object(input),
        idempotency_key: fixed.idempotency_key.clone(),
        deadline: fixed.deadline,
        progress: None,
    };
    let data = context.config()?.data_dir()?;
    let kept = Kept::of(&data, &call);
    if let Value::Object(input) = &mut call.input {
        kept.resolve(input, &parsed.properties)?;
    }
    let run_context = RunContext {
        context: &context,
        host: &host,
        action,
        properties: &parsed.properties,
        kept,
        csv,
    };
    let typed = call.input.clone();
    let output = (
        context.term.reads,
        context.globals.output.is_some() || query.is_some(),
    );
    let place = content::place(action, fixed.output_file.as_deref(), output)?;
    let done = if fixed.dry_run {
        dry_run::run(&run_context, call, body).await
    } else if let Some(place) = place {
        let interrupt = Interrupt::listen(&context.console);
        content::keep(&run_context, call, place, query, &interrupt).await
    } else {
        let failed = fixed.failed.as_deref();
        run_context.run(call, body, (query, failed)).await
    };
    done.map_err(|stop| stop.map(|problem| explained(&name, &run_context, &typed, problem)))
}

fn csv_style(fixed: &RunFixed, output: Option<Format>) -> Result<CsvStyle, Problem> {
    let style = CsvStyle {
        guard: fixed.csv_guard,
        mark: fixed.csv_bom,
    };
    match (style == CsvStyle::default(), output) {
        (true, _) | (_, Some(Format::Csv)) => Ok(style),
        _ => Err(
            Problem::input("--csv-guard and --csv-bom say how CSV is written")
                .advise("add -o csv, or leave them out"),
        ),
    }
}

/// One action about to be run.
struct RunContext<'a> {
    context: &'a Context,
    host: &'a Host,
    action: &'a Action,
    properties: &'a [Property],
    kept: Kept,
    csv: CsvStyle,
}

impl RunContext<'_> {
    async fn run(
        &self,
        mut call: Call,
        body: Option<Body>,
        (query, failed): (Option<Query>, Option<&Path>),
    ) -> Result<(), Stop> {
        let held = rows_property(&self.action.output);
        if let Some(body) = body {
            if content::takes(self.action) {
                let interrupt = Interrupt::listen(&self.context.console);
                return content::send(self, call, body, query, &interrupt).await;
            }
            let streams = stream::suits(Some(take::format(self, query.as_ref())));
            if !(streams && self.context.term.reads) {
                call.progress = self.progress(held);
            }
            let interrupt = Interrupt::listen(&self.context.console);
            return take::run(self, call, body, (query, failed), &interrupt).await;
        }
        let streams = self.streams();
        // Rows that run over the same screen would tear the bar.
        if !(streams && self.context.term.reads) {
            call.progress = self.progress(held);
        }
        let interrupt = Interrupt::listen(&self.context.console);
        if streams {
            return stream::run(self, call, held, query, &interrupt).await;
        }
        let likely = self.context.format(held.is_some());
        let asked = query.is_none().then_some(likely);
        let (wish, answer) = tokio::select! {
            both = futures::future::join(wish::of(self, &call, asked), self.host.invoke(&call)) => both,
            () = interrupt.typed() => {
                self.context.console.settle();
                return Err(self.interrupted(&call, Written::Nothing).into());
            }
        };
        let performed = answer.map_err(|error| self.broke_off(error, &call))?;
        if let Some(note) = replayed::note(performed.replayed) {
            self.context.console.note(&note);
        }
        let answer = performed.output.json().await?;
        let paging = Paging::of(&answer, held);
        if let Some(query) = &query {
            queried::print(self, query, &answer)?;
            self.tell_what_is_left(&call, paging.as_ref());
            return self.ended(&call, paging.as_ref(), 0);
        }
        let readable = held.is_some_and(|held| {
            answer.get(held).is_some() || shown(&answer, Some(held)).is_array()
        });
        let properties = properties_of(&self.action.output);
        let layout = Layout {
            held,
            wish: &wish,
            properties: &properties,
            csv: self.csv,
            ..Layout::new(&wish)
        };
        let format = self.context.format(readable);
        let unprinted = self.context.print(&answer, format, layout)?;
        self.tell_what_is_unprinted(unprinted);
        self.tell_what_is_left(&call, paging.as_ref());
        match format {
            // The answer says itself whether it is whole, and a table is read by a person.
            Format::Json | Format::Yaml | Format::Table => Ok(()),
            Format::Ndjson | Format::Csv => self.ended(&call, paging.as_ref(), unprinted.columns),
        }
    }

    /// An answer in a format that cannot say itself whether it is whole.
    fn ended(&self, call: &Call, paging: Option<&Paging<'_>>, columns: usize) -> Result<(), Stop> {
        match columns > 0 || self.is_cut(call, paging) {
            true => Err(Stop::Told(Exit::Incomplete)),
            false => Ok(()),
        }
    }

    fn streams(&self) -> bool {
        self.action.traits.pipes
            && body::taken(self.action).is_none()
            && !content::gives(self.action)
            && stream::suits(self.context.globals.output)
    }

    fn progress(&self, held: Option<&str>) -> Option<ProgressFn> {
        let unit = if held.is_some() { "rows" } else { "" };
        // Without anybody to see it the call is spared the reports.
        self.context.console.draws().then(|| {
            let console = Arc::clone(&self.context.console);
            let report: ProgressFn =
                Arc::new(move |done, total| console.progress(done, total, unit));
            report
        })
    }

    /// The problem of a call. A read that broke off says where it goes on: that is kept, and to a person
    /// one word stands for a link of ten lines.
    fn broke_off(&self, error: HostError, call: &Call) -> Stop {
        let mut problem = Problem::from(error);
        let shorter = going_on::link_in(&problem.message)
            .filter(|_| self.action.traits.read_only)
            .filter(|(_, link)| self.kept.keep_link(link, &call.input, self.properties))
            .map(|(said, _)| format!("{said} --{NEXT_PAGE} {LAST}"));
        if let Some(shorter) = shorter
            && self.context.term.watches
        {
            problem.message = shorter;
        }
        problem.into()
    }

    /// The end of a stream that a person has interrupted, which goes on at `link`.
    fn left_at(&self, call: &Call, written: Written, link: Option<&str>) -> Problem {
        let keep = |link| {
            let kept = &self.kept;
            self.action.traits.read_only && kept.keep_link(link, &call.input, self.properties)
        };
        match written {
            Written::Rows(rows) if rows > 0 && link.is_some_and(keep) => interrupted(
                self.action,
                call.idempotency_key.as_deref(),
                Written::Until(rows),
            ),
            other => self.interrupted(call, other),
        }
    }

    /// The end of a call that a person has interrupted.
    fn interrupted(&self, call: &Call, written: Written) -> Problem {
        let written = match written {
            Written::Rows(rows) if self.kept.keep_start(&call.input, self.properties) => {
                Written::Page(rows)
            }
            other => other,
        };
        interrupted(self.action, call.idempotency_key.as_deref(), written)
    }

    /// Whether there is more than the caller asked for: by the convention of `top`, who names a number
    /// of rows gets what was asked for.
    fn is_cut(&self, call: &Call, paging: Option<&Paging<'_>>) -> bool {
        paging.is_some() && call.input.get("top").is_none_or(Value::is_null)
    }

    /// No answer is ever silently cut.
    fn tell_what_is_left(&self, call: &Call, paging: Option<&Paging<'_>>) {
        if !self.action.traits.read_only {
            return;
        }
        let kept = self.kept.keep(paging, &call.input, self.properties);
        if let Some(paging) = paging {
            // A log is read later, and elsewhere.
            let kept = kept && self.context.term.watches;
            self.context
                .console
                .note(&notice(paging, self.properties, kept));
        }
    }

    fn tell_what_is_unprinted(&self, unprinted: Unprinted) {
        let note = |text: String| self.context.console.note(&text);
        let choose = match self
            .properties
            .iter()
            .any(|property| property.flag == "select")
        {
            true => "choose columns with --select, or print all with -o json or -o csv",
            false => "-o json and -o csv print all",
        };
        if unprinted.columns > 0 {
            note(format!(
                "note: no room for {}; {choose}",
                counted(unprinted.columns as u64, "more column")
            ));
        }
        if unprinted.empty > 0 {
            note(format!(
                "note: {} without a value left out; -o json prints all",
                counted(unprinted.empty as u64, "column")
            ));
        }
    }
}

fn properties_of(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect()
}

/// Where the problem arose and what could be done about it from here.
fn explained(
    name: &ConnectionName,
    run_context: &RunContext<'_>,
    input: &Value,
    problem: Problem,
) -> Problem {
    let action = run_context.action.name.as_str();
    let problem = problem.at("connection", name.as_str()).at("action", action);
    let problem = match (problem.origin, run_context.streams()) {
        (Origin::Budget, true) => {
            problem.advise("ask for less at a time: fewer columns, smaller pages")
        }
        (Origin::Budget, false) if run_context.action.traits.pipes => problem.advise(
            "-o ndjson and -o csv stream rows in memory that does not grow with their number",
        ),
        _ => problem,
    };
    faults::explain(
        problem,
        name.as_str(),
        action,
        run_context.properties,
        input,
    )
}

async fn no_connection(context: &Context, help: bool) -> Result<(), Stop> {
    if help {
        return context.say(&parse::general_help(context.term.color_out));
    }
    let host = context.host().await?;
    let known = host.connections(&context.globals.tenant).await?;
    let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
    Err(Problem::input("which connection, and which action?")
        .advise("airlock run CONNECTION ACTION [FLAGS]")
        .advise(match names.as_slice() {
            [] => "there is no connection yet: airlock connection add --help".to_owned(),
            names => format!("connections: {}", names.join(", ")),
        })
        .into())
}

fn no_action(
    context: &Context,
    name: &ConnectionName,
    about: &About,
    help: bool,
) -> Result<(), Stop> {
    let names: Vec<&str> = about
        .actions_of(None)
        .map(|action| action.name.as_str())
        .collect();
    if help {
        let mut text = parse::general_help(context.term.color_out);
        text.push_str(&format!("\nActions of {name}:\n"));
        for action in about.actions_of(None) {
            text.push_str(&format!(
                "  {:<20} {}\n",
                crate::output::clean(&action.name),
                crate::output::clean(&action.title)
            ));
        }
        return context.say(&text);
    }
    Err(Problem::input("which action?")
        .advise(format!("actions of {name}: {}", names.join(", ")))
        .advise(format!("airlock action list {name} says what they do"))
        .into())
}
