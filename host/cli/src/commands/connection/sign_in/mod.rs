//! `airlock connection sign-in` and `sign-out`: the terminal's part in a person's sign-in.
//!
//! The host judges and keeps; here are the door that the browser comes back to, the words, and the
//! waiting.

mod browser;
mod device;
mod door;
mod page;
mod paste;
mod standing;

pub(super) use standing::{column, fields};

use crate::args::{SignIn, SignInFlags};
use crate::context::Context;
use crate::problem::{Code, Exit, Origin, Problem, Stop};
use airlock_runtime::auth::{Account, AuthError};
use airlock_runtime::store::{Connection, ConnectionName};
use airlock_runtime::{Grant, Host, HostError, SignInDone};
use serde_json::json;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// A sign-in to be made at this terminal.
struct Wanted<'a> {
    context: &'a Context,
    host: &'a Host,
    name: &'a ConnectionName,
    how: &'a SignInFlags,
    account: Account,
}

/// `airlock connection sign-in`
pub(super) async fn run(context: &Context, arguments: SignIn) -> Result<(), Stop> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &arguments.name).await?;
    let Some(way) = host.sign_in_way(&connection).await? else {
        return Err(nobody_signs_in(&connection));
    };
    let wanted = Wanted {
        context,
        host: &host,
        name: &arguments.name,
        how: &arguments.how,
        account: match arguments.change_account {
            true => Account::Any,
            false => Account::Same,
        },
    };
    wanted.carry_out(way).await
}

/// The end of `airlock connection add`: signs in where a person is at hand, and says how otherwise.
/// `false` where nobody signs in for such a connection.
pub(super) async fn after_adding(
    context: &Context,
    host: &Host,
    added: &Connection,
    how: &SignInFlags,
) -> Result<bool, Stop> {
    let Some(way) = host.sign_in_way(added).await? else {
        return Ok(false);
    };
    let name = &added.name;
    if !context.term.asks {
        context.console.note(&format!(
            "sign in to use it:  airlock connection sign-in {name}"
        ));
        return Ok(true);
    }
    let wanted = Wanted {
        context,
        host,
        name,
        how,
        account: Account::Same,
    };
    wanted.carry_out(way).await?;
    Ok(true)
}

/// `airlock connection sign-out`
pub(super) async fn out(context: &Context, name: &ConnectionName) -> Result<(), Stop> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, name).await?;
    if host.sign_in_way(&connection).await?.is_none() {
        return Err(nobody_signs_in(&connection));
    }
    host.sign_out(tenant, name).await?;
    context.done(
        &format!("signed out of connection {name}; its tokens are gone from this machine"),
        &json!({"signed-out": name}),
    )
}

impl Wanted<'_> {
    async fn carry_out(&self, way: Grant) -> Result<(), Stop> {
        let work = async {
            match way {
                Grant::DeviceCode => device::sign_in(self).await,
                _ => browser::sign_in(self).await,
            }
        };
        // Listened for before anything is printed, and also where a shell has its background jobs ignore it:
        // nobody would come to end this one.
        let mut given_up = signal(SignalKind::interrupt()).map_err(|error| {
            Problem::new(
                Exit::Defect,
                format!("Ctrl-C cannot be listened for: {error}"),
            )
        })?;
        let ended = tokio::select! {
            ended = work => ended,
            _ = given_up.recv() => return Err(self.given_up().into()),
        };
        let done = ended.map_err(|stop| stop.map(|problem| self.explain(problem)))?;
        self.tell(done).await
    }

    fn given_up(&self) -> Problem {
        let name = self.name;
        Problem::new(
            Exit::Interrupted,
            format!("the sign-in was given up; connection {name} is signed in as it was before"),
        )
        .coded(Code::Cancelled)
        .advise(format!("airlock connection sign-in {name} begins anew"))
    }

    /// How long to wait for the person, who has `patience` at most.
    fn wait(&self, patience: Duration) -> Duration {
        self.how.timeout.unwrap_or(patience).min(patience)
    }

    /// A sign-in that was kept.
    async fn tell(&self, done: SignInDone) -> Result<(), Stop> {
        let (context, name) = (self.context, self.name);
        let who = done.identity.as_ref().map_or_else(
            || "somebody whom the sign-in does not name".to_owned(),
            ToString::to_string,
        );
        let identity = match done.check {
            Ok(identity) => identity.json().await,
            Err(error) => Err(error),
        };
        match identity {
            Ok(identity) => context.done(
                &format!("signed in as {who}; connection {name} works"),
                &json!({"signed-in": name, "signed-in-as": who, "identity": identity}),
            ),
            Err(error) => Err(Stop::from(error).map(|problem| {
                problem
                    .at("connection", name.as_str())
                    .at("signed-in-as", who)
                    .advise(format!(
                        "the sign-in is kept; airlock connection test {name} tries it again"
                    ))
            })),
        }
    }

    /// What to do about a sign-in that did not succeed.
    fn explain(&self, problem: Problem) -> Problem {
        let name = self.name;
        let problem = problem.at("connection", name.as_str());
        match problem.exit {
            Exit::Input | Exit::Defect => problem,
            _ => problem.advise(format!("airlock connection sign-in {name} tries again")),
        }
    }
}

/// Where another person signed in, the way to do that on purpose.
fn failed(name: &ConnectionName, error: HostError) -> Stop {
    let other = matches!(&error, HostError::Auth(AuthError::OtherPerson { .. }));
    let problem = Problem::from(error);
    match other {
        true => problem.advise(format!(
            "to let another account take it over: airlock connection sign-in {name} --change-account"
        )),
        false => problem,
    }
    .into()
}

fn nobody_came(after: Duration) -> Problem {
    Problem::new(
        Exit::Credentials,
        format!("nobody signed in within {} s", after.as_secs()),
    )
}

fn nobody_signs_in(connection: &Connection) -> Stop {
    Problem::input(format!(
        "connection {} is of the kind {}, for which no person signs in",
        connection.name, connection.kind
    ))
    .advise(format!(
        "airlock connection replace-secrets {} gives it new secrets",
        connection.name
    ))
    .into()
}

/// The command that mends a connection whose sign-in is over.
pub(super) fn mend(problem: Problem, name: &ConnectionName) -> Problem {
    match problem.origin {
        Origin::SignIn => problem.advise(format!("airlock connection sign-in {name}")),
        _ => problem,
    }
}
