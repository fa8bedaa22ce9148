//! What a person is told who names no connection, or no action.

use super::parse;
use crate::context::Context;
use crate::problem::{Problem, Stop};
use airlock_runtime::About;
use airlock_runtime::store::ConnectionName;

pub(super) async fn no_connection(context: &Context, help: bool) -> Result<(), Stop> {
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

pub(super) fn no_action(
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
