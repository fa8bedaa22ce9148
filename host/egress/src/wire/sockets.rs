//! How many sockets a tenant may have open: so many that may be kept between two requests, and as many
//! again that close after one. Each socket has its permit from before it is dialled until it is closed,
//! whoever opened it: the HTTP client may open one for a request that another socket answers meanwhile.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits for the sockets of one lane.
#[derive(Clone, Debug)]
pub(crate) struct Sockets {
    kept: Arc<Semaphore>,
    /// Nothing where there is no limit.
    passing: Option<Arc<Semaphore>>,
}

/// Lets one socket be open.
#[derive(Debug)]
pub(crate) struct SocketPermit {
    _permit: Option<OwnedSemaphorePermit>,
    /// Whether it may be kept for the next request.
    pub(crate) keeps: bool,
}

impl Sockets {
    /// Sockets that may be kept have a permit of `kept`; others one of `passing`.
    pub(crate) fn new(kept: Arc<Semaphore>, passing: Option<Arc<Semaphore>>) -> Self {
        Self { kept, passing }
    }

    /// Waits until another socket may be opened.
    pub(crate) async fn permit(&self) -> SocketPermit {
        if let Ok(permit) = Arc::clone(&self.kept).try_acquire_owned() {
            return SocketPermit {
                _permit: Some(permit),
                keeps: true,
            };
        }
        let permit = match &self.passing {
            // The semaphore is never closed.
            Some(passing) => Arc::clone(passing).acquire_owned().await.ok(),
            None => None,
        };
        SocketPermit {
            _permit: permit,
            keeps: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn lanes_of_one_tenant_keep_no_more_sockets_than_permitted_and_open_as_many_again() {
        let (kept, passing) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(1)));
        let lane = || Sockets::new(Arc::clone(&kept), Some(Arc::clone(&passing)));
        let (one, other) = (lane(), lane());
        let first = one.permit().now_or_never().unwrap();
        let second = other.permit().now_or_never().unwrap();
        assert_eq!((first.keeps, second.keeps), (true, false));
        assert!(one.permit().now_or_never().is_none(), "a third was opened");
        drop(first);
        assert!(other.permit().now_or_never().unwrap().keeps);
    }

    #[test]
    fn where_nobody_has_to_wait_the_next_socket_is_not_kept() {
        let sockets = Sockets::new(Arc::new(Semaphore::new(0)), None);
        for _ in 0..3 {
            assert!(!sockets.permit().now_or_never().unwrap().keeps);
        }
    }
}
