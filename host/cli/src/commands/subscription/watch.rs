//! `airlock watch`: events on standard output, one line each, and nothing is kept.

use super::{config, utc};
use crate::args::WatchTrigger;
use crate::commands::run::interrupt::Interrupt;
use crate::context::Context;
use crate::output::{Format, Sink, clean};
use crate::problem::{Exit, Problem, Stop};
use airlock_runtime::{Poll, Start};
use airlock_triggers::{Looked, Watch};
use std::io::Write as _;
use std::process::Stdio;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub(in crate::commands) async fn run(context: &Context, typed: WatchTrigger) -> Result<(), Stop> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &typed.connection).await?;
    context.uses(&host, &connection).await?;
    let about = host.about(tenant, &connection.connector).await?;
    let trigger = config::trigger(&about, &typed.trigger)?;
    let poll = Poll {
        tenant: tenant.clone(),
        connection: typed.connection,
        trigger: trigger.name.clone(),
        config: config::read(trigger, &typed.watched)?,
        start: match &typed.since {
            Some(time) => Start::Since(utc(time)?),
            None => Start::Now,
        },
        deadline: None,
    };
    let mut watch = Watch::new(host, poll, typed.every);
    let interrupt = Interrupt::listen(&context.console);
    let mut begun = false;
    loop {
        let looked = tokio::select! {
            looked = watch.look() => looked,
            // What was printed is whole; there is nothing to tell.
            () = interrupt.typed() => return Ok(()),
        };
        let looked = match looked.map_err(Problem::from) {
            // Once it works, what passes is waited for.
            Err(problem) if begun && problem.exit == Exit::Unavailable => {
                context
                    .console
                    .note(&format!("note: {}", clean(&problem.message)));
                continue;
            }
            looked => looked?,
        };
        if !begun && looked.done {
            begun = true;
            if !typed.once {
                context.console.note("watching; Ctrl-C ends it");
            }
        }
        tell(context, &looked, typed.exec.as_deref()).await?;
        if looked.done && typed.once {
            return Ok(());
        }
    }
}

async fn tell(context: &Context, looked: &Looked, exec: Option<&str>) -> Result<(), Stop> {
    if let Some(missed) = &looked.missed {
        context.console.note(&format!("note: {}", clean(missed)));
    }
    for message in &looked.messages {
        context.console.settle();
        let mut sink = Sink::answer(Format::Ndjson);
        writeln!(sink, "{message}")?;
        sink.finish()?;
        if let Some(line) = exec
            && let Err(fault) = given(line, message).await
        {
            context.console.note(&format!("note: {line}: {fault}"));
        }
    }
    Ok(())
}

/// Gives a message to a command line, and waits for its end.
async fn given(line: &str, message: &str) -> Result<(), String> {
    let mut child = Command::new("sh")
        .args(["-c", line])
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command may end without having read.
        let _ = stdin.write_all(format!("{message}\n").as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| error.to_string())?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("it ended with {status}")),
    }
}
