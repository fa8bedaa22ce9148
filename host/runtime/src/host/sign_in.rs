//! Signing in: a person's part in a connection.
//!
//! A sign-in is begun, driven by whoever has the door (a command at a terminal, a server), and
//! finished; only then is anything kept. A connection that works stays as it is until the new
//! sign-in has proven that it works too.

use super::Host;
use super::connections::kind_of;
use crate::about::Grant;
use crate::answer::JsonText;
use crate::connection::SignInPlan;
use crate::error::{Category, ConnectionFault, HostError, SignInWay};
use airlock_auth::{
    Account, Application, AuthorizationCode, DeviceCode, Identity, Received, SignIns, SignedIn,
    Standing, TokenTransport, Which,
};
use airlock_store::{Connection, ConnectionName, TenantId};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use url::Url;

/// A sign-in by way of a browser, under way.
pub struct BrowserSignIn {
    attempt: Attempt,
    flow: AuthorizationCode,
}

/// A sign-in by a code that is typed into a browser anywhere, under way.
pub struct DeviceSignIn {
    attempt: Attempt,
    flow: DeviceCode,
}

/// What every sign-in under way is for.
struct Attempt {
    connection: Connection,
    application: Application,
    authorize_url: Option<Url>,
    device_url: Option<Url>,
    /// The way to the authority.
    transport: Arc<dyn TokenTransport>,
    account: Account,
}

/// A sign-in that ended well.
#[derive(Debug)]
pub struct SignInDone {
    /// Who signed in, where the authority says so.
    pub identity: Option<Identity>,
    /// Whom the service says the connection speaks as. An error here is the service's or the way
    /// there; the sign-in is kept.
    pub check: Result<JsonText, HostError>,
}

impl BrowserSignIn {
    /// What the browser is to open.
    pub fn url(&self) -> &Url {
        self.flow.url()
    }

    /// How long the person has.
    pub fn patience(&self) -> Duration {
        left(self.flow.until())
    }

    /// Judges the query of a request that came to the redirect address.
    pub fn receive(&mut self, query: &str) -> Received {
        let now = OffsetDateTime::now_utc();
        self.flow.receive(&self.attempt.application, query, now)
    }

    /// Judges what a person pasted: the address that the browser came back to, or the code in it.
    pub fn receive_pasted(&mut self, text: &str) -> Received {
        let now = OffsetDateTime::now_utc();
        self.flow
            .receive_pasted(&self.attempt.application, text, now)
    }
}

impl DeviceSignIn {
    /// What the person types in.
    pub fn user_code(&self) -> &str {
        self.flow.user_code()
    }

    /// Where the person types it in.
    pub fn page(&self) -> &Url {
        self.flow.page()
    }

    /// How long the person has.
    pub fn patience(&self) -> Duration {
        left(self.flow.until())
    }
}

fn left(until: OffsetDateTime) -> Duration {
    Duration::try_from(until - OffsetDateTime::now_utc()).unwrap_or_default()
}

impl Host {
    /// How people sign in for a connection: [`Grant::AuthorizationCode`] or [`Grant::DeviceCode`];
    /// `None` where nobody does.
    ///
    /// # Errors
    /// [`HostError::Connection`] when there is no connection of that name.
    pub async fn sign_in_way(&self, connection: &Connection) -> Result<Option<Grant>, HostError> {
        let component = self
            .component(&connection.tenant, &connection.connector)
            .await?;
        let grant = kind_of(&component.about, connection)?.grant;
        Ok(matches!(grant, Grant::AuthorizationCode | Grant::DeviceCode).then_some(grant))
    }

    /// Where the sign-in of a connection stands; of use only where people sign in.
    ///
    /// # Errors
    /// [`HostError::Auth`] when it cannot be read.
    pub async fn standing(&self, connection: &Connection) -> Result<Standing, HostError> {
        Ok(self.sign_ins().standing(connection).await?)
    }

    /// Begins a sign-in by way of a browser, which will come back to `redirect_uri`.
    ///
    /// # Errors
    /// [`HostError::Connection`] when the connection's kind has no such sign-in.
    pub async fn begin_browser_sign_in(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        redirect_uri: Url,
        account: Account,
    ) -> Result<BrowserSignIn, HostError> {
        let attempt = self.attempt(tenant, name, account).await?;
        let authorize_url = attempt.authorize_url.as_ref();
        let authorize_url =
            authorize_url.ok_or_else(|| no_such_sign_in(name, SignInWay::InBrowser))?;
        let known = match (account, self.standing(&attempt.connection).await?) {
            (
                Account::Same,
                Standing::SignedIn { identity, .. } | Standing::Needed { identity, .. },
            ) => identity.and_then(|identity| identity.user_name),
            _ => None,
        };
        let flow = AuthorizationCode::begin(
            &attempt.application,
            authorize_url,
            redirect_uri,
            known.as_deref().map_or(Which::Any, Which::Known),
            OffsetDateTime::now_utc(),
        )?;
        Ok(BrowserSignIn { attempt, flow })
    }

