//! Polling a trigger: one page of what has happened.

use super::Host;
use super::calls::contract_connection;
use super::connection_cache::ResolvedConnection;
use super::run::RunOptions;
use crate::about::{Delivery, Trigger};
use crate::contract;
use crate::error::{ActionFault, HostError, Named};
use crate::instance::Ask;
use crate::json;
use crate::poll::{Poll, PolledPage};
use crate::spans::{self, Asked};

impl Host {
    /// Asks a trigger what has happened, for one page.
    ///
    /// # Errors
    /// There is no such trigger, or it is not polled; what the service, the way there or the trigger's
    /// configuration have against it; [`ConnectorError::CursorExpired`](crate::ConnectorError::CursorExpired) for a cursor that is too old.
    pub async fn poll(&self, poll: &Poll) -> Result<PolledPage, HostError> {
        let asked = Asked::of("poll", &poll.tenant, &poll.connection).action(&poll.trigger);
        spans::call(asked, self.polled(poll)).await
    }

    async fn polled(&self, poll: &Poll) -> Result<PolledPage, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(&poll.tenant, &poll.connection).await?;
        let trigger = trigger(&resolved, &poll.trigger)?;
        if trigger.delivery != Delivery::Polling {
            return Err(HostError::Action {
                action: trigger.name.clone(),
                fault: ActionFault::IsNotPolled,
            });
        }
        let operation = Ask {
            connection: contract_connection(&resolved),
            trigger: trigger.name.clone(),
            config: json::text(&poll.config)?,
            start: contract::start(poll.start.clone()),
        };
        let options = RunOptions {
            deadline: poll.deadline,
            ..RunOptions::default()
        };
        let (page, held) = self.run(&resolved, operation, options).await?;
        contract::polled(page, held)
    }
}

fn trigger<'a>(resolved: &'a ResolvedConnection, name: &str) -> Result<&'a Trigger, HostError> {
    let about = &resolved.component.about;
    about.trigger(name).ok_or_else(|| {
        let known: Vec<&str> = about
            .triggers
            .iter()
            .map(|trigger| trigger.name.as_str())
            .collect();
        HostError::unknown(Named::Trigger, name, &known)
    })
}
