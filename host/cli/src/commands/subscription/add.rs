//! `airlock subscription add`

use super::{config, record, utc};
use crate::args::{AddSubscription, WhenExpired};
use crate::context::Context;
use crate::problem::{Problem, Stop};
use airlock_triggers::{
    Beginning, Consumer, NewSubscription, OnExpired, Retry, Schedule, Triggers,
};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn run(
    context: &Context,
    triggers: &Triggers,
    typed: AddSubscription,
) -> Result<(), Stop> {
    let tenant = &context.globals.tenant;
    let host = triggers.host();
    let connection = host.connection(tenant, &typed.connection).await?;
    context.uses(host, &connection).await?;
    let about = host.about(tenant, &connection.connector).await?;
    let trigger = config::trigger(&about, &typed.trigger)?;
    let config = config::read(trigger, &typed.watched)?;
    let (consumer, made) = consumer(&typed)?;
    let schedule = typed.every.map(|every| Schedule {
        least_ms: milliseconds(every),
        most_ms: milliseconds(typed.at_most.unwrap_or(every)),
    });
    let new = NewSubscription {
        tenant: tenant.clone(),
        name: typed.name,
        connection: typed.connection,
        trigger: trigger.name.clone(),
        config,
        schedule,
        consumer,
        retry: Retry {
            attempts: typed.attempts,
            first_ms: milliseconds(typed.retry_after),
        },
        on_expired: match typed.on_expired {
            WhenExpired::Resynchronise => OnExpired::Resynchronise,
            WhenExpired::Stop => OnExpired::Stop,
        },
        beginning: match &typed.since {
            Some(time) => Beginning::Since(utc(time)?),
            None => Beginning::Now,
        },
    };
    let it = triggers.add(new).await?;
    let mut record = record::of(&it);
    let mut sentence = format!(
        "{} watches {} of {}; airlock listen does the work",
        it.subscription.name, it.plan.trigger, it.subscription.connection_name
    );
    if let Some(secret) = made {
        sentence.push_str(&format!(
            "\nits events are signed with {secret}\nwhich is not shown again: give it to whoever receives them"
        ));
        if let Some(record) = record.as_object_mut() {
            record.insert("signing-secret".to_owned(), json!(secret));
        }
    }
    context.done(&sentence, &record)
}

/// Whom to tell, and a secret that was made for it.
fn consumer(typed: &AddSubscription) -> Result<(Consumer, Option<String>), Stop> {
    if let Some(url) = &typed.url {
        let given = typed
            .signing_secret_env
            .as_deref()
            .map(variable)
            .transpose()?;
        let is_given = given.is_some();
        let (consumer, secret) = Consumer::http(url.clone(), given)?;
        return Ok((consumer, Some(secret).filter(|_| !is_given)));
    }
    if let Some(action) = &typed.action {
        return Ok((
            action_of(action, typed.input.as_deref().unwrap_or("{}"))?,
            None,
        ));
    }
    Ok(match typed.command.is_empty() {
        true => (Consumer::Nobody, None),
        false => (
            Consumer::Command {
                words: typed.command.clone(),
            },
            None,
        ),
    })
}

fn variable(name: &str) -> Result<String, Problem> {
    std::env::var(name)
        .map_err(|error| Problem::input(format!("--signing-secret-env {name}: {error}")))
}

fn action_of(typed: &str, input: &str) -> Result<Consumer, Problem> {
    let wrong = || Problem::input(format!("--action expects CONNECTION/ACTION, not '{typed}'"));
    let (connection, action) = typed.split_once('/').ok_or_else(wrong)?;
    let input: Value = serde_json::from_str(input)
        .map_err(|error| Problem::input(format!("--input is no JSON: {error}")))?;
    Ok(Consumer::Action {
        connection: connection
            .parse()
            .map_err(|error| Problem::input(format!("--action: {error}")))?,
        action: action.to_owned(),
        input,
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_named_with_its_connection() {
        let Ok(Consumer::Action {
            connection, action, ..
        }) = action_of("crm/create-row", "{}")
        else {
            panic!("it is one");
        };
        assert_eq!(
            (connection.as_str(), action.as_str()),
            ("crm", "create-row")
        );
        for (action, input, part) in [
            ("create-row", "{}", "CONNECTION/ACTION"),
            ("Crm/create-row", "{}", "--action"),
            ("crm/create-row", "{", "--input"),
        ] {
            let problem = action_of(action, input).unwrap_err();
            assert!(problem.message.contains(part), "{}", problem.message);
        }
    }
}
