//! The hosts that a command opened, so that they are closed before the process ends: services are told that
//! nobody comes back over their connections, and what calls left to be written is written.

use airlock_runtime::Host;
use std::sync::{Arc, Mutex, PoisonError};

/// The hosts of one command line; mostly one. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Hosts(Arc<Mutex<Vec<Arc<Host>>>>);

impl Hosts {
    /// Remembers a host that was opened, and gives it out.
    pub(crate) fn opened(&self, host: Host) -> Arc<Host> {
        let host = Arc::new(host);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::clone(&host));
        host
    }

    /// Closes all of them.
    pub(crate) async fn close(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for host in all {
            host.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::{Config, HostError, HostOptions};

    #[tokio::test]
    async fn what_was_opened_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: Some(folder.path().to_owned()),
            ..Config::default()
        };
        let hosts = Hosts::default();
        let host = hosts.opened(Host::open(config, HostOptions::new()).await.unwrap());
        hosts.clone().close().await;
        let (tenant, name) = ("default".parse().unwrap(), "crm".parse().unwrap());
        let refused = host.check(&tenant, &name).await;
        assert!(matches!(refused, Err(HostError::Closed)), "{refused:?}");
    }
}
