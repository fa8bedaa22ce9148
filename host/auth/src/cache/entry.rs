//! The token of one connection, and the single flight in which it is got.
//!
//! Auth layer. Whoever needs a token while one is being fetched waits for that; the fetch is a
//! shared future that every waiter drives, so it goes on when the one that began it gives up, and
//! ends when nobody waits any more. What uses up a refresh token goes on even then: an answer that
//! nobody kept would be the end of the sign-in. Locks are held for looking and noting only, never over an
//! await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use airlock_store::Slots;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::sync::RwLock;
use tracing::Instrument;

use super::TokenKey;
use super::policy;
use super::saved;
use super::token::Token;
use crate::clock::Clock;
use crate::error::AuthError;
use crate::grant::{Fingerprint, Grant};
use crate::transport::TokenTransport;

type Outcome = Result<Token, AuthError>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// How to get a token: the grant to ask with and the way to ask.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) grant: Arc<dyn Grant>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) transport: Arc<dyn TokenTransport>,
}

/// The token of one connection.
pub(crate) struct TokenEntry {
    key: TokenKey,
    store: Arc<dyn Slots>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    flight: Option<(Fingerprint, WeakShared<BoxFuture<'static, Outcome>>)>,
    setback: Option<Setback>,
    /// No renewal before the token's end is begun before this.
    early_renewal_at: Option<OffsetDateTime>,
}

/// A failure that is not to be repeated for a while.
struct Setback {
    grant: Fingerprint,
    error: AuthError,
    until: OffsetDateTime,
}

/// No new token, and the old one that another process left, if it still lives.
struct Failed {
    error: AuthError,
    fallback: Option<Token>,
}

impl From<AuthError> for Failed {
    fn from(error: AuthError) -> Self {
        Self {
            error,
            fallback: None,
        }
    }
}

/// What a look at the state says.
enum Next {
    Done(Outcome),
    /// Wait for this; should it fail, the old token serves on if there is one.
    Await(Flight, Option<Token>),
}

impl TokenEntry {
    pub(super) fn new(key: TokenKey, store: Arc<dyn Slots>, clock: Arc<dyn Clock>) -> Self {
        Self {
            key,
            store,
            clock,
            state: Mutex::default(),
        }
    }

    pub(super) fn holds_living_token(&self, now: OffsetDateTime) -> bool {
        let state = self.state();
        state.token.as_ref().is_some_and(|token| token.lives(now))
    }

    /// Tokens that are no longer used, by this process or by others, and may still be good for something.
    pub(crate) fn forerunners(&self) -> Vec<SecretString> {
        let state = self.state();
        let token = state.token.as_ref();
        token
            .into_iter()
            .flat_map(|token| token.forerunners.iter())
            .map(|former| SecretString::clone(&former.value))
            .collect()
    }

    /// A token that is good as far as is known.
    pub(crate) async fn lease(self: &Arc<Self>, order: &Order) -> Outcome {
        let next = self.next_for_lease(order);
        self.conclude(next).await
    }

    /// Another token than `refused`.
    pub(crate) async fn renew(self: &Arc<Self>, order: &Order, refused: &SecretString) -> Outcome {
        let next = self.next_for_renewal(order, refused);
        self.conclude(next).await
    }

    async fn conclude(&self, next: Next) -> Outcome {
        match next {
            Next::Done(outcome) => outcome,
            Next::Await(flight, None) => flight.await,
            Next::Await(flight, Some(old)) => match flight.await {
                Err(error) if old.lives(self.clock.now()) => {
                    self.warn_of_old_token(&error);
                    Ok(old)
                }
                outcome => outcome,
            },
        }
    }

