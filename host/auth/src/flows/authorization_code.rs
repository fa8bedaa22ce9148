//! The authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636), state and issuer (RFC 9207).
//!
//! Auth layer. One value is one attempt: it makes the address that the browser opens, judges what
//! the browser brings back, and redeems the code once. Anybody may knock at the door meanwhile; only
//! what carries this attempt's state counts, and only the first.

use std::time::Duration;

use oauth2::{
    AuthUrl, AuthorizationCode as Code, CsrfToken, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope,
};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use url::Url;

use super::device_code::wrong_id_token;
use super::identity::{Expected, Identity};
use super::redirect::{Pasted, Redirect, pasted};
use super::{SignedIn, same};
use crate::answer;
use crate::application::Application;
use crate::error::AuthError;
use crate::transport::TokenTransport;

/// How long a person may take. Codes live as long at Entra.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Bytes of randomness in state and nonce.
const RANDOM: u32 = 32;

/// Whose sign-in is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Whoever the person chooses in the browser, which may know several.
    Any,
    /// The person of this user name, whose sign-in is renewed.
    Known(&'a str),
}

/// An attempt to sign in by way of a browser.
#[derive(Debug)]
pub struct AuthorizationCode {
    url: Url,
    redirect_uri: Url,
    state: SecretString,
    nonce: SecretString,
    verifier: SecretString,
    issuer: Option<String>,
    until: OffsetDateTime,
    spent: bool,
}

/// What a request at the door means.
#[derive(Debug)]
pub enum Received {
    /// It does not belong to this attempt, which goes on.
    Stray,
    /// The sign-in ends without a code.
    Refused(AuthError),
    /// A code, to be redeemed.
    Code(SecretString),
}

impl AuthorizationCode {
    /// Begins an attempt. The browser is to open [`url`](Self::url) and comes back to
    /// `redirect_uri`.
    ///
    /// # Errors
    /// When the authorization endpoint carries a user name or password.
    pub fn begin(
        application: &Application,
        authorize_url: &Url,
        redirect_uri: Url,
        which: Which<'_>,
        now: OffsetDateTime,
    ) -> Result<Self, AuthError> {
        if !authorize_url.username().is_empty() || authorize_url.password().is_some() {
            return Err(AuthError::Invalid {
                message:
                    "the Authorize URL has to be https://host/path, without user name and password"
                        .into(),
            });
        }
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random_len(RANDOM).into_secret();
        let client = application
            .client()
            .set_auth_uri(AuthUrl::from_url(authorize_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()));
        let request = client
            .authorize_url(|| CsrfToken::new_random_len(RANDOM))
            .add_scopes(application.scopes.iter().cloned().map(Scope::new))
            .add_extra_param("nonce", nonce.as_str())
            .set_pkce_challenge(challenge);
        let (url, state) = match which {
            // A browser that knows somebody must not decide alone who the connection is.
            Which::Any => request.add_extra_param("prompt", "select_account"),
            Which::Known(user_name) => request.add_extra_param("login_hint", user_name),
        }
        .url();
        Ok(Self {
            url,
            redirect_uri,
            state: state.into_secret().into(),
            nonce: nonce.into(),
            verifier: verifier.into_secret().into(),
            issuer: None,
            until: now + LONGEST,
            spent: false,
        })
    }

    /// What the browser is to open. It holds no secret: who reads it can begin a sign-in and not
    /// end it.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Until when the attempt is good.
    pub fn until(&self) -> OffsetDateTime {
        self.until
    }

    /// Judges the query of a request that came to the redirect address.
    pub fn receive(
        &mut self,
        application: &Application,
        query: &str,
        now: OffsetDateTime,
    ) -> Received {
        let Some(redirect) = Redirect::read(query) else {
            return Received::Stray;
        };
        let ours = redirect
            .state
            .as_ref()
            .is_some_and(|state| same(state, &self.state));
        if self.spent || !ours {
            return Received::Stray;
        }
        // From here on it is the one answer, good or bad.
        self.spent = true;
        if now >= self.until {
            return Received::Refused(late());
        }
        if let Some(issuer) = redirect.issuer {
            if !self.is_from(&issuer) {
                return Received::Refused(mixed_up());
            }
            self.issuer = Some(issuer);
        }
        match (redirect.refusal, redirect.code) {
            (Some(refusal), _) => Received::Refused(match application.asked(&[]) {
                Ok(asked) => refusal.explain(&asked),
                Err(error) => error,
            }),
            (None, Some(code)) if !code.expose_secret().is_empty() => Received::Code(code),
            (None, _) => Received::Refused(AuthError::Invalid {
                message: "the sign-in page sent the browser back without a code".into(),
            }),
        }
    }

    /// Judges what a person pasted: the address that the browser came back to, or the code in it.
    /// A code alone carries no state; that it belongs to this attempt is proven by the verifier
    /// when it is redeemed.
    pub fn receive_pasted(
        &mut self,
        application: &Application,
        text: &str,
        now: OffsetDateTime,
    ) -> Received {
        match pasted(text) {
            Pasted::Query(query) => self.receive(application, &query, now),
            Pasted::Code(_) if self.spent => Received::Stray,
            Pasted::Code(code) if code.expose_secret().is_empty() => Received::Stray,
            Pasted::Code(_) if now >= self.until => Received::Refused(late()),
            Pasted::Code(code) => {
                self.spent = true;
                Received::Code(code)
            }
        }
    }

    /// Redeems the code.
    ///
    /// # Errors
    /// Why the authority gave no token for it.
    pub async fn redeem(
        self,
        application: &Application,
        transport: &dyn TokenTransport,
        code: &SecretString,
        now: OffsetDateTime,
    ) -> Result<SignedIn, AuthError> {
        let asked = application.asked(&[code, &self.verifier, &self.state])?;
        let http = answer::Http::new(transport, now);
        let success = application
            .client()
            .set_redirect_uri(RedirectUrl::from_url(self.redirect_uri.clone()))
            .exchange_code(Code::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(
                self.verifier.expose_secret().to_owned(),
            ))
            .request_async(&http)
            .await
            .map_err(|error| answer::explain(&asked, error))?;
        let delegated = success.delegated(&asked)?;
        let expected = Expected {
            client_id: &application.client_id,
            nonce: Some(&self.nonce),
            issuer: self.issuer.as_deref(),
        };
        let identity = delegated
            .id_token
            .as_ref()
            .map(|token| Identity::read(token, &expected))
            .transpose()
            .map_err(|fault| wrong_id_token(&asked, fault))?;
        Ok(SignedIn::new(delegated, identity))
    }

    /// Whether `issuer` (RFC 9207) is the authority that the browser was sent to. An authority of
    /// many directories names the person's own in its path, so the origin has to agree here; the
    /// whole of it has to agree with the id token's.
    fn is_from(&self, issuer: &str) -> bool {
        Url::parse(issuer).is_ok_and(|issuer| {
            issuer.origin() == self.url.origin()
                && issuer.query().is_none()
                && issuer.fragment().is_none()
        })
    }
}

fn late() -> AuthError {
    AuthError::Refused {
        code: None,
        message: "the sign-in took longer than ten minutes".into(),
        advice: "sign in again".into(),
    }
}

fn mixed_up() -> AuthError {
    AuthError::Refused {
        code: None,
        message: "the browser came back from another authority than the one it was sent to".into(),
        advice: "nothing was sent to either; check the Authorize URL and the Token URL, and sign in again".into(),
    }
}
