//! `airlock subscription …`

mod add;
mod config;
pub(super) mod listen;
mod record;
pub(super) mod watch;

use crate::args::{
    ReplayEvents, ResumeFrom, ResumeSubscription, StateOfEvent, SubscriptionCommand,
    SubscriptionEvents,
};
use crate::context::Context;
use crate::problem::{Problem, Stop};
use airlock_runtime::store::{EventFilter, EventState, SubscriptionName};
use airlock_triggers::{Beginning, Replay, Triggers};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) async fn run(context: &Context, command: SubscriptionCommand) -> Result<(), Stop> {
    let triggers = Triggers::of(context.host().await?);
    let tenant = &context.globals.tenant;
    match command {
        SubscriptionCommand::Add(new) => add::run(context, &triggers, *new).await,
        SubscriptionCommand::List => list(context, &triggers).await,
        SubscriptionCommand::Show { name } => {
            let it = triggers.show(tenant, &name).await?;
            context.show(&record::of(&it))
        }
        SubscriptionCommand::Events(wanted) => events(context, &triggers, &wanted).await,
        SubscriptionCommand::Pause { name } => {
            let it = triggers.pause(tenant, &name).await?;
            let waiting = it.counts.pending;
            context.done(
                &format!("paused {name}; {waiting} events wait. Go on with: airlock subscription resume {name} --from pause"),
                &record::of(&it),
            )
        }
        SubscriptionCommand::Resume(wanted) => resume(context, &triggers, &wanted).await,
        SubscriptionCommand::Remove { name, sure } => {
            let it = triggers.show(tenant, &name).await?;
            let waiting = it.counts.pending;
            let question = format!("remove {name}, for which {waiting} events wait?");
            context.sure(&question, sure.yes).await?;
            triggers.remove(tenant, &name).await?;
            context.done(&format!("removed {name}"), &json!({"removed": name}))
        }
        SubscriptionCommand::Replay(wanted) => replay(context, &triggers, wanted).await,
    }
}

async fn list(context: &Context, triggers: &Triggers) -> Result<(), Stop> {
    let all = triggers.list(&context.globals.tenant).await?;
    if all.is_empty() {
        context
            .console
            .note("note: there are no subscriptions; airlock subscription add makes one");
    }
    let rows: Vec<Value> = all.iter().map(record::of).collect();
    let columns = [
        "name",
        "connection",
        "trigger",
        "state",
        "to",
        "pending",
        "dead",
        "polled",
    ];
    context.list(rows, &columns)
}

async fn resume(
    context: &Context,
    triggers: &Triggers,
    wanted: &ResumeSubscription,
) -> Result<(), Stop> {
    let (from, said) = match wanted.from {
        ResumeFrom::Pause => (Beginning::WhereItWas, "from where it was"),
        ResumeFrom::Now => (Beginning::Now, "from now"),
    };
    let tenant = &context.globals.tenant;
    let it = triggers.resume(tenant, &wanted.name, from).await?;
    let waiting = it.counts.pending;
    context.done(
        &format!(
            "{} goes on {said}; {waiting} events wait to be handed over",
            wanted.name
        ),
        &record::of(&it),
    )
}

async fn events(
    context: &Context,
    triggers: &Triggers,
    wanted: &SubscriptionEvents,
) -> Result<(), Stop> {
    let filter = EventFilter {
        state: wanted.state.map(state),
        since: None,
        after: wanted.after,
    };
    let tenant = &context.globals.tenant;
    let found = triggers.events(tenant, &wanted.name, &filter, wanted.limit);
    let rows: Vec<Value> = found
        .await?
        .iter()
        .map(|(event, message)| record::of_event(event, message))
        .collect();
    let columns = ["seq", "type", "id", "state", "found", "note"];
    context.list(rows, &columns)
}

fn state(asked: StateOfEvent) -> EventState {
    match asked {
        StateOfEvent::Pending => EventState::Pending,
        StateOfEvent::Delivered => EventState::Delivered,
        StateOfEvent::Dead => EventState::Dead,
    }
}

async fn replay(context: &Context, triggers: &Triggers, wanted: ReplayEvents) -> Result<(), Stop> {
    let which = Replay {
        events: wanted.events,
        since: wanted.since.as_deref().map(time).transpose()?,
        dead: wanted.dead,
    };
    let name: &SubscriptionName = &wanted.name;
    let count = triggers
        .replay(&context.globals.tenant, name, &which)
        .await?;
    context.done(
        &format!("{count} events of {name} are handed over once more"),
        &json!({"replayed": count}),
    )
}

/// A time as people type it.
fn time(typed: &str) -> Result<OffsetDateTime, Problem> {
    OffsetDateTime::parse(typed.trim(), &Rfc3339)
        .map_err(|_| Problem::input(format!("'{typed}' is no time such as 2026-11-21T08:00:00Z")))
}

/// The same as the host passes it on: UTC.
fn utc(typed: &str) -> Result<String, Problem> {
    let utc = time(typed)?.to_offset(time::UtcOffset::UTC);
    utc.format(&Rfc3339)
        .map_err(|error| Problem::input(error.to_string()))
}