    /// Redeems the code that the browser brought back, keeps the sign-in and proves that it works.
    ///
    /// # Errors
    /// [`HostError::Auth`] when the authority gives no token for it or another person signed in. A
    /// sign-in from before is as it was then, and also when the service refuses the new one.
    pub async fn finish_browser_sign_in(
        &self,
        sign_in: BrowserSignIn,
        code: &SecretString,
    ) -> Result<SignInDone, HostError> {
        let BrowserSignIn { attempt, flow } = sign_in;
        let now = OffsetDateTime::now_utc();
        let signed_in = flow
            .redeem(&attempt.application, &*attempt.transport, code, now)
            .await?;
        self.keep_sign_in(attempt, signed_in).await
    }

    /// Begins a sign-in by a code that is typed into a browser anywhere.
    ///
    /// # Errors
    /// [`HostError::Connection`] when the connection's kind has no such sign-in, [`HostError::Auth`] when
    /// the authority gives no code.
    pub async fn begin_device_sign_in(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        account: Account,
    ) -> Result<DeviceSignIn, HostError> {
        let attempt = self.attempt(tenant, name, account).await?;
        let device_url = attempt.device_url.as_ref();
        let device_url = device_url.ok_or_else(|| no_such_sign_in(name, SignInWay::ByCode))?;
        let flow = DeviceCode::begin(
            &attempt.application,
            device_url,
            &*attempt.transport,
            OffsetDateTime::now_utc(),
        )
        .await?;
        Ok(DeviceSignIn { attempt, flow })
    }

    /// Waits until the person has typed in the code, keeps the sign-in and proves that it works.
    ///
    /// # Errors
    /// As [`Host::finish_browser_sign_in`], and when the person declines or takes too long.
    pub async fn finish_device_sign_in(
        &self,
        sign_in: DeviceSignIn,
    ) -> Result<SignInDone, HostError> {
        let DeviceSignIn { attempt, mut flow } = sign_in;
        while let Some(wait) = flow.wait(OffsetDateTime::now_utc()) {
            tokio::time::sleep(wait).await;
            let now = OffsetDateTime::now_utc();
            let asked = flow
                .ask(&attempt.application, &*attempt.transport, now)
                .await?;
            if let Some(signed_in) = asked {
                return self.keep_sign_in(attempt, signed_in).await;
            }
        }
        Err(HostError::Auth(airlock_auth::AuthError::Refused {
            code: None,
            message: "nobody signed in with the code in time".to_owned(),
            advice: "sign in again, and enter the new code soon".to_owned(),
        }))
    }

    /// Forgets who signed in for a connection, and every token got with that; calls under way end
    /// first. The authority is not told: it has no way for an application to end its own sign-in.
    ///
    /// # Errors
    /// [`HostError::Connection`] when there is no connection of that name or nobody signs in for it.
    pub async fn sign_out(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Connection, HostError> {
        let connection = self.connection(tenant, name).await?;
        if self.sign_in_way(&connection).await?.is_none() {
            return Err(no_such_sign_in(name, SignInWay::AsPerson));
        }
        let connection = self.sign_ins().forget(&connection).await?;
        self.let_go(&connection);
        Ok(connection)
    }

    async fn attempt(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        account: Account,
    ) -> Result<Attempt, HostError> {
        let connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        let kind = kind_of(&component.about, &connection)?;
        if !matches!(kind.grant, Grant::AuthorizationCode | Grant::DeviceCode) {
            return Err(no_such_sign_in(name, SignInWay::AsPerson));
        }
        let secrets = self.store.secrets(&connection).await?;
        let plan = SignInPlan::of(kind, &connection, &secrets)?;
        Ok(Attempt {
            application: plan.application,
            authorize_url: plan.authorize_url,
            device_url: plan.device_url,
            transport: plan.way.open(&self.egress, &connection),
            connection,
            account,
        })
    }

    async fn keep_sign_in(
        &self,
        attempt: Attempt,
        signed_in: SignedIn,
    ) -> Result<SignInDone, HostError> {
        let Attempt {
            connection,
            application,
            account,
            ..
        } = attempt;
        let identity = signed_in.identity.clone();
        let sign_ins = self.sign_ins();
        let accepted = sign_ins
            .accept(&connection, &application, signed_in, account)
            .await?;
        self.let_go(&connection);
        let check = self.check(&connection.tenant, &connection.name).await;
        let useless = matches!(
            check.as_ref().map_err(HostError::category),
            Err(Category::Credentials | Category::Refused)
        );
        if useless && accepted.replaced() {
            sign_ins.restore(accepted).await?;
            self.let_go(&connection);
            return Err(check.err().unwrap_or_else(|| {
                HostError::Defect("a check that failed has no error".to_owned())
            }));
        }
        Ok(SignInDone { identity, check })
    }

    fn sign_ins(&self) -> SignIns {
        SignIns::new(Arc::clone(&self.tokens))
    }
}

fn no_such_sign_in(name: &ConnectionName, way: SignInWay) -> HostError {
    HostError::Connection {
        connection: name.clone(),
        fault: ConnectionFault::NoSignIn { way },
    }
}
