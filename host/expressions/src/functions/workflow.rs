//! What a run has seen so far. Part of [`super`].

use std::borrow::Cow;

use serde_json::Value;

use super::Arguments;
use crate::environment::{Context, Datum};
use crate::fault::{FaultKind, Raise, Raised};

fn none(message: String) -> Box<Raise> {
    Raise::new(FaultKind::Reference, message)
}

/// What has a name, or the fault that there is nothing of it.
fn named<'c>(
    arguments: &Arguments<'_, 'c>,
    what: &str,
    find: impl FnOnce(&'c dyn Context, &str) -> Option<Cow<'c, Value>>,
) -> Raised<Datum<'c>> {
    let name = arguments.text(0)?;
    let found = find(arguments.context, name);
    let json =
        found.ok_or_else(|| arguments.at(0, none(format!("there is no {what} `{name}` here"))))?;
    Ok(Datum {
        json,
        is_decimal: false,
    })
}

fn known<'c>(found: Option<&'c Value>, otherwise: &str) -> Raised<Datum<'c>> {
    found
        .map(Datum::borrowed)
        .ok_or_else(|| none(otherwise.to_owned()))
}

/// The member `body` of outputs; null if they have none.
pub(super) fn body_of(outputs: Cow<'_, Value>) -> Cow<'_, Value> {
    match outputs {
        Cow::Borrowed(outputs) => outputs
            .get("body")
            .map_or_else(|| Cow::Owned(Value::Null), Cow::Borrowed),
        Cow::Owned(outputs) => Cow::Owned(outputs.get("body").cloned().unwrap_or_default()),
    }
}

pub(super) fn outputs<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(
        arguments,
        "action that has run by the name",
        |context, name| context.outputs(name).map(Cow::Borrowed),
    )
}

pub(super) fn body<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let outputs = outputs(arguments)?;
    Ok(Datum {
        json: body_of(outputs.json),
        is_decimal: false,
    })
}

pub(super) fn actions<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(
        arguments,
        "action that has run by the name",
        |context, name| context.action(name),
    )
}

pub(super) fn action<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    known(
        arguments.context.current_action(),
        "`action()` means nothing here",
    )
}

pub(super) fn result<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(
        arguments,
        "scope that has run by the name",
        |context, name| context.result(name).map(Cow::Borrowed),
    )
}

pub(super) fn trigger<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let trigger = arguments.context.trigger().ok_or_else(no_trigger)?;
    Ok(Datum {
        json: trigger,
        is_decimal: false,
    })
}

pub(super) fn trigger_outputs<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    arguments
        .context
        .trigger_outputs()
        .map(Datum::borrowed)
        .ok_or_else(no_trigger)
}

pub(super) fn trigger_body<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let outputs = trigger_outputs(arguments)?;
    Ok(Datum {
        json: body_of(outputs.json),
        is_decimal: false,
    })
}

fn no_trigger() -> Box<Raise> {
    none("there is no trigger here".to_owned())
}

pub(super) fn item<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    known(
        arguments.context.item(),
        "`item()` stands outside of any loop, Select and Filter array",
    )
}

pub(super) fn items<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(
        arguments,
        "loop around this place by the name",
        |context, name| context.loop_item(name).map(Cow::Borrowed),
    )
}

pub(super) fn iteration_indexes<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(
        arguments,
        "loop around this place by the name",
        |context, name| {
            context
                .iteration_index(name)
                .map(|index| Cow::Owned(index.into()))
        },
    )
}

pub(super) fn parameters<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(arguments, "parameter", |context, name| {
        context.parameter(name).map(Cow::Borrowed)
    })
}

pub(super) fn variables<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    named(arguments, "variable", |context, name| {
        context.variable(name).map(Cow::Borrowed)
    })
}

pub(super) fn workflow<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    known(arguments.context.workflow(), "there is no workflow here")
}

pub(super) fn list_callback_url<'c>(arguments: &mut Arguments<'_, 'c>) -> Raised<Datum<'c>> {
    let url = arguments.context.callback_url();
    url.map(Into::into)
        .ok_or_else(|| none("this flow has no address that starts it".to_owned()))
}
