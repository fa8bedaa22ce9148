//! Errors of signing people in: codes, refresh tokens, device codes, passwords, consent.
//!
//! Numbers and texts: Microsoft's list of AADSTS codes; which OAuth name goes with which number is observed or
//! (unverified) and stands here once.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::EntraError;

/// The grant is not good (any more).
const GRANT: &str = "invalid_grant";
/// The request cannot be understood.
const REQUEST: &str = "invalid_request";

impl EntraError {
    /// No such person.
    pub fn no_user(name: &str) -> Self {
        let message = format!(
            "The user account {name} does not exist in the directory. To sign into this application, the account must \
             be added to the directory."
        );
        Self::new(GRANT, 50_034, message)
    }

    /// A wrong password.
    pub fn wrong_password() -> Self {
        Self::new(
            GRANT,
            50_126,
            "Error validating credentials due to invalid username or password.",
        )
    }

    /// The account is switched off.
    pub fn account_disabled(name: &str) -> Self {
        Self::new(
            GRANT,
            50_057,
            format!("The user account {name} is disabled."),
        )
    }

    /// The password has to be changed.
    pub fn password_expired() -> Self {
        Self::new(GRANT, 50_055, "The password is expired.")
    }

    /// A second factor is needed, which only a page can ask for.
    pub fn second_factor(resource: &str) -> Self {
        let message = format!(
            "Due to a configuration change made by your administrator, or because you moved to a new location, you \
             must use multi-factor authentication to access '{resource}'."
        );
        Self {
            suberror: Some("basic_action"),
            ..Self::new("interaction_required", 50_076, message)
        }
    }

    /// Nobody allowed this yet.
    pub fn no_consent(client_id: Uuid, name: &str) -> Self {
        let message = format!(
            "The user or administrator has not consented to use the application with ID '{client_id}' named '{name}'. \
             Send an interactive authorization request for this user and resource."
        );
        Self {
            suberror: Some("consent_required"),
            ..Self::new(GRANT, 65_001, message)
        }
    }

    /// The person said no.
    pub fn declined() -> Self {
        Self::new(
            "access_denied",
            65_004,
            "User declined to consent to access the app.",
        )
    }

    /// Only an administrator may say yes.
    pub fn not_administrator() -> Self {
        Self::new(
            "access_denied",
            90_094,
            "An administrator of the tenant has to grant this permission.",
        )
    }

    /// Nobody is signed in, and nobody may be asked.
    pub fn not_signed_in() -> Self {
        let message = "A silent sign-in request was sent but no user is signed in. The cookies used to represent the \
                       user's session were not sent in the request.";
        Self::new("login_required", 50_058, message)
    }

    /// Several are signed in, and nobody may be asked which of them it is.
    pub fn several_signed_in() -> Self {
        let message = "Either multiple user identities are available for the current request or selected account is \
                       not supported for the scenario.";
        Self::new("interaction_required", 16_000, message)
    }

    /// Nobody allowed this yet, and nobody may be asked.
    pub fn consent_needed(client_id: Uuid, name: &str) -> Self {
        Self {
            error: "consent_required",
            ..Self::no_consent(client_id, name)
        }
    }

    /// The permission does not exist.
    pub fn unknown_permission(client: &str, permission: &str, resource: &str) -> Self {
        let message = format!(
            "The application '{client}' asked for scope '{permission}' that doesn't exist on the resource \
             '{resource}'. Contact the app vendor."
        );
        let error = Self::new("invalid_client", 650_053, message);
        Self {
            status: http::StatusCode::BAD_REQUEST,
            ..error
        }
    }

