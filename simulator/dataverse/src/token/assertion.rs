//! Client assertions: a JWT that an application signs with the key of a registered certificate.

use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::certificate::{Certificate, SignatureAlgorithm};
use super::encoding::decode;
use super::once::Once;
use super::{Application, EntraError};

/// The only type of client assertion there is.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ, in seconds, as Entra allows.
const SKEW: i64 = 300;

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    x5t: Option<String>,
    #[serde(default, rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

#[derive(Deserialize)]
struct AssertionClaims {
    aud: Audience,
    iss: String,
    sub: String,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    jti: Option<String>,
}

/// JWT allows one audience or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What an assertion is checked against.
pub(super) struct Check<'a> {
    pub(super) application: &'a Application,
    /// Whether an audience is this token endpoint or its tenant.
    pub(super) is_audience: &'a dyn Fn(&str) -> bool,
    pub(super) used: &'a Once,
    pub(super) now: OffsetDateTime,
}

impl Check<'_> {
    /// Whether the assertion proves the application.
    pub(super) fn verify(&self, assertion: &str) -> Result<(), EntraError> {
        let malformed = |what: &str| EntraError::assertion_malformed(what);
        let (signed, signature) = assertion
            .rsplit_once('.')
            .ok_or_else(|| malformed("it has no signature"))?;
        let (header, claims) = signed
            .split_once('.')
            .ok_or_else(|| malformed("it has no claims"))?;
        let header: Header = parse(header).ok_or_else(|| malformed("its header is no JSON"))?;
        let claims: AssertionClaims =
            parse(claims).ok_or_else(|| malformed("its claims are incomplete"))?;
        let signature = decode(signature).ok_or_else(|| malformed("its signature is no Base64"))?;
        let algorithm = match header.alg.as_str() {
            "RS256" => SignatureAlgorithm::Rs256,
            "PS256" => SignatureAlgorithm::Ps256,
            _ => return Err(malformed("its algorithm is neither RS256 nor PS256")),
        };
        let certificate = self.certificate(&header)?;
        if !certificate.is_valid(self.now) {
            return Err(EntraError::assertion_key(
                "The certificate has expired or is not valid yet",
                &thumbprint(&header),
            ));
        }
        if !certificate.verifies(algorithm, signed.as_bytes(), &signature) {
            return Err(EntraError::assertion_key(
                "The key was found, but use of the key to verify the signature failed",
                &thumbprint(&header),
            ));
        }
        self.judge(&claims)
    }

    fn certificate(&self, header: &Header) -> Result<&Certificate, EntraError> {
        let trimmed = |text: &Option<String>| {
            text.as_ref()
                .map(|text| text.trim_end_matches('=').to_owned())
        };
        let (sha1, sha256) = (trimmed(&header.x5t), trimmed(&header.x5t_s256));
        if sha1.is_none() && sha256.is_none() {
            return Err(EntraError::assertion_malformed(
                "its header names no certificate",
            ));
        }
        let is_named = |known: &&Certificate| {
            sha256.as_ref().is_none_or(|named| named == known.sha256())
                && sha1.as_ref().is_none_or(|named| named == known.sha1())
        };
        self.application
            .certificates
            .iter()
            .find(is_named)
            .ok_or_else(|| EntraError::assertion_key("The key was not found", &thumbprint(header)))
    }

    fn judge(&self, claims: &AssertionClaims) -> Result<(), EntraError> {
        let is_client = |text: &str| Uuid::try_parse(text) == Ok(self.application.client_id);
        if !is_client(&claims.iss) || !is_client(&claims.sub) {
            return Err(EntraError::assertion_issuer(
                &claims.iss,
                self.application.client_id,
            ));
        }
        let is_meant = match &claims.aud {
            Audience::One(audience) => (self.is_audience)(audience),
            Audience::Several(all) => all.iter().any(|audience| (self.is_audience)(audience)),
        };
        if !is_meant {
            return Err(EntraError::assertion_audience());
        }
        let now = self.now.unix_timestamp();
        let (from, until) = (claims.nbf.unwrap_or(0.0) as i64, claims.exp as i64);
        if now < from.saturating_sub(SKEW) || now >= until.saturating_add(SKEW) {
            return Err(EntraError::assertion_time(now, from, until));
        }
        if self.application.single_use_assertions {
            let jti = claims.jti.as_deref().unwrap_or_default();
            let key = format!("{}/{jti}", self.application.client_id);
            if jti.is_empty() || !self.used.first(&key, until.saturating_add(SKEW), now) {
                return Err(EntraError::assertion_replayed());
            }
        }
        Ok(())
    }
}

fn thumbprint(header: &Header) -> String {
    header
        .x5t_s256
        .clone()
        .or_else(|| header.x5t.clone())
        .unwrap_or_default()
}

fn parse<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&decode(part)?).ok()
}
