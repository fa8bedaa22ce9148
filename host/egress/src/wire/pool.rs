//! Connections of one route between two exchanges. Ours, because with the client that usually
//! stands over hyper each exchange is a task of its own, a queue of waiters and a key in a map.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};

use crate::wire::connection::Connection;

/// Idle connections, and the one that is shared where HTTP/2 is spoken.
pub(crate) struct Pool {
    most: usize,
    patience: Duration,
    /// A place for each that is kept: a tenant's pools share them.
    places: Arc<Semaphore>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// In the order in which they came, so that the one that was used last stands last.
    idle: VecDeque<Idle>,
    shared: Option<Idle>,
    /// Somebody closes those that nobody comes for.
    tended: bool,
}

struct Idle {
    connection: Connection,
    since: Instant,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    /// A pool of at most `most` idle connections, each of which is kept for `patience` in one of `places`.
    pub(crate) fn new(most: usize, patience: Duration, places: Arc<Semaphore>) -> Arc<Self> {
        Arc::new(Self {
            most,
            patience,
            places,
            kept: Mutex::default(),
        })
    }

    /// The shared connection, or the one that was used last: the service is least likely to have
    /// given it up. It may still have to finish its last exchange, when there is no other.
    pub(crate) fn take(&self) -> Option<Connection> {
        let now = Instant::now();
        let mut kept = self.lock();
        kept.let_go(now, self.patience);
        if let Some(shared) = &mut kept.shared {
            shared.since = now;
            return shared.connection.share();
        }
        let idle = &mut kept.idle;
        let at = idle
            .iter()
            .rposition(|idle| idle.connection.is_ready())
            .or_else(|| idle.iter().rposition(|idle| !idle.connection.is_closed()))?;
        idle.remove(at).map(|idle| idle.connection)
    }

    /// Keeps a connection for the next exchange, if there is a place for it; else it is closed.
    pub(crate) fn put(self: &Arc<Self>, mut connection: Connection) {
        let Ok(_place) = Arc::clone(&self.places).try_acquire_owned() else {
            return;
        };
        connection.pooled = true;
        let since = Instant::now();
        let idle = Idle {
            connection,
            since,
            _place,
        };
        let mut kept = self.lock();
        if idle.connection.is_shared() {
            kept.shared.get_or_insert(idle);
        } else {
            if kept.idle.len() >= self.most {
                kept.clear_out(since, self.patience);
            }
            if kept.idle.len() < self.most {
                kept.idle.push_back(idle);
            }
        }
        if !kept.tended {
            kept.tended = true;
            tokio::spawn(tend(Arc::downgrade(self), self.patience));
        }
    }

    /// No longer hands out the shared connection.
    pub(crate) fn forget_shared(&self) {
        self.lock().shared = None;
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn is_good(&self, now: Instant, patience: Duration) -> bool {
        !self.connection.is_closed() && now.saturating_duration_since(self.since) < patience
    }
}

impl Kept {
    /// Drops those at the front that are over: the usual case looks at one.
    fn let_go(&mut self, now: Instant, patience: Duration) {
        while self
            .idle
            .pop_front_if(|idle| !idle.is_good(now, patience))
            .is_some()
        {}
        self.shared.take_if(|shared| !shared.is_good(now, patience));
    }

    /// Drops all that are over.
    fn clear_out(&mut self, now: Instant, patience: Duration) {
        self.idle.retain(|idle| idle.is_good(now, patience));
        self.shared.take_if(|shared| !shared.is_good(now, patience));
    }
}

/// Closes what nobody comes for, until nothing is left.
async fn tend(pool: Weak<Pool>, patience: Duration) {
    loop {
        sleep(patience).await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let mut kept = pool.lock();
        kept.clear_out(Instant::now(), patience);
        if kept.idle.is_empty() && kept.shared.is_none() {
            kept.tended = false;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::connection::HeadLimits;
    use crate::wire::stream::Stream;
    use tokio::net::{TcpListener, TcpStream};

    const LIMITS: HeadLimits = HeadLimits {
        fields: 100,
        bytes: 8 << 10,
    };

    /// A connection, and its other end.
    async fn connection() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let near = TcpStream::connect(address).await.unwrap();
        let (far, _) = listener.accept().await.unwrap();
        let mut connection = Connection::open(Stream::plain(near, address), LIMITS)
            .await
            .unwrap();
        connection.ready().await.unwrap();
        (connection, far)
    }

    #[tokio::test]
    async fn what_lay_too_long_is_not_handed_out() {
        let patience = Duration::from_secs(5);
        let pool = Pool::new(2, patience, Arc::new(Semaphore::new(2)));
        let (connection, _far) = connection().await;
        pool.put(connection);
        let again = pool.take().expect("it has just come");
        pool.put(again);
        pool.lock().idle[0].since -= patience;
        assert!(pool.take().is_none());
    }

    #[tokio::test]
    async fn pools_of_one_tenant_keep_no_more_than_there_are_places_for() {
        let places = Arc::new(Semaphore::new(1));
        let pool = || Pool::new(8, Duration::from_secs(60), Arc::clone(&places));
        let (first, second) = (pool(), pool());
        let (one, _far) = connection().await;
        first.put(one);
        let (two, _other) = connection().await;
        second.put(two);
        assert!(second.take().is_none());
        let one = first.take().expect("it has a place");
        second.put(one);
        assert!(second.take().is_some());
    }

    #[tokio::test]
    async fn what_was_closed_makes_room() {
        let pool = Pool::new(1, Duration::from_secs(60), Arc::new(Semaphore::new(2)));
        let (closed, far) = connection().await;
        pool.put(closed);
        drop(far);
        while !pool.lock().idle[0].connection.is_closed() {
            tokio::task::yield_now().await;
        }
        let (open, _far) = connection().await;
        pool.put(open);
        assert!(pool.take().is_some_and(|kept| kept.is_ready()));
        assert!(pool.take().is_none());
    }
}
