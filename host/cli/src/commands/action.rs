//! `airlock action …`

use super::{form, named};
use crate::args::ActionCommand;
use crate::context::Context;
use crate::flags::{Property, Shape, properties};
use crate::output::{Format, clean, grid};
use crate::problem::{Problem, Stop};
use airlock_runtime::Action;
use serde_json::{Value, json};

pub(super) async fn run(context: &Context, command: ActionCommand) -> Result<(), Stop> {
    match command {
        ActionCommand::List { of } => list(context, &of).await,
        ActionCommand::Describe { of, action, form } => {
            describe(context, &of, &action, &form).await
        }
    }
}

async fn list(context: &Context, of: &str) -> Result<(), Stop> {
    let host = context.host().await?;
    let (about, _) = named::manifest(&host, &context.globals.tenant, of).await?;
    if context.format(true) == Format::Table {
        let rows = about.actions.iter().map(|action| {
            json!({
                "name": action.name,
                "title": action.title,
                "does": traits(action).join(", "),
            })
        });
        return context.show(&rows.collect());
    }
    let rows = about.actions.iter().map(|action| {
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
        action.input = host
            .refine(tenant, &connection, &action.name, &Value::Object(form))
            .await
            .map_err(|error| {
                Stop::from(error).map(|problem| problem.at("connection", connection.as_str()))
            })?;
    }
    if context.format(true) == Format::Table {
        return context.say(&portrait(&action, context.term.width));
    }
    let whole = serde_json::to_value(&action)
        .map_err(|error| Problem::new(crate::problem::Exit::Defect, error.to_string()))?;
    context.show(&whole)
}

fn portrait(action: &Action, width: Option<u16>) -> String {
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
    if !action.aliases.is_empty() {
        text.push_str(&format!(
            "  also known as {}\n",
            clean(&action.aliases.join(", "))
        ));
    }
    text.push_str("\nInput\n");
    let lines = properties(&action.input, &[]).into_iter().map(line);
    text.push_str(&grid(
        &["flag", "takes", "", "what it is"].map(String::from),
        lines,
        width,
    ));
    for property in properties(&action.input, &[]) {
        if !property.known.is_empty() {
            text.push_str(&format!("\n\nNames of --{}\n", property.flag));
            text.push_str(&grid(
                &["name", "takes", "", "what it is"].map(String::from),
                property.known.into_iter().map(name_line),
                width,
            ));
        }
    }
    text.push_str("\n\nOutput\n");
    let lines = properties(&action.output, &[]).into_iter().map(|property| {
        vec![
            clean(&property.name),
            takes(&property.shape),
            clean(&property.help),
        ]
    });
    text.push_str(&grid(
        &["property", "is", "what it is"].map(String::from),
        lines,
        width,
    ));
    text
}

fn line(property: Property) -> Vec<String> {
    let mut help = clean(&property.help);
    if let Some(default) = &property.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    if let Some(source) = &property.source {
        help.push_str(&format!(" [values: airlock choices … {}]", clean(source)));
    }
    let flag = match &property.pairs {
        Some(pairs) => format!("--{}, --{}", property.flag, pairs.flag),
        None => format!("--{}", property.flag),
    };
    vec![
        flag,
        takes(&property.shape),
        if property.required { "required" } else { "" }.to_owned(),
        help,
    ]
}

fn name_line(property: Property) -> Vec<String> {
    vec![
        clean(&property.name),
        takes(&property.shape),
        if property.required { "required" } else { "" }.to_owned(),
        clean(&property.help),
    ]
}

fn takes(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Integer { .. } => "whole number".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
        Shape::Choice(choices) => {
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
