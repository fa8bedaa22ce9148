//! What every driver has to do, over a file.

use std::sync::Arc;

use airlock_store::Store;
use airlock_store::driver::Driver;
use async_trait::async_trait;

use super::Home;

#[async_trait]
impl airlock_store_suite::Home for Home {
    async fn new() -> Self {
        Home::new()
    }

    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(Home::open(self))
    }

    async fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(Home::open(self).driver().clone())
    }
}

airlock_store_suite::suite!(Home);