    fn next_for_lease(self: &Arc<Self>, order: &Order) -> Next {
        let now = self.clock.now();
        let mut state = self.state();
        let old = match state.living(order.fingerprint, now) {
            // Old but good: one call renews it, the others do not wait.
            Some(token) if token.is_fresh(now) || !state.may_renew_early(now) => {
                return Next::Done(Ok(token));
            }
            Some(token) => {
                state.early_renewal_at = Some(now + policy::BETWEEN_EARLY_RENEWALS);
                Some(token)
            }
            None => None,
        };
        if let Some(error) = state.setback(order.fingerprint, now) {
            return Next::Done(old.ok_or(error));
        }
        Next::Await(self.join_or_begin(&mut state, order, None), old)
    }

    fn next_for_renewal(self: &Arc<Self>, order: &Order, refused: &SecretString) -> Next {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(token) = state.living(order.fingerprint, now) {
            if !token.is(refused) {
                return Next::Done(Ok(token));
            }
            if token.after_refusal && now < token.issued_at + policy::RENEWAL_MUST_LAST {
                return Next::Done(Err(refused_again()));
            }
            if token.living_forerunners(now) >= policy::MOST_REPLACED {
                return Next::Done(Err(refused_too_often()));
            }
        }
        if let Some(error) = state.setback(order.fingerprint, now) {
            return Next::Done(Err(error));
        }
        // Nobody is to be handed it meanwhile.
        state.token.take_if(|token| token.is(refused));
        let refused = Arc::new(refused.clone());
        Next::Await(self.join_or_begin(&mut state, order, Some(refused)), None)
    }

    fn join_or_begin(
        self: &Arc<Self>,
        state: &mut State,
        order: &Order,
        refused: Option<Arc<SecretString>>,
    ) -> Flight {
        let under_way = state
            .flight
            .as_ref()
            .filter(|(grant, _)| *grant == order.fingerprint)
            .and_then(|(_, flight)| flight.upgrade());
        if let Some(flight) = under_way {
            return flight;
        }
        let (entry, order_here) = (Arc::clone(self), order.clone());
        let takes_turns = order.grant.takes_turns();
        let flight = async move {
            let work = async move { entry.fly(order_here, refused).await };
            if takes_turns {
                to_its_end(work).await
            } else {
                work.await
            }
        };
        let flight = flight.boxed().shared();
        state.flight = flight.downgrade().map(|flight| (order.fingerprint, flight));
        flight
    }

    /// Gets a token and notes what came of it. Runs once for all who wait.
    async fn fly(&self, order: Order, refused: Option<Arc<SecretString>>) -> Outcome {
        let fetched = self.fetch(&order, refused.as_deref()).await;
        let now = self.clock.now();
        let mut state = self.state();
        state.flight = None;
        match fetched {
            Ok(token) => {
                state.token = Some(token.clone());
                state.setback = None;
                state.early_renewal_at = None;
                Ok(token)
            }
            Err(Failed { error, fallback }) => {
                if let Some(pause) = policy::pause_after(&error) {
                    state.setback = Some(Setback {
                        grant: order.fingerprint,
                        error: error.clone(),
                        until: now + pause,
                    });
                }
                let old = fallback
                    .filter(|token| token.lives(now))
                    .ok_or_else(|| error.clone())?;
                self.warn_of_old_token(&error);
                state.early_renewal_at = Some(now + policy::BETWEEN_EARLY_RENEWALS);
                state.token = Some(old.clone());
                Ok(old)
            }
        }
    }

    /// A token from the store, where another process may have put a fresh one, or else from the
    /// authority.
    async fn fetch(&self, order: &Order, refused: Option<&SecretString>) -> Result<Token, Failed> {
        let mut former = self.kept().await?;
        let mut _turn = None;
        if order.grant.takes_turns() && !self.is_fresh(&self.usable(&former, order, refused)) {
            let taken = super::turn(&*self.store, &self.key).await;
            _turn = Some(taken.map_err(|error| Failed {
                error,
                fallback: self.usable(&former, order, refused),
            })?);
            // Whoever had the turn before has left what it got.
            former = self.kept().await?;
        }
        let kept = self.usable(&former, order, refused);
        let now = self.clock.now();
        if let Some(token) = kept.as_ref().filter(|token| token.is_fresh(now)) {
            return Ok(token.clone());
        }
        let issued = order
            .grant
            .exchange(&*order.transport, now)
            .await
            .map_err(|error| Failed {
                error,
                fallback: kept,
            })?;
        let now = self.clock.now();
        let token =
            Token::new(issued, order.fingerprint, now, refused.is_some()).following(former, now);
        self.keep(&token).await;
        Ok(token)
    }

