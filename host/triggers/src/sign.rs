//! Signatures of Standard Webhooks (`v1`, HMAC-SHA256): <https://www.standardwebhooks.com>. Pure.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretBox};
use serde::{Deserialize, Serialize};

const PREFIX: &str = "whsec_";

/// A secret that messages are signed with.
pub struct Secret(SecretBox<Vec<u8>>);

/// A secret among what is kept; it shows itself to nobody.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigningSecret(pub(crate) String);

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// Why a text is no secret to sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// It has another form.
    #[error("has to be `whsec_` and base64")]
    Form,
    /// It is too short to keep anybody out, or longer than the standard allows.
    #[error("has to stand for 24 to 64 bytes")]
    Length,
}

impl Secret {
    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, SecretFault> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretFault::Form)?;
        let bytes = BASE64_STANDARD
            .decode(encoded)
            .map_err(|_| SecretFault::Form)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretFault::Length);
        }
        Ok(Self(SecretBox::new(Box::new(bytes))))
    }

    /// A new one, as text.
    pub(crate) fn random() -> Result<String, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
    }

    /// The signature of a message: over its identity, the time of the attempt in seconds since 1970, and its
    /// body.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body.as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_signature_is_the_standards() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_keeps_nobody_out_is_no_secret() {
        for (text, fault) in [
            ("", SecretFault::Form),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretFault::Form),
            ("whsec_???", SecretFault::Form),
            ("whsec_c2hvcnQ=", SecretFault::Length),
        ] {
            assert_eq!(Secret::parse(text).unwrap_err(), fault, "{text}");
        }
        let random = Secret::random().unwrap();
        assert!(Secret::parse(&random).is_ok());
        assert_ne!(random, Secret::random().unwrap());
    }
}
