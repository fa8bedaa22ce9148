//! A certificate that an application registered, and the signatures it vouches for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::encoding::encode;

/// Why a certificate cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It is neither PEM nor Base64 of DER.
    #[error("this is no certificate: {0}")]
    Unreadable(String),
}

/// A registered certificate: what is needed to recognise it and to check its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
    sha1: String,
    sha256: String,
    not_before: i64,
    not_after: i64,
}

impl Certificate {
    /// Reads a certificate, PEM or Base64 of DER.
    pub fn parse(text: &str) -> Result<Self, CertificateError> {
        let unreadable =
            |reason: &dyn std::fmt::Display| CertificateError::Unreadable(reason.to_string());
        let der = if text.contains("-----BEGIN") {
            CertificateDer::from_pem_slice(text.as_bytes())
                .map_err(|error| unreadable(&error))?
                .to_vec()
        } else {
            let packed: String = text.split_ascii_whitespace().collect();
            STANDARD
                .decode(packed)
                .map_err(|error| unreadable(&error))?
        };
        let (_, parsed) = X509Certificate::from_der(&der).map_err(|error| unreadable(&error))?;
        let validity = parsed.validity();
        let key = parsed.public_key().subject_public_key.data.to_vec();
        let (not_before, not_after) = (
            validity.not_before.timestamp(),
            validity.not_after.timestamp(),
        );
        Ok(Self {
            key,
            sha1: encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der)),
            sha256: encode(Sha256::digest(&der)),
            not_before,
            not_after,
            der,
        })
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        let body = STANDARD.encode(&self.der);
        let lines: Vec<String> = body
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }

    /// `x5t`: base64url of the SHA-1 of the certificate.
    pub fn sha1(&self) -> &str {
        &self.sha1
    }

    /// `x5t#S256`: base64url of its SHA-256.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether it is valid at a time.
    pub fn is_valid(&self, now: OffsetDateTime) -> bool {
        (self.not_before..=self.not_after).contains(&now.unix_timestamp())
    }

    /// Whether its key made this signature.
    pub fn verifies(&self, algorithm: SignatureAlgorithm, signed: &[u8], signature: &[u8]) -> bool {
        let scheme: &'static dyn VerificationAlgorithm = match algorithm {
            SignatureAlgorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            SignatureAlgorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(scheme, &self.key)
            .verify(signed, signature)
            .is_ok()
    }
}

impl TryFrom<String> for Certificate {
    type Error = CertificateError;

    fn try_from(text: String) -> Result<Self, CertificateError> {
        Self::parse(&text)
    }
}

impl From<Certificate> for String {
    fn from(certificate: Certificate) -> Self {
        certificate.pem()
    }
}

/// How a client assertion may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSA with PKCS #1 v1.5 padding, the older form.
    Rs256,
    /// RSA with PSS padding.
    Ps256,
}
