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
pub(crate) struct Quota {
    /// What all connections of its tenant have together.
    pub(crate) share: Arc<Share>,
    /// A lane for tokens takes no permit of its tenant's: whoever waits for a token has one already.
    counts: bool,
    permits: Arc<Semaphore>,
    limit: usize,
    rate: Option<(u32, Mutex<RateLimit>)>,
    patience: Duration,
    opened: Instant,
}

/// Lets one request be under way, of the connection's and of its tenant's, until it is dropped.
#[derive(Debug)]
pub(crate) struct QuotaPermit {
    _own: OwnedSemaphorePermit,
    _tenants: Option<OwnedSemaphorePermit>,
}

impl Quota {
    pub(crate) fn new(config: &EgressConfig, purpose: Purpose, share: Arc<Share>) -> Self {
        let limit = config
            .max_in_flight_per_connection
            .clamp(1, Semaphore::MAX_PERMITS);
        Self {
            share,
            counts: purpose == Purpose::Api,
            permits: Arc::new(Semaphore::new(limit)),
            limit,
            rate: config
                .requests_per_second_per_connection
                .map(|per_second| (per_second, Mutex::new(RateLimit::new(per_second)))),
            patience: config.queue_wait(),
            opened: Instant::now(),
        }
    }

    /// A permit, if one is free and no rate has to be kept.
    pub(crate) fn try_permit(&self) -> Option<QuotaPermit> {
        if self.rate.is_some() {
            return None;
        }
        let own = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        let tenants = match self.counts {
            true => Some(Arc::clone(&self.share.in_flight).try_acquire_owned().ok()?),
            false => None,
        };
        Some(QuotaPermit {
            _own: own,
            _tenants: tenants,
        })
    }

    /// Waits for a permit.
    pub(crate) async fn permit(&self, connection: &str) -> Result<QuotaPermit, EgressError> {
        self.keep_rate(connection).await?;
        let own = self
            .wait(&self.permits)
            .await
            .ok_or_else(|| too_many_in_flight(connection, self.limit, self.patience))?;
        let tenants = match self.counts {
            true => Some(self.wait(&self.share.in_flight).await.ok_or_else(|| {
                too_many_of_tenant(&self.share.tenant, self.share.limit, self.patience)
            })?),
            false => None,
        };
        Ok(QuotaPermit {
            _own: own,
            _tenants: tenants,
        })
    }

    async fn wait(&self, permits: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
            return Some(permit);
        }
        // The semaphore is never closed, so only time can run out.
        timeout(self.patience, Arc::clone(permits).acquire_owned())
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

    fn quota(in_flight: usize, per_second: Option<u32>, wait_ms: u64) -> Quota {
        let config = EgressConfig {
            max_in_flight_per_connection: in_flight,
            requests_per_second_per_connection: per_second,
            queue_wait_ms: wait_ms,
            ..EgressConfig::default()
        };
        let share = Share::new("contoso".into(), &config);
        Quota::new(&config, Purpose::Api, share)
    }

    #[tokio::test]
    async fn many_connections_of_a_tenant_have_one_share_and_tokens_are_fetched_all_the_same() {
        let config = EgressConfig {
            max_in_flight_per_tenant: 2,
            queue_wait_ms: 0,
            ..EgressConfig::default()
        };
        let share = Share::new("contoso".into(), &config);
        let quota = |purpose| Quota::new(&config, purpose, Arc::clone(&share));
        let connections = [(); 3].map(|()| quota(Purpose::Api));
        let [first, second, third] = &connections;
        let held = (
            first.try_permit().expect("a permit"),
            second.try_permit().expect("a permit"),
        );
        assert!(third.try_permit().is_none());
        let Err(EgressError::Quota { message, .. }) = third.permit("third").await else {
            panic!("a third permit was given");
        };
        assert!(
            message.contains("contoso") && message.contains("max-in-flight-per-tenant"),
            "{message}"
        );
        assert!(quota(Purpose::Token).try_permit().is_some());
        let neighbour = Share::new("fabrikam".into(), &config);
        assert!(
            Quota::new(&config, Purpose::Api, neighbour)
                .try_permit()
                .is_some()
        );
        drop(held);
        assert!(third.permit("third").await.is_ok());
    }

    #[tokio::test]
    async fn a_request_waits_for_a_permit_and_is_refused_when_none_becomes_free() {
        let quota = quota(1, None, 20);
        let permit = quota.permit("contoso").await.unwrap();
        let Err(EgressError::Quota { message, .. }) = quota.permit("contoso").await else {
            panic!("a second permit was given");
        };
        assert!(
            message.contains("contoso") && message.contains("max-in-flight-per-connection"),
            "{message}"
        );
        drop(permit);
        assert!(
            quota.permit("contoso").await.is_ok(),
            "the permit was given back"
        );
    }

    #[tokio::test]
    async fn a_waiting_request_gets_the_permit_that_becomes_free() {
        let quota = quota(1, None, 60_000);
        let permit = quota.permit("contoso").await.unwrap();
        let (second, ()) = tokio::join!(quota.permit("contoso"), async { drop(permit) });
        assert!(second.is_ok());
    }

    #[tokio::test]
    async fn the_rate_is_waited_for_when_that_is_soon_and_refused_when_not() {
        let patient = quota(10, Some(50), 60_000);
        for _ in 0..51 {
            assert!(patient.permit("contoso").await.is_ok());
        }

        let hurried = quota(10, Some(1), 100);
        assert!(hurried.permit("contoso").await.is_ok());
        let Err(EgressError::Quota { retry_after, .. }) = hurried.permit("contoso").await else {
            panic!("the rate did not hold");
        };
        assert!(retry_after > Duration::from_millis(100));
    }
}
