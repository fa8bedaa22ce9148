//! Lets a connection's requests through one quota at a time, its own and then its tenant's, and makes them
//! wait their turn. I/O edge of [`stages::quota`](crate::stages::quota): it holds the clock and the queue.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::lane::share::Share;
use crate::policy::Purpose;
use crate::stages::quota::{RateLimit, too_fast, too_many_in_flight, too_many_of_tenant};

/// The quotas of one lane.
#[derive(Debug)]
pub(crate) struct Gate {
    /// What all connections of its tenant have together.
    pub(crate) share: Arc<Share>,
    /// A lane for tokens takes no place of its tenant's: whoever waits for a token has one already.
    counts: bool,
    places: Arc<Semaphore>,
    limit: usize,
    rate: Option<(u32, Mutex<RateLimit>)>,
    patience: Duration,
    opened: Instant,
}

/// A place among the requests under way, of the connection and of its tenant, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _own: OwnedSemaphorePermit,
    _tenants: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(crate) fn new(config: &EgressConfig, purpose: Purpose, share: Arc<Share>) -> Self {
        let limit = config
            .max_in_flight_per_connection
            .clamp(1, Semaphore::MAX_PERMITS);
        Self {
            share,
            counts: purpose == Purpose::Api,
            places: Arc::new(Semaphore::new(limit)),
            limit,
            rate: config
                .requests_per_second_per_connection
                .map(|per_second| (per_second, Mutex::new(RateLimit::new(per_second)))),
            patience: config.queue_wait(),
            opened: Instant::now(),
        }
    }

    /// A place, if one is free and no rate has to be kept.
    pub(crate) fn enter_at_once(&self) -> Option<Place> {
        if self.rate.is_some() {
            return None;
        }
        let own = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let tenants = match self.counts {
            true => Some(Arc::clone(&self.share.in_flight).try_acquire_owned().ok()?),
            false => None,
        };
        Some(Place {
            _own: own,
            _tenants: tenants,
        })
    }

    /// Waits for a place.
    pub(crate) async fn enter(&self, connection: &str) -> Result<Place, EgressError> {
        self.keep_rate(connection).await?;
        let own = self
            .wait(&self.places)
            .await
            .ok_or_else(|| too_many_in_flight(connection, self.limit, self.patience))?;
        let tenants = match self.counts {
            true => Some(self.wait(&self.share.in_flight).await.ok_or_else(|| {
                too_many_of_tenant(&self.share.tenant, self.share.limit, self.patience)
            })?),
            false => None,
        };
        Ok(Place {
            _own: own,
            _tenants: tenants,
        })
    }

    async fn wait(&self, places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(places).try_acquire_owned() {
            return Some(place);
        }
        // The semaphore is never closed, so only time can run out.
        timeout(self.patience, Arc::clone(places).acquire_owned())
            .await
            .ok()?
            .ok()
    }

    async fn keep_rate(&self, connection: &str) -> Result<(), EgressError> {
        let Some((per_second, rate)) = &self.rate else {
            return Ok(());
        };
        let taken = {
            let mut rate = rate.lock().unwrap_or_else(PoisonError::into_inner);
            rate.take(self.opened.elapsed(), self.patience)
        };
        match taken {
            Ok(Duration::ZERO) => {}
            Ok(wait) => sleep(wait).await,
            Err(retry_after) => return Err(too_fast(connection, *per_second, retry_after)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(in_flight: usize, per_second: Option<u32>, wait_ms: u64) -> Gate {
        let config = EgressConfig {
            max_in_flight_per_connection: in_flight,
            requests_per_second_per_connection: per_second,
            queue_wait_ms: wait_ms,
            ..EgressConfig::default()
        };
        let share = Share::new("contoso".into(), &config);
        Gate::new(&config, Purpose::Api, share)
    }

    #[tokio::test]
    async fn many_connections_of_a_tenant_have_one_share_and_tokens_are_fetched_all_the_same() {
        let config = EgressConfig {
            max_in_flight_per_tenant: 2,
            queue_wait_ms: 0,
            ..EgressConfig::default()
        };
        let share = Share::new("contoso".into(), &config);
        let gate = |purpose| Gate::new(&config, purpose, Arc::clone(&share));
        let connections = [(); 3].map(|()| gate(Purpose::Api));
        let [first, second, third] = &connections;
        let held = (
            first.enter_at_once().expect("a place"),
            second.enter_at_once().expect("a place"),
        );
        assert!(third.enter_at_once().is_none());
        let Err(EgressError::Quota { message, .. }) = third.enter("third").await else {
            panic!("a third place was given");
        };
        assert!(
            message.contains("contoso") && message.contains("max-in-flight-per-tenant"),
            "{message}"
        );
        assert!(gate(Purpose::Token).enter_at_once().is_some());
        let neighbour = Share::new("fabrikam".into(), &config);
        assert!(
            Gate::new(&config, Purpose::Api, neighbour)
                .enter_at_once()
                .is_some()
        );
        drop(held);
        assert!(third.enter("third").await.is_ok());
    }

    #[tokio::test]
    async fn a_request_waits_for_a_place_and_is_refused_when_none_becomes_free() {
        let gate = gate(1, None, 20);
        let place = gate.enter("contoso").await.unwrap();
        let Err(EgressError::Quota { message, .. }) = gate.enter("contoso").await else {
            panic!("a second place was given");
        };
        assert!(
            message.contains("contoso") && message.contains("max-in-flight-per-connection"),
            "{message}"
        );
        drop(place);
        assert!(
            gate.enter("contoso").await.is_ok(),
            "the place was given back"
        );
    }

    #[tokio::test]
    async fn a_waiting_request_gets_the_place_that_becomes_free() {
        let gate = gate(1, None, 60_000);
        let place = gate.enter("contoso").await.unwrap();
        let (second, ()) = tokio::join!(gate.enter("contoso"), async { drop(place) });
        assert!(second.is_ok());
    }

    #[tokio::test]
    async fn the_rate_is_waited_for_when_that_is_soon_and_refused_when_not() {
        let patient = gate(10, Some(50), 60_000);
        for _ in 0..51 {
            assert!(patient.enter("contoso").await.is_ok());
        }

        let hurried = gate(10, Some(1), 100);
        assert!(hurried.enter("contoso").await.is_ok());
        let Err(EgressError::Quota { retry_after, .. }) = hurried.enter("contoso").await else {
            panic!("the rate did not hold");
        };
        assert!(retry_after > Duration::from_millis(100));
    }
}
