//! Connections: adding, listing, removing, testing.

use super::Host;
use crate::about::{About, ConnectionKind};
use crate::call::NewConnection;
use crate::connection::{Plan, check_settings, consented, secrets_go_to, validated};
use crate::error::{ConnectionFault, HostError, Named};
use airlock_auth::{SIGN_IN_SLOT, TokenKey};
use airlock_store::{Connection, ConnectionId, ConnectionName, Secrets, TenantId};
use secrecy::ExposeSecret;
use serde_json::Value;
use time::OffsetDateTime;

impl Host {
    /// Checks a new connection against the connector's schemas and keeps it. Nothing is sent;
    /// [`Host::check`] proves that it works.
    ///
    /// # Errors
    /// [`HostError::Fields`] naming every setting and secret that is missing or wrong,
    /// [`HostError::Unknown`] for an unknown connector or kind, [`HostError::Store`] when the name is
    /// taken.
    pub async fn add_connection(&self, new: NewConnection) -> Result<Connection, HostError> {
        let component = self.component(&new.tenant, &new.connector).await?;
        let Some(kind) = component.about.connection_kind(&new.kind) else {
            let known: Vec<&str> = component
                .about
                .connections
                .iter()
                .map(|kind| kind.name.as_str())
                .collect();
            return Err(HostError::unknown(Named::ConnectionKind, &new.kind, &known));
        };
        check_settings(kind, &new.settings, &self.config.egress)?;
        let settings = validated(kind, &new.settings, &new.secrets)?;
        let mut allowed_hosts = new.allowed_hosts;
        for kept in consented(kind) {
            if !allowed_hosts.contains(&kept) {
                allowed_hosts.push(kept);
            }
        }
        let now = OffsetDateTime::now_utc();
        let connection = Connection {
            id: ConnectionId::random(),
            tenant: new.tenant,
            name: new.name,
            connector: new.connector,
            kind: new.kind,
            settings,
            allowed_hosts,
            created_at: now,
            updated_at: now,
        };
        // A connection that could not be opened is refused before it is kept.
        Plan::of(kind, &connection, &new.secrets)?;
        self.store
            .create_connection(&connection, &new.secrets)
            .await?;
        Ok(connection)
    }

    /// One connection, without its secrets.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is none of that name, with the nearest one.
    pub async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Connection, HostError> {
        match self.store.connection(tenant, name).await? {
            Some(connection) => Ok(connection),
            None => {
                let known = self.store.connections(tenant).await?;
                let known: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
                Err(HostError::unknown(Named::Connection, name.as_str(), &known))
            }
        }
    }

    /// All connections of `tenant`.
    ///
    /// # Errors
    /// [`HostError::Store`] when state cannot be read.
    pub async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, HostError> {
        Ok(self.store.connections(tenant).await?)
    }

    /// Replaces those secrets of a connection that are given and keeps its others. Its tokens are
    /// dropped and the next call asks for new ones; calls under way end first. Nothing is sent.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is no connection of that name, [`HostError::Connection`]
    /// when nothing is given, [`HostError::Fields`] naming every secret that is unknown or empty.
    pub async fn replace_secrets(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        given: Secrets,
    ) -> Result<Connection, HostError> {
        if given.is_empty() {
            return Err(HostError::Connection {
                connection: name.clone(),
                fault: ConnectionFault::NothingToReplace,
            });
        }
        let mut connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        let kind = kind_of(&component.about, &connection)?;
        let mut secrets = self.store.secrets(&connection).await?;
        let client = client(&secrets).map(str::to_owned);
        secrets.extend(given);
        // A person's sign-in is good for the client it was made for, whatever that proves itself with.
        let kept: &[&str] = match self::client(&secrets) == client.as_deref() {
            true => &[SIGN_IN_SLOT],
            false => &[],
        };
        validated(kind, &connection.settings, &secrets)?;
        connection.updated_at = OffsetDateTime::now_utc();
        Plan::of(kind, &connection, &secrets)?;
        self.store
            .replace_secrets(&connection, &secrets, kept)
            .await?;
        self.let_go(&connection);
        Ok(connection)
    }

    /// Changes what a connection's connector reads and the hosts that were granted to it, and keeps its
    /// secrets. Its tokens are dropped: they were given for what it was before. Nothing is sent.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is no connection of that name, [`HostError::Fields`] naming every
    /// setting that is missing or wrong.
    pub async fn update_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        settings: Value,
        allowed_hosts: Vec<String>,
    ) -> Result<Connection, HostError> {
        let mut connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        let kind = kind_of(&component.about, &connection)?;
        let secrets = self.store.secrets(&connection).await?;
        check_settings(kind, &settings, &self.config.egress)?;
        connection.settings = validated(kind, &settings, &secrets)?;
        // Which setting holds the address that secrets go to was decided when the connection was made.
        let kept = std::mem::replace(&mut connection.allowed_hosts, allowed_hosts);
        for entry in kept
            .into_iter()
            .filter(|entry| secrets_go_to(entry).is_some())
        {
            if !connection.allowed_hosts.contains(&entry) {
                connection.allowed_hosts.push(entry);
            }
        }
        connection.updated_at = OffsetDateTime::now_utc();
        Plan::of(kind, &connection, &secrets)?;
        // A sign-in knows itself which application and authority it belongs to.
        self.store
            .replace_secrets(&connection, &secrets, &[SIGN_IN_SLOT])
            .await?;
        self.let_go(&connection);
        Ok(connection)
    }

    /// Gives a connection another name. Secrets and tokens stay; runs stay under the old name.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is no connection of that name, [`HostError::Store`] when the new
    /// one is taken.
    pub async fn rename_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        to: &ConnectionName,
    ) -> Result<Connection, HostError> {
        let connection = self.connection(tenant, name).await?;
        let renamed = Connection {
            name: to.clone(),
            updated_at: OffsetDateTime::now_utc(),
            ..connection.clone()
        };
        self.store.rename_connection(&renamed, name).await?;
        self.let_go(&connection);
        Ok(renamed)
    }

    /// Removes a connection with its secrets and tokens; calls under way end first.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is none of that name.
    pub async fn remove_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<(), HostError> {
        let connection = self.connection(tenant, name).await?;
        self.store.remove_connection(tenant, name).await?;
        self.let_go(&connection);
        Ok(())
    }

    /// Forgets what is in memory of a connection: its lane, its tokens, its instances.
    pub(super) fn let_go(&self, connection: &Connection) {
        self.resolved.forget(&connection.tenant, &connection.name);
        self.tokens.forget(&TokenKey {
            tenant: connection.tenant.clone(),
            connection: connection.id,
        });
        self.pool.retire(&connection.tenant, &connection.id);
    }
}

/// The client that a connection's secrets belong to.
fn client(secrets: &Secrets) -> Option<&str> {
    secrets.get("client-id").map(|id| id.expose_secret())
}

/// The kind of a stored connection, which a later version of its connector may not have any more.
pub(super) fn kind_of<'a>(
    about: &'a About,
    connection: &Connection,
) -> Result<&'a ConnectionKind, HostError> {
    about
        .connection_kind(&connection.kind)
        .ok_or_else(|| HostError::Connection {
            connection: connection.name.clone(),
            fault: ConnectionFault::KindGone {
                kind: connection.kind.clone(),
                connector: connection.connector.to_string(),
            },
        })
}