    /// The redirect URI is not registered.
    pub fn redirect(uri: &str, client: &str) -> Self {
        let message = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the \
             application '{client}'. Make sure the redirect URI sent in the request matches one added to your \
             application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about \
             how to troubleshoot this error."
        );
        Self::new(REQUEST, 50_011, message)
    }

    /// The redirect URI of the token request is not that of the authorization request.
    pub fn redirect_differs(uri: &str, expected: &str) -> Self {
        let message = format!(
            "The reply address '{uri}' does not match the reply address '{expected}' provided when requesting \
             Authorization code."
        );
        Self::new(GRANT, 500_112, message)
    }

    /// A response type that is not `code`.
    pub fn response_type(kind: &str, client: Uuid) -> Self {
        let message =
            format!("response_type '{kind}' is not enabled for the application '{client}'.");
        Self::new("unsupported_response_type", 700_054, message)
    }

    /// A response mode that does not exist.
    pub fn response_mode(mode: &str) -> Self {
        Self::new(
            REQUEST,
            70_007,
            format!("'{mode}' is not a supported value of 'response_mode'."),
        )
    }

    /// A prompt that does not exist.
    pub fn prompt(prompt: &str) -> Self {
        Self::new(
            REQUEST,
            90_023,
            format!("'{prompt}' is not a supported value of 'prompt'."),
        )
    }

    /// A parameter of a page is missing.
    pub fn missing_in_page(parameter: &str) -> Self {
        let message = format!("The required field '{parameter}' is missing from the request.");
        Self::new(REQUEST, 90_014, message)
    }

    /// A code that is none.
    pub fn code_malformed() -> Self {
        Self::new(
            GRANT,
            9_002_313,
            "Invalid request. Request is malformed or invalid.",
        )
    }

    /// A code that came too late.
    pub fn code_expired() -> Self {
        let message = "The provided authorization code or refresh token has expired due to inactivity. Send a new \
                       interactive authorization request for this user and resource.";
        Self::new(GRANT, 70_008, message)
    }

    /// A code that came twice.
    pub fn code_redeemed() -> Self {
        let message = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an \
                       existing refresh token.";
        Self::new(GRANT, 54_005, message)
    }

    /// A code or token of another tenant.
    pub fn other_tenant(tenant: &str) -> Self {
        let message = format!(
            "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization \
             Code must be redeemed against same tenant it was acquired for, not '{tenant}'."
        );
        Self::new(GRANT, 700_005, message)
    }

    /// A grant of another client.
    pub fn grant_invalid() -> Self {
        let message = "Provided grant is invalid or malformed: it was issued to another client.";
        Self::new(GRANT, 70_000, message)
    }

    /// A refresh token that is none.
    pub fn refresh_malformed() -> Self {
        let message = "Provided grant is invalid or malformed. The refresh token is not one of this authority's.";
        Self::new(GRANT, 70_000, message)
    }

    /// A refresh token that nobody used for long.
    pub fn refresh_expired(issued: OffsetDateTime, seconds: i64) -> Self {
        let message = format!(
            "The refresh token has expired due to inactivity. The token was issued on {} and was inactive for {}.00:00:00.",
            issued.format(&Rfc3339).unwrap_or_default(),
            seconds / 86_400
        );
        Self {
            suberror: Some("bad_token"),
            ..Self::new(GRANT, 700_082, message)
        }
    }

    /// The password changed, or an administrator ended all sessions.
    pub fn revoked() -> Self {
        let message = "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user \
                       might have changed or reset their password.";
        Self {
            suberror: Some("bad_token"),
            ..Self::new(GRANT, 50_173, message)
        }
    }

    /// A challenge method that does not exist.
    pub fn challenge_method(method: &str) -> Self {
        let message = format!("'{method}' is not a supported value of 'code_challenge_method'.");
        Self::new(REQUEST, 9_002_325, message)
    }

    /// A challenge of impossible length.
    pub fn challenge_size() -> Self {
        Self::new(REQUEST, 50_147, "Invalid size of Code_Challenge parameter.")
    }

    /// No verifier, though there was a challenge.
    pub fn verifier_missing() -> Self {
        let message = "The request must contain the 'code_verifier' that belongs to the 'code_challenge' supplied in \
                       the authorization request for PKCE.";
        Self::new(GRANT, 50_148, message)
    }

    /// A verifier of impossible length.
    pub fn verifier_size() -> Self {
        Self::new(GRANT, 501_491, "Invalid size of Code_Verifier parameter.")
    }

    /// A verifier of another challenge.
    pub fn verifier_wrong() -> Self {
        let message = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new(GRANT, 501_481, message)
    }

    /// The person has not answered yet.
    pub fn device_pending() -> Self {
        let message = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("authorization_pending", 70_016, message)
    }

    /// The client asks too often. Entra has no number of its own for it.
    pub fn device_too_fast() -> Self {
        let message =
            "OAuth 2.0 device flow error. Polling is faster than the interval allows. Slow down.";
        Self::new("slow_down", 70_016, message)
    }

    /// No such device code.
    pub fn device_unknown() -> Self {
        Self::new(
            "bad_verification_code",
            70_018,
            "Invalid verification code due to User typing in wrong user code for device code flow.",
        )
    }

    /// The device code came too late.
    pub fn device_expired() -> Self {
        Self::new("expired_token", 70_019, "Verification code expired.")
    }

    /// The person said no.
    pub fn device_declined() -> Self {
        let error = Self::declined();
        Self {
            error: "authorization_declined",
            ..error
        }
    }

    /// The token that a service showed is not good.
    pub fn user_assertion(detail: &str) -> Self {
        let message = format!("Assertion failed signature validation. [Reason - {detail}.]");
        Self::new(GRANT, 50_013, message)
    }

    /// The token that a service showed came too late.
    pub fn user_assertion_expired() -> Self {
        let message = "Assertion is not within its valid time range. Ensure that the access token is not expired \
                       before using it for user assertion, or request a new token.";
        Self::new(GRANT, 500_133, message)
    }
}