    /// The token in the store, whatever it is good for.
    async fn kept(&self) -> Result<Option<Token>, AuthError> {
        let TokenKey { tenant, connection } = &self.key;
        let text = self.store.sealed(tenant, connection, saved::SLOT).await?;
        Ok(text.as_ref().and_then(saved::read))
    }

    /// The same, if it is one that this order may use.
    fn usable(
        &self,
        kept: &Option<Token>,
        order: &Order,
        refused: Option<&SecretString>,
    ) -> Option<Token> {
        let now = self.clock.now();
        kept.clone()
            .filter(|token| token.grant == order.fingerprint && token.lives(now))
            .filter(|token| refused.is_none_or(|refused| !token.is(refused)))
    }

    fn is_fresh(&self, token: &Option<Token>) -> bool {
        let now = self.clock.now();
        token.as_ref().is_some_and(|token| token.is_fresh(now))
    }

    /// The token is good whether or not it can be kept for the next process.
    async fn keep(&self, token: &Token) {
        let TokenKey { tenant, connection } = &self.key;
        let Some(text) = saved::write(token) else {
            return;
        };
        let kept = self
            .store
            .put_sealed(tenant, connection, saved::SLOT, &text);
        if let Err(error) = kept.await {
            tracing::warn!(%tenant, %connection, %error, "the token could not be kept for later");
        }
    }

    fn warn_of_old_token(&self, error: &AuthError) {
        tracing::warn!(
            tenant = %self.key.tenant,
            connection = %self.key.connection,
            %error,
            "the token could not be renewed ahead of time; the old one serves on"
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn living(&self, grant: Fingerprint, now: OffsetDateTime) -> Option<Token> {
        self.token
            .as_ref()
            .filter(|token| token.grant == grant && token.lives(now))
            .cloned()
    }

    fn may_renew_early(&self, now: OffsetDateTime) -> bool {
        self.early_renewal_at.is_none_or(|at| now >= at)
    }

    fn setback(&self, grant: Fingerprint, now: OffsetDateTime) -> Option<AuthError> {
        self.setback
            .as_ref()
            .filter(|setback| setback.grant == grant && now < setback.until)
            .map(|setback| policy::remembered(&setback.error, now, setback.until))
    }
}

fn refused_too_often() -> AuthError {
    AuthError::Refused {
        code: None,
        message: format!(
            "the service refused {} tokens before their time",
            policy::MOST_REPLACED
        ),
        advice: "see what the service has against this identity; another token is asked for once the first of them has run out".into(),
    }
}

fn refused_again() -> AuthError {
    AuthError::Refused {
        code: None,
        message: "the service refused a token that had just been issued for it".into(),
        advice: "check that the scopes name this very service, and that the service knows the identity (in Dynamics 365: an application user with this client id)".into(),
    }
}

/// Held for reading by all work that must not be broken off.
static UNDER_WAY: RwLock<()> = RwLock::const_new(());

/// Waits until no exchange is under way whose answer would be lost with this process, such as the
/// refresh token that takes another's place. None is begun meanwhile: for the end of a process.
pub async fn settled() {
    drop(UNDER_WAY.write().await);
}

/// Lets `work` go on when nobody waits for it any more.
async fn to_its_end(work: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
    let held = UNDER_WAY.read().await;
    let work = async move {
        let _held = held;
        work.await
    };
    tokio::spawn(work.in_current_span())
        .await
        .unwrap_or_else(|error| {
            Err(AuthError::Unavailable {
                message: format!("the renewal of the sign-in broke off: {error}; try again"),
                retry_after: None,
            })
        })
}
