//! `airlock action …`

use super::{form, named};
use crate::args::ActionCommand;
use crate::context::Context;
use crate::flags::{Property, Shape, properties};
use crate::output::{Described, Format, clean, described};
use crate::problem::{Problem, Stop};
use airlock_runtime::{About, Action};
use serde_json::{Value, json};

pub(super) async fn run(context: &Context, command: ActionCommand) -> Result<(), Stop> {
    match command {
        ActionCommand::List { of, dialect } => list(context, &of, dialect.as_deref()).await,
        ActionCommand::Describe { of, action, form } => {
            describe(context, &of, &action, &form).await
        }
    }
}

async fn list(context: &Context, of: &str, dialect: Option<&str>) -> Result<(), Stop> {
    let host = context.host().await?;
    let (about, _) = named::manifest(&host, &context.globals.tenant, of).await?;
    if let Some(dialect) = dialect {
        return context.show(&operations(&about, named::system(&about, dialect)?));
    }
    if context.format(true) == Format::Table {
        let rows = about.actions_of(None).map(|action| {
            json!({
                "name": action.name,
                "title": action.title,
                "does": traits(action).join(", "),
            })
        });
        return context.show(&rows.collect());
    }
    let rows = about.actions_of(None).map(|action| {
        json!({
            "name": action.name,
            "title": action.title,
            "group": action.group,
            "does": action.traits,
            "aliases": action.aliases,
        })
    });
    context.show(&rows.collect())
}

/// The operations of a system, each with the word that runs it.
fn operations(about: &About, system: &str) -> Value {
    let rows = about.actions_of(Some(system)).filter_map(|action| {
        let dialect = action.dialect.as_ref()?;
        // A name that another system has as well leads there if that one comes first.
        let found = about.action(&dialect.operation);
        let runs = match found.is_some_and(|found| found.name == action.name) {
            true => &dialect.operation,
            false => &action.name,
        };
        Some(json!({
            "name": runs,
            "title": action.title,
            "stands-for": dialect.stands_for,
        }))
    });
    rows.collect()
}

fn traits(action: &Action) -> Vec<&'static str> {
    let traits = &action.traits;
    [
        (traits.read_only, "reads only"),
        (
            traits.idempotent && !traits.read_only,
            "takes an idempotency key",
        ),
        (traits.destructive, "removes or overwrites"),
        (traits.pipes, "streams"),
        (traits.deprecated, "deprecated"),
    ]
    .into_iter()
    .filter_map(|(holds, words)| holds.then_some(words))
    .collect()
}

async fn describe(context: &Context, of: &str, name: &str, typed: &[String]) -> Result<(), Stop> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let (about, connection) = named::manifest(&host, tenant, of).await?;
    let mut action = named::action(&about, name, of)?.clone();
    if !typed.is_empty() {
        let Some(connection) = connection else {
            return Err(Problem::input("--form needs a connection to ask")
                .advise(format!("{of} is a connector; name one of its connections"))
                .into());
        };
        let form = form::read("form", typed, &properties(&action.input, &[]))?;
        let placed = |error| {
            Stop::from(error).map(|problem: Problem| problem.at("connection", connection.as_str()))
        };
        let schema = host
            .refine(tenant, &connection, &action.name, &Value::Object(form))
            .await
            .map_err(placed)?;
        action.input = schema.json().await.map_err(placed)?;
    }
    if context.format(true) == Format::Table {
        let known_as = known_as(&about, &action);
        return context.say(&portrait(of, &action, &known_as, context.term.width));
    }
    let whole = serde_json::to_value(&action)
        .map_err(|error| Problem::new(crate::problem::Exit::Defect, error.to_string()))?;
    context.show(&whole)
}

/// What other systems call an action, and what an operation of one stands for.
fn known_as(about: &About, action: &Action) -> Vec<String> {
    if let Some(dialect) = &action.dialect {
        return vec![format!(
            "{} of {}; stands for {}",
            dialect.operation, dialect.system, dialect.stands_for
        )];
    }
    let known = about.systems().into_iter().filter_map(|system| {
        let names: Vec<&str> = about
            .actions_of(Some(system))
            .filter_map(|one| one.dialect.as_ref())
            .filter(|dialect| dialect.stands_for == action.name)
            .map(|dialect| dialect.operation.as_str())
            .collect();
        (!names.is_empty()).then(|| format!("in {system}: {}", names.join(", ")))
    });
    known.collect()
}

fn portrait(of: &str, action: &Action, known_as: &[String], width: Option<u16>) -> String {
    let mut text = format!(
        "{} — {}\n{}\n",
        clean(&action.name),
        clean(&action.title),
        clean(&action.description)
    );
    let traits = traits(action);
    if !traits.is_empty() {
        text.push_str(&format!("\n  {}\n", traits.join("; ")));
    }
    for known in known_as {
        text.push_str(&format!("  {}\n", clean(known)));
    }
    if action.dialect.is_none() && !action.aliases.is_empty() {
        text.push_str(&format!(
            "  also known as {}\n",
            clean(&action.aliases.join(", "))
        ));
    }
    text.push_str("\nInput\n");
    let input = properties(&action.input, &[]);
    let flags = input.iter().map(|property| flag(of, property));
    text.push_str(&described(["flag", "takes", "what it is"], flags, width));
    for property in input
        .into_iter()
        .filter(|property| !property.known.is_empty())
    {
        text.push_str(&format!("\n\nNames of --{}\n", property.flag));
        let names = property.known.iter().map(name);
        text.push_str(&described(["name", "takes", "what it is"], names, width));
    }
    text.push_str("\n\nOutput\n");
    let output = properties(&action.output, &[]);
    let names = output.iter().map(|property| Described {
        required: false,
        ..name(property)
    });
    text.push_str(&described(["property", "is", "what it is"], names, width));
    text
}

fn flag(of: &str, property: &Property) -> Described {
    let mut described = name(property);
    if let Some(default) = &property.default {
        let default = clean(&default.to_string());
        described.help.push_str(&format!(" [default: {default}]"));
    }
    if let Some(source) = &property.source {
        described
            .help
            .push_str(&format!(" [values: airlock choices {of} {source}]"));
    }
    described.name = match &property.pairs {
        Some(pairs) => format!("--{}, --{}", property.flag, pairs.flag),
        None => format!("--{}", property.flag),
    };
    described
}

fn name(property: &Property) -> Described {
    Described {
        name: clean(&property.name),
        takes: takes(&property.shape),
        required: property.required,
        help: clean(&property.help),
    }
}

fn takes(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Bytes => "bytes".to_owned(),
        Shape::Integer { .. } => "whole number".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
        Shape::Enum(choices) => {
            let typed: Vec<String> = choices
                .iter()
                .map(|choice| clean(&choice.typed()))
                .collect();
            typed.join(" | ")
        }
        Shape::List(item) => format!("list of {}", takes(item)),
        Shape::Json => "object".to_owned(),
        Shape::Mixed { .. } => "text or JSON".to_owned(),
    }
}
