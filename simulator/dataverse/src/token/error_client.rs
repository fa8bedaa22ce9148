//! Errors of client assertions and of clients that must not prove themselves.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::EntraError;

/// The client could not be authenticated.
const CLIENT: &str = "invalid_client";

impl EntraError {
    /// An assertion that is no JWT of the right form.
    pub fn assertion_malformed(what: &str) -> Self {
        Self::new(
            CLIENT,
            50_027,
            format!("JWT token is invalid or malformed: {what}."),
        )
    }

    /// The key is not registered, or did not sign this.
    pub fn assertion_key(reason: &str, thumbprint: &str) -> Self {
        let message = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. \
             [Reason - {reason}., Thumbprint of key used by client: '{thumbprint}']"
        );
        Self::new(CLIENT, 700_027, message)
    }

    /// Issuer or subject is not the client.
    pub fn assertion_issuer(issuer: &str, client: Uuid) -> Self {
        let message = format!(
            "Client assertion application identifier '{issuer}' doesn't match 'client_id' parameter '{client}'."
        );
        Self::new(CLIENT, 700_021, message)
    }

    /// It is for another endpoint.
    pub fn assertion_audience() -> Self {
        let message = "Client assertion audience claim does not match Realm issuer.";
        Self::new(CLIENT, 50_012, message)
    }

    /// It is too early or too late.
    pub fn assertion_time(now: i64, from: i64, until: i64) -> Self {
        let at = |seconds: i64| {
            let moment = OffsetDateTime::from_unix_timestamp(seconds).ok();
            moment
                .and_then(|moment| moment.format(&Rfc3339).ok())
                .unwrap_or_default()
        };
        let message = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry \
             time of assertion {}.",
            at(now),
            at(from),
            at(until)
        );
        Self::new(CLIENT, 700_024, message)
    }

    /// It was used already. Entra itself does not refuse this; the number is the general one of bad assertions.
    pub fn assertion_replayed() -> Self {
        let message = "Client assertion was presented before, or has no 'jti'; this application takes each one once.";
        Self::new(CLIENT, 50_012, message)
    }

    /// A public client sent a credential.
    pub fn public_with_credential() -> Self {
        let message = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        Self::new(CLIENT, 700_025, message)
    }

    /// `.default` beside other permissions.
    pub fn scope_default_with_others() -> Self {
        let message = ".default scope can't be combined with resource-specific scopes.";
        Self::new("invalid_scope", 70_011, message)
    }

    /// Instance discovery of an authority that is none.
    pub fn instance(endpoint: &str) -> Self {
        let message = format!(
            "Unknown or invalid instance: '{endpoint}' is not an endpoint of this authority."
        );
        Self::new("invalid_instance", 50_049, message)
    }
}
