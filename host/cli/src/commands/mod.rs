//! The commands, a file or a folder each. They ask the host and print; decisions are elsewhere.

mod action;
mod choices;
mod completions;
mod connection;
mod connector;
mod doctor;
mod form;
mod named;
mod run;

use crate::args::Command;
use crate::context::Context;
use crate::problem::Stop;

/// Runs one command.
pub(crate) async fn run(context: Context, command: Command) -> Result<(), Stop> {
    match command {
        Command::Connector(command) => connector::run(&context, command).await,
        Command::Connection(command) => connection::run(&context, command).await,
        Command::Action(command) => action::run(&context, command).await,
        Command::Run(run) => run::run(context, run).await,
        Command::Choices(choices) => choices::run(&context, choices).await,
        Command::Doctor(doctor) => doctor::run(&context, doctor).await,
        Command::Completions(completions) => completions::run(&context, completions),
    }
}
