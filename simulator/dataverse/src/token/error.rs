//! Errors of the authority: OAuth's error names with Entra's AADSTS numbers and texts.
//!
//! Clients should branch on the name; people search for the number. Which number goes with which name is partly
//! observed, not documented, so each pair stands here once.

use http::StatusCode;
use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use crate::http::Response;

/// A refused token request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("AADSTS{number}: {message}")]
pub struct EntraError {
    /// OAuth error name.
    pub error: &'static str,
    /// AADSTS number.
    pub number: u32,
    /// Text after the number.
    pub message: String,
    /// What a library should do about it, where Entra says so.
    pub suberror: Option<&'static str>,
    /// HTTP status.
    pub status: StatusCode,
}

impl EntraError {
    pub(super) fn new(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        // OAuth asks for 401 when the client could not be authenticated.
        let status = if error == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            error,
            number,
            message: message.into(),
            suberror: None,
            status,
        }
    }

    /// A parameter is missing.
    pub fn missing(parameter: &str) -> Self {
        let message =
            format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, message)
    }

    /// The endpoint was not posted to.
    pub fn method(method: &http::Method) -> Self {
        let message =
            format!("The endpoint only accepts POST requests. Received a {method} request.");
        Self::new("invalid_request", 900_561, message)
    }

    /// No such tenant.
    pub fn tenant(name: &str) -> Self {
        let message = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Self::new("invalid_request", 90_002, message)
    }

    /// `common` and its like, where a tenant must be named.
    pub fn no_tenant() -> Self {
        let message = "No tenant-identifying information found in either the request or implied by any provided \
                       credentials.";
        Self::new("invalid_request", 50_059, message)
    }

    /// A grant that does not exist.
    pub fn grant(grant: &str) -> Self {
        Self::new(
            "unsupported_grant_type",
            70_003,
            format!("The app requested an unsupported grant type '{grant}'."),
        )
    }

    /// No such application in the tenant.
    pub fn application(client_id: &str, tenant: &str) -> Self {
        let message = format!(
            "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if \
             the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, message)
    }

    /// The application may not sign in.
    pub fn disabled(client_id: Uuid, name: &str) -> Self {
        Self::new(
            "unauthorized_client",
            7_000_112,
            format!("Application '{client_id}'({name}) is disabled."),
        )
    }

    /// Neither secret nor assertion.
    pub fn no_credential() -> Self {
        let message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::new("invalid_client", 7_000_218, message)
    }

    /// A wrong secret.
    pub fn secret(client_id: Uuid) -> Self {
        let message = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
             not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::new("invalid_client", 7_000_215, message)
    }

    /// The right secret, too late.
    pub fn expired_secret(client_id: Uuid) -> Self {
        let message = format!(
            "The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new \
             keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added \
             security: https://aka.ms/certCreds."
        );
        Self::new("invalid_client", 7_000_222, message)
    }

    /// A scope that is no scope.
    pub fn scope(scope: &str) -> Self {
        let message = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        Self::new("invalid_scope", 70_011, message)
    }

    /// A delegated scope where an application must ask for `.default`.
    pub fn scope_not_default(scope: &str) -> Self {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::new("invalid_scope", 1_002_012, message)
    }

    /// Two resources at once.
    pub fn scope_of_two() -> Self {
        let message = "The provided value for the input parameter 'scope' is not valid because it contains more than \
                       one resource.";
        Self::new("invalid_scope", 700_022, message)
    }

    /// The resource is unknown: mostly a mistyped organisation address.
    pub fn resource(resource: &str, tenant: &str) -> Self {
        let message = format!(
            "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if \
             the application has not been installed by the administrator of the tenant or consented to by any user \
             in the tenant. You might have sent your authentication request to the wrong tenant."
        );
        Self::new("invalid_resource", 500_011, message)
    }

    /// The authority itself failed.
    pub fn temporary() -> Self {
        let message = "A transient error has occurred. Please try again.";
        let error = Self::new("temporarily_unavailable", 90_033, message);
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..error
        }
    }

    /// What people search for, without the ids of one request.
    pub fn short(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.message)
    }

    /// The whole text: what went wrong, and the ids under which to ask about it.
    pub fn description(&self, trace: &Trace) -> String {
        let Trace {
            request,
            correlation,
            ..
        } = trace;
        format!(
            "{}\r\nTrace ID: {request}\r\nCorrelation ID: {correlation}\r\nTimestamp: {}",
            self.short(),
            trace.stamp()
        )
    }

    /// The answer on the wire.
    pub fn into_response(self, trace: &Trace) -> Response {
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(trace),
            "error_codes": [self.number],
            "timestamp": trace.stamp(),
            "trace_id": trace.request,
            "correlation_id": trace.correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        if let (Some(body), Some(suberror)) = (body.as_object_mut(), self.suberror) {
            body.insert("suberror".to_owned(), suberror.into());
        }
        super::json::json(self.status, &body)
    }
}

/// The ids and the time of a request, as errors give them.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    /// Id of the request.
    pub request: Uuid,
    /// Id of what the request belongs to: `client-request-id`, when the client sent one.
    pub correlation: Uuid,
    /// The time.
    pub now: OffsetDateTime,
}

impl Trace {
    fn stamp(&self) -> String {
        let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
        self.now.format(form).unwrap_or_default()
    }
}
