//! Rows of runs in memory. Test support.

use airlock_store::TenantId;
use airlock_store::driver::{Keep, RunRow, RunRows};
use async_trait::async_trait;
use uuid::Uuid;

use super::{Memory, Result};

#[async_trait]
impl RunRows for Memory {
    async fn add_run(&self, _: Keep, row: RunRow) -> Result<()> {
        self.rows().runs.push(row);
        Ok(())
    }

    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Vec<u8>>> {
        let rows = self.rows();
        let mut runs = rows.runs.iter();
        let found = runs.find(|row| row.tenant == *tenant && row.id == *id);
        Ok(found.map(|row| row.details.clone()))
    }

    async fn replace_run(
        &self,
        _: Keep,
        tenant: &TenantId,
        id: &Uuid,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool> {
        let mut rows = self.later().await;
        let mut runs = rows.runs.iter_mut();
        let found = runs.find(|row| row.tenant == *tenant && row.id == *id && row.details == was);
        Ok(found.map(|row| row.details = is).is_some())
    }

    async fn runs(
        &self,
        tenant: &TenantId,
        before: Option<&Uuid>,
        most: usize,
    ) -> Result<Vec<RunRow>> {
        let rows = self.rows();
        let newest = rows.runs.iter().rev().filter(|row| row.tenant == *tenant);
        Ok(match before {
            None => newest.take(most).cloned().collect(),
            Some(before) => {
                let from = newest.skip_while(|row| row.id != *before).skip(1);
                from.take(most).cloned().collect()
            }
        })
    }
}
