//! `airlock run`: the action's own flags, the call, the answer.
//!
//! Two parses: the first knows only the fixed part and tells where to ask for the action's schema;
//! the second knows the action's flags as well and judges every word.

mod dry_run;
mod faults;
mod input;
mod parse;
mod stream;

pub(super) use parse::with_action;

use super::named;
use crate::args::Run;
use crate::context::Context;
use crate::flags::Property;
use crate::output::{Layout, Paging, notice, rows_property, shown};
use crate::problem::{Origin, Problem, Stop};
use airlock_runtime::store::ConnectionName;
use airlock_runtime::{About, Action, Call, Host, ProgressFn};
use serde_json::{Map, Value};
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
    let Some(word) = words.action else {
        return no_action(&context, &name, &about, words.help);
    };
    let action = named::action(&about, &word, name.as_str())?;
    let with_document = words.fixed.input.is_some() || crate::args::has_flag(&words.rest, "input");
    let parsed = match parse::parse(&context, &name, action, !with_document)? {
        parse::Parsed::Run(parsed) => *parsed,
        parse::Parsed::Help(text) => return context.say(&text),
    };
    context.globals = parsed.globals;
    let base = match &parsed.fixed.input {
        Some(from) => input::document(from)?,
        None => Map::new(),
    };
    let input = crate::flags::collect(
        base,
        &parsed.properties,
        &parsed.matches,
        &super::form::text_file,
    )?;
    let call = Call {
        tenant,
        connection: name.clone(),
        action: action.name.clone(),
        input: Value::Object(input),
        idempotency_key: parsed.fixed.idempotency_key,
        deadline: parsed.fixed.deadline,
        progress: None,
    };
    let errand = Errand {
        context: &context,
        host: &host,
        action,
        properties: &parsed.properties,
    };
    let done = if parsed.fixed.dry_run {
        dry_run::run(&errand, call).await
    } else {
        errand.run(call).await
    };
    done.map_err(|stop| stop.map(|problem| explained(&name, &errand, problem)))
}

/// One action about to be run.
struct Errand<'a> {
    context: &'a Context,
    host: &'a Host,
    action: &'a Action,
    properties: &'a [Property],
}

impl Errand<'_> {
    async fn run(&self, mut call: Call) -> Result<(), Stop> {
        let held = rows_property(&self.action.output);
        let streams = self.streams();
        // Rows that run over the same screen would tear the bar.
        if !(streams && self.context.term.reads) {
            call.progress = self.progress();
        }
        if streams {
            return stream::run(self, call, held).await;
        }
        let order = columns(&call.input);
        let answer = self.host.invoke(&call).await?;
        let tabular = held.is_some_and(|_| shown(&answer, held).is_array());
        let layout = Layout {
            held,
            columns: &order,
            ..Layout::default()
        };
        self.context
            .print(&answer, self.context.format(tabular), layout)?;
        self.tell_what_is_left(&answer, held);
        Ok(())
    }

    fn streams(&self) -> bool {
        self.action.traits.pipes && stream::suits(self.context.globals.output)
    }

    fn progress(&self) -> Option<ProgressFn> {
        // Without anybody to see it the call is spared the reports.
        self.context.console.draws().then(|| {
            let console = Arc::clone(&self.context.console);
            let report: ProgressFn = Arc::new(move |done, total| console.progress(done, total));
            report
        })
    }

    /// No answer is ever silently cut.
    fn tell_what_is_left(&self, answer: &Value, held: Option<&str>) {
        if let Some(paging) = Paging::of(answer, held) {
            self.context.console.note(&notice(&paging, self.properties));
        }
    }
}

/// The order of columns that the input asks for.
fn columns(input: &Value) -> Vec<String> {
    input
        .get("select")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

/// Where the problem arose and what could be done about it from here.
fn explained(name: &ConnectionName, errand: &Errand<'_>, problem: Problem) -> Problem {
    let action = errand.action.name.as_str();
    let problem = problem.at("connection", name.as_str()).at("action", action);
    let problem = match (problem.origin, errand.streams()) {
        (Origin::Budget, true) => {
            problem.advise("ask for less at a time: fewer columns, smaller pages")
        }
        (Origin::Budget, false) if errand.action.traits.pipes => problem.advise(
            "-o ndjson and -o csv stream rows in memory that does not grow with their number",
        ),
        _ => problem,
    };
    faults::explain(problem, name.as_str(), action, errand.properties)
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
        .actions
        .iter()
        .map(|action| action.name.as_str())
        .collect();
    if help {
        let mut text = parse::general_help(context.term.color_out);
        text.push_str(&format!("\nActions of {name}:\n"));
        for action in &about.actions {
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
