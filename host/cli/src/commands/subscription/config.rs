//! What a trigger watches, from what was typed: a document, and fields on top of it.

use crate::args::Watched;
use crate::commands::form;
use crate::flags::{Property, properties};
use crate::problem::{ErrorCode, Problem};
use crate::suggest;
use airlock_runtime::{About, Trigger};
use serde_json::{Map, Value};

/// The trigger called `name`.
pub(super) fn trigger<'a>(about: &'a About, name: &str) -> Result<&'a Trigger, Problem> {
    about.trigger(name).ok_or_else(|| {
        let names = about.triggers.iter().map(|trigger| trigger.name.as_str());
        let known: Vec<&str> = names.clone().collect();
        let advice = match known.is_empty() {
            true => "this connector has no triggers".to_owned(),
            false => format!("there are {}", known.join(", ")),
        };
        Problem::input(format!("there is no trigger \"{name}\""))
            .coded(ErrorCode::NoSuchTrigger)
            .maybe_advise(suggest::hint(name, names))
            .advise(advice)
    })
}

/// The configuration of a trigger.
pub(super) fn read(trigger: &Trigger, watched: &Watched) -> Result<Value, Problem> {
    let known: Vec<Property> = properties(&trigger.config, &[]);
    let mut config = match &watched.with_file {
        Some(path) => document(path)?,
        None => Map::new(),
    };
    config.extend(form::read("with", &watched.with, &known)?);
    Ok(Value::Object(config))
}

fn document(path: &str) -> Result<Map<String, Value>, Problem> {
    let wrong = |fault: String| Problem::input(format!("--with-file: {fault}"));
    let bytes = form::file(path).map_err(wrong)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("{path} is no JSON object: {error}")))
}
