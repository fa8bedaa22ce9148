//! The sign-ins of connections, as a host begins, asks after and ends them. Auth layer.

use std::sync::Arc;

use airlock_store::Connection;
use secrecy::SecretString;

use super::slot::load;
use super::{Accepted, Account, SIGN_IN_SLOT, Saved, Standing};
use crate::application::Application;
use crate::cache::{self, TokenKey, Tokens};
use crate::error::AuthError;
use crate::flows::{Identity, SignedIn};
use crate::grant::RefreshToken;

/// The sign-ins of all connections.
#[derive(Clone)]
pub struct SignIns {
    tokens: Arc<Tokens>,
}

impl SignIns {
    /// Over the store that `tokens` keeps its tokens in.
    pub fn new(tokens: Arc<Tokens>) -> Self {
        Self { tokens }
    }

    /// Where the sign-in of a connection stands.
    ///
    /// # Errors
    /// [`AuthError::Store`] when it cannot be read.
    pub async fn standing(&self, connection: &Connection) -> Result<Standing, AuthError> {
        let saved = load(&**self.tokens.store(), &key(connection)).await?;
        Ok(saved.map_or(Standing::SignedOut, Saved::standing))
    }

    /// Keeps a sign-in in the place of the one before, with its access token for the calls to come.
    ///
    /// # Errors
    /// [`AuthError::OtherPerson`] when `account` asks for the same person and another one signed
    /// in; nothing was changed then.
    pub async fn accept(
        &self,
        connection: &Connection,
        application: &Application,
        signed_in: SignedIn,
        account: Account,
    ) -> Result<Accepted, AuthError> {
        let store = self.tokens.store();
        let key = key(connection);
        let _turn = cache::turn(&**store, &key).await?;
        let previous = store
            .sealed(&key.tenant, &key.connection, SIGN_IN_SLOT)
            .await?;
        let before = previous.as_ref().and_then(Saved::read);
        if let (Account::Same, Some(before)) = (account, &before) {
            same_person(before.identity.as_ref(), signed_in.identity.as_ref())?;
        }
        let now = self.tokens.now();
        let mut connection = connection.clone();
        // Other processes notice that it changed, and let go of the access tokens from before.
        connection.updated_at = now;
        let saved = Saved::new(&signed_in, application.home(), now);
        let fingerprint = RefreshToken::fingerprint_of(application, &connection);
        let slots = [
            (SIGN_IN_SLOT, saved.write()),
            cache::kept(signed_in.issued, fingerprint, now),
        ];
        let slots: Vec<(&str, SecretString)> = slots
            .into_iter()
            .filter_map(|(slot, value)| Some((slot, value?)))
            .collect();
        store.replace_sealed(&connection, &slots).await?;
        Ok(Accepted {
            connection,
            previous,
        })
    }

    /// Brings back the sign-in from before `accepted`, which turned out to be of no use.
    ///
    /// # Errors
    /// [`AuthError::Store`] when it cannot be kept.
    pub async fn restore(&self, accepted: Accepted) -> Result<Connection, AuthError> {
        let mut connection = accepted.connection;
        connection.updated_at = self.tokens.now();
        let slots: Vec<(&str, SecretString)> = accepted
            .previous
            .into_iter()
            .map(|previous| (SIGN_IN_SLOT, previous))
            .collect();
        let _turn = cache::turn(&**self.tokens.store(), &key(&connection)).await?;
        self.tokens
            .store()
            .replace_sealed(&connection, &slots)
            .await?;
        Ok(connection)
    }

    /// Forgets the sign-in of a connection and every token got with it.
    ///
    /// # Errors
    /// [`AuthError::Store`] when that cannot be kept.
    pub async fn forget(&self, connection: &Connection) -> Result<Connection, AuthError> {
        let mut connection = connection.clone();
        connection.updated_at = self.tokens.now();
        let _turn = cache::turn(&**self.tokens.store(), &key(&connection)).await?;
        self.tokens.store().replace_sealed(&connection, &[]).await?;
        Ok(connection)
    }
}

fn key(connection: &Connection) -> TokenKey {
    TokenKey {
        tenant: connection.tenant.clone(),
        connection: connection.id,
    }
}

/// Refuses another person than the one before. Who cannot be told from another is another.
fn same_person(before: Option<&Identity>, now: Option<&Identity>) -> Result<(), AuthError> {
    match (before, now) {
        (None, _) => Ok(()),
        (Some(before), Some(now)) if before.is_same(now) => Ok(()),
        (Some(before), now) => Err(AuthError::OtherPerson {
            before: before.to_string(),
            now: now.map(ToString::to_string),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_person_takes_over_a_connection() {
        let person = |object: &str, user: &str| Identity {
            tenant: "t".into(),
            object: object.into(),
            user_name: Some(user.into()),
            name: None,
        };
        let (ada, mei) = (person("1", "ada@x.example"), person("2", "mei@x.example"));
        let renamed = person("1", "ada.holm@x.example");
        for (before, now, refused) in [
            (None, Some(&mei), false),
            (None, None, false),
            (Some(&ada), Some(&ada), false),
            (Some(&ada), Some(&renamed), false),
            (Some(&ada), Some(&mei), true),
            (Some(&ada), None, true),
        ] {
            let judged = same_person(before, now);
            assert_eq!(judged.is_err(), refused, "{before:?} {now:?}");
            if let (Err(error), Some(now)) = (judged, now) {
                let text = error.to_string();
                assert!(text.contains("ada@x.example") && text.contains("mei@x.example"));
                assert!(now.is_same(&mei));
            }
        }
    }
}
