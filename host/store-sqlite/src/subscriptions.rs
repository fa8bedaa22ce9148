//! The table of subscriptions. Store layer; their events are a table of their own.

use airlock_store::driver::{EventRow, Keep, PolledRow, SubscriptionRow, SubscriptionRows};
use airlock_store::{
    Claim, EventCounts, EventFilter, EventState, Next, StoreError, SubscriptionId,
    SubscriptionName, Task, TaskKind, TenantId, Wake,
};
use async_trait::async_trait;
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::{OptionalExtension, Transaction};
use time::OffsetDateTime;

use crate::database::{Database, Failure};
use crate::failure::violates;
use crate::{Sqlite, events, work};

#[async_trait]
impl SubscriptionRows for Sqlite {
    async fn add_subscription(
        &self,
        keep: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        due: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.blocking("add_subscription", move |db| {
            db.write(keep, |transaction| {
                insert(transaction, &row, progress)?;
                for (kind, due) in [(TaskKind::Poll, Some(due)), (TaskKind::Deliver, None)] {
                    let task = Task {
                        id: *row.id.as_uuid(),
                        kind,
                        tenant: row.tenant.clone(),
                        due,
                    };
                    work::insert(transaction, &task)?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Option<SubscriptionRow>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("subscription", move |db| {
            let mut found = select(db, &tenant, "AND subscription.name = ?2", name.as_str())?;
            Ok(found.pop())
        })
        .await
    }

    async fn subscription_by_id(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<Option<SubscriptionRow>, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("subscription_by_id", move |db| {
            let id = id.as_uuid().as_bytes();
            let mut found = select(db, &tenant, "AND subscription.id = ?2", id)?;
            Ok(found.pop())
        })
        .await
    }

    async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<SubscriptionRow>, StoreError> {
        let tenant = tenant.clone();
        self.blocking("subscriptions", move |db| {
            select(db, &tenant, "AND ?2 IS NULL", rusqlite::types::Null)
        })
        .await
    }

    async fn change_subscription(
        &self,
        keep: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        wake: Wake,
    ) -> Result<bool, StoreError> {
        self.blocking("change_subscription", move |db| {
            db.write(keep, |transaction| {
                let id = row.id.as_uuid().as_bytes();
                let changed = transaction.execute(
                    "UPDATE subscription SET plan = ?3,
                         progress = COALESCE(?4, progress)
                     WHERE id = ?1 AND tenant = ?2",
                    (id, row.tenant.as_str(), &row.plan, progress),
                )?;
                for (kind, due) in [
                    (TaskKind::Poll, wake.poll),
                    (TaskKind::Deliver, wake.deliver),
                ] {
                    transaction.execute(
                        "UPDATE task SET owner = NULL, epoch = epoch + 1, due = ?3, failures = 0
                         WHERE id = ?1 AND kind = ?2",
                        (id, kind.as_str(), due.map(work::milliseconds)),
                    )?;
                }
                Ok(changed > 0)
            })
        })
        .await
    }

    async fn remove_subscription(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<bool, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("remove_subscription", move |db| {
            db.write(keep, |transaction| {
                let removed = transaction.execute(
                    "DELETE FROM subscription WHERE tenant = ?1 AND name = ?2",
                    (tenant.as_str(), name.as_str()),
                )?;
                Ok(removed > 0)
            })
        })
        .await
    }

    async fn progress(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("progress", move |db| {
            let found: Option<Option<Vec<u8>>> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT progress FROM subscription WHERE id = ?1 AND tenant = ?2",
                    )?
                    .query_row((id.as_uuid().as_bytes(), tenant.as_str()), |row| row.get(0))
                    .optional()
            })?;
            Ok(found.flatten())
        })
        .await
    }

    async fn commit_poll(
        &self,
        keep: Keep,
        claim: &Claim,
        polled: PolledRow,
    ) -> Result<Option<usize>, StoreError> {
        let claim = claim.clone();
        self.blocking("commit_poll", move |db| {
            db.write(keep, |transaction| {
                if !work::give_back(transaction, &claim, polled.next)? {
                    return Ok(None);
                }
                transaction
                    .prepare_cached(
                        "UPDATE subscription SET progress = ?2, plan = COALESCE(?3, plan)
                         WHERE id = ?1",
                    )?
                    .execute((claim.id.as_bytes(), polled.progress, polled.plan))?;
                let new = events::insert(transaction, &claim, &polled.events, polled.at)?;
                Ok(Some(new))
            })
        })
        .await
    }

    async fn events(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let (tenant, id, filter) = (tenant.clone(), *id, filter.clone());
        self.blocking("events", move |db| {
            events::select(db, &tenant, &id, &filter, limit)
        })
        .await
    }

    async fn event_counts(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<EventCounts, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("event_counts", move |db| events::counts(db, &tenant, &id))
            .await
    }

    async fn settle_event(
        &self,
        keep: Keep,
        claim: &Claim,
        seq: i64,
        state: EventState,
        note: Option<Vec<u8>>,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.blocking("settle_event", move |db| {
            db.write(keep, |transaction| {
                Ok(events::settle(transaction, &claim, seq, state, note)?)
            })
        })
        .await
    }

    async fn finish_lane(
        &self,
        keep: Keep,
        claim: &Claim,
        next: Next,
        plan: Option<Vec<u8>>,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.blocking("finish_lane", move |db| {
            db.write(keep, |transaction| {
                let wait = events::wait(transaction, &claim)?;
                let next = Next {
                    due: next.due.filter(|_| wait),
                    ..next
                };
                if !work::give_back(transaction, &claim, next)? {
                    return Ok(false);
                }
                if let Some(plan) = plan {
                    transaction.execute(
                        "UPDATE subscription SET plan = ?2 WHERE id = ?1",
                        (claim.id.as_bytes(), plan),
                    )?;
                }
                Ok(true)
            })
        })
        .await
    }

    async fn replay(
        &self,
        keep: Keep,
        tenant: &TenantId,
        id: &SubscriptionId,
        numbers: &[i64],
        due: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        let numbers = serde_json::to_string(numbers)
            .map_err(|error| StoreError::Defect(error.to_string()))?;
        self.blocking("replay", move |db| {
            db.write(keep, |transaction| {
                Ok(events::replay(transaction, &tenant, &id, &numbers, due)?)
            })
        })
        .await
    }
}

fn insert(
    transaction: &Transaction<'_>,
    row: &SubscriptionRow,
    progress: Option<Vec<u8>>,
) -> Result<(), Failure> {
    let inserted = transaction.execute(
        "INSERT INTO subscription (id, tenant, name, connection, plan, progress)
         SELECT ?1, tenant, ?3, id, ?5, ?6 FROM connection WHERE id = ?4 AND tenant = ?2",
        (
            row.id.as_uuid().as_bytes(),
            row.tenant.as_str(),
            row.name.as_str(),
            row.connection.as_uuid().as_bytes(),
            &row.plan,
            progress,
        ),
    );
    match inserted {
        Ok(0) => Err(Failure::Store(StoreError::NoSuchConnection)),
        Ok(_) => Ok(()),
        Err(error) if violates(&error, SQLITE_CONSTRAINT_UNIQUE) => {
            Err(Failure::Store(StoreError::SubscriptionExists {
                tenant: row.tenant.clone(),
                name: row.name.clone(),
            }))
        }
        Err(error) => Err(error.into()),
    }
}

type Found = ([u8; 16], String, [u8; 16], String, Vec<u8>);

fn select(
    db: &Database,
    tenant: &TenantId,
    which: &str,
    what: impl rusqlite::ToSql,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    let rows: Vec<Found> = db.read(|connection| {
        connection
            .prepare_cached(&format!(
                "SELECT subscription.id, subscription.name, connection.id, connection.name, plan
                 FROM subscription JOIN connection ON connection.id = subscription.connection
                 WHERE subscription.tenant = ?1 {which} ORDER BY subscription.name"
            ))?
            .query_map((tenant.as_str(), what), |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            })?
            .collect()
    })?;
    rows.into_iter()
        .map(|(id, name, connection, connection_name, plan)| {
            Ok(SubscriptionRow {
                id: uuid::Uuid::from_bytes(id).into(),
                tenant: tenant.clone(),
                name: db.parse(&name)?,
                connection: uuid::Uuid::from_bytes(connection).into(),
                connection_name: db.parse(&connection_name)?,
                plan,
            })
        })
        .collect()
}
