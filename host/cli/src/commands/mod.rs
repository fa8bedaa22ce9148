//! The commands, a file or a folder each. They ask the host and print; decisions are elsewhere.

mod action;
mod choices;
mod complete;
mod completions;
mod connection;
mod connector;
mod doctor;
mod form;
mod man;
mod named;
mod run;
mod runs;
mod subscription;
mod tenant;
mod times;

use crate::args::Command;
use crate::context::Context;
use crate::problem::{Code, ErrorCode, Problem, Stop, name_settings_file};
use airlock_runtime::store::TenantId;

/// Runs one command.
pub(crate) async fn run(context: Context, command: Command) -> Result<(), Stop> {
    let places = context.places().ok();
    let tenant = context.globals.tenant.clone();
    let done = match command {
        Command::Connector(command) => connector::run(&context, command).await,
        Command::Connection(command) => connection::run(&context, command).await,
        Command::Action(command) => action::run(&context, command).await,
        Command::Run(run) => run::run(context, run).await,
        Command::Runs(command) => runs::run(&context, command).await,
        Command::Subscription(command) => subscription::run(&context, command).await,
        Command::Watch(typed) => subscription::watch::run(&context, *typed).await,
        Command::Listen(arguments) => subscription::listen::run(&context, arguments).await,
        Command::Tenant(command) => tenant::run(&context, command).await,
        Command::Choices(choices) => choices::run(&context, choices).await,
        Command::Doctor(doctor) => doctor::run(&context, doctor).await,
        Command::Completions(completions) => completions::run(&context, completions),
        Command::Man(arguments) => man::run(&context, &arguments),
        Command::Complete(asked) => complete::run(&context, asked).await,
    };
    done.map_err(|stop| {
        stop.map(|problem| {
            let problem = match &places {
                Some(places) => {
                    name_settings_file(problem, places.config.as_deref(), &places.wanted)
                }
                None => problem,
            };
            other_tenant(problem, &tenant)
        })
    })
}

/// A tenant that holds nothing is most likely misspelt.
fn other_tenant(problem: Problem, tenant: &TenantId) -> Problem {
    let nothing_there = matches!(
        problem.code,
        Code::Host(ErrorCode::NoSuchConnection | ErrorCode::NoSuchConnector)
    );
    if *tenant == TenantId::default() || !nothing_there {
        return problem;
    }
    problem.advise("airlock tenant list shows the tenants that something is kept of")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_may_be_another_tenants() {
        let missing = || Problem::input("x").coded(ErrorCode::NoSuchConnection);
        let acme = "acme".parse().unwrap();
        assert!(other_tenant(missing(), &acme).advice[0].contains("tenant list"));
        assert!(
            other_tenant(missing(), &TenantId::default())
                .advice
                .is_empty()
        );
        assert!(other_tenant(Problem::input("x"), &acme).advice.is_empty());
    }
}
