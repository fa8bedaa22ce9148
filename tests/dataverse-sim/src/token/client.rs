//! Which client asks, and whether its secret proves it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use time::OffsetDateTime;

use super::authority::{Application, ClientSecret};
use super::{EntraError, Tenant};

/// What the caller says of itself: in the body, or by HTTP Basic.
pub(super) struct ClientClaim {
    pub(super) id: String,
    pub(super) secret: Option<String>,
    pub(super) has_assertion: bool,
}

impl ClientClaim {
    /// Reads the claim. The body wins over the header.
    pub(super) fn read(
        headers: &HeaderMap,
        field: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, EntraError> {
        let (basic_id, basic_secret) = basic(headers).unzip();
        let id = field("client_id")
            .or(basic_id)
            .ok_or_else(|| EntraError::missing("client_id"))?;
        let secret = field("client_secret").or(basic_secret);
        Ok(Self {
            id,
            secret,
            has_assertion: field("client_assertion").is_some(),
        })
    }

    /// The application, when it is known and may sign in.
    pub(super) fn identify<'a>(&self, tenant: &'a Tenant) -> Result<&'a Application, EntraError> {
        let application = tenant
            .application(&self.id)
            .ok_or_else(|| EntraError::application(&self.id, &tenant.name))?;
        if application.is_enabled {
            Ok(application)
        } else {
            Err(EntraError::disabled(
                application.client_id,
                &application.name,
            ))
        }
    }

    /// Whether the secret is one of the application's and still good.
    pub(super) fn prove(
        &self,
        application: &Application,
        now: OffsetDateTime,
    ) -> Result<(), EntraError> {
        let Some(secret) = &self.secret else {
            return Err(if self.has_assertion {
                EntraError::assertion()
            } else {
                EntraError::no_credential()
            });
        };
        let known = application
            .secrets
            .iter()
            .filter(|known| known.value == *secret);
        let is_good = |known: &ClientSecret| known.expires.is_none_or(|expires| now < expires);
        match known.map(is_good).max() {
            Some(true) => Ok(()),
            Some(false) => Err(EntraError::expired_secret(application.client_id)),
            None => Err(EntraError::secret(application.client_id)),
        }
    }
}

/// `Authorization: Basic`, both halves form-encoded as OAuth asks.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| {
        percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    Some((plain(id), plain(secret)))
}
