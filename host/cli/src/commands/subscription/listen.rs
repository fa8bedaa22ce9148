//! `airlock listen`: does the work of all subscriptions, in the foreground.

use crate::args::Listen;
use crate::context::Context;
use crate::problem::{Problem, Stop};
use airlock_triggers::{Bell, Engine, EngineRules};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

pub(in crate::commands) async fn run(context: &Context, arguments: Listen) -> Result<(), Stop> {
    let host = context.host().await?;
    let engine = Engine::start(Arc::clone(&host), EngineRules::default()).await?;
    let bell = Bell::default();
    let ended = ended(arguments.time)?;
    context.console.note("listening; Ctrl-C ends it");
    let rings = async {
        ended.await;
        context
            .console
            .note("ending: what is under way is finished");
        bell.ring();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        worked = engine.run(&bell) => worked?,
        () = rings => {}
    }
    host.close().await;
    Ok(())
}

/// Resolves when somebody wants it to end, or its time is over.
fn ended(time: Option<Duration>) -> Result<impl Future<Output = ()>, Problem> {
    let wrong = |error: std::io::Error| Problem::input(format!("signals cannot be had: {error}"));
    let mut typed = signal(SignalKind::interrupt()).map_err(wrong)?;
    let mut told = signal(SignalKind::terminate()).map_err(wrong)?;
    Ok(async move {
        let over = async {
            match time {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = typed.recv() => {}
            _ = told.recv() => {}
            () = over => {}
        }
    })
}
