//! The signing key and the access tokens it signs: RS256 JWTs in the form of Entra's version 1 access tokens, which is
//! the form Dataverse gets.
//!
//! The key is part of the source: it protects nothing but a simulator's invented data, making an RSA key takes
//! seconds, and tokens should outlive a restart. Do not trust it anywhere else.

use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::encoding::{decode, encode};

/// The development signing key, PKCS #8.
pub(super) const SIGNING_KEY: &[u8] = include_bytes!("signing-key.der");

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key is no RSA key in PKCS #8.
    #[error("the signing key cannot be used: {0}")]
    Rejected(ring::error::KeyRejected),
    /// Signing failed.
    #[error("a token could not be signed")]
    Signing,
}

/// What is wrong with a presented token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is no JWT, or not RS256.
    #[error("The token is malformed")]
    Malformed,
    /// Somebody else signed it, or it was changed.
    #[error("The signature is invalid")]
    Signature,
    /// It is for another service.
    #[error("The audience is invalid")]
    Audience,
    /// It comes from another authority or tenant.
    #[error("The issuer is invalid")]
    Issuer,
    /// It is not valid any more.
    #[error("The token is expired")]
    Expired,
    /// It is not valid yet.
    #[error("The token is not valid yet")]
    NotYet,
}

/// Claims of an access token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Audience: the organisation's address, as the caller asked for it.
    pub aud: String,
    /// Issuer.
    pub iss: String,
    /// Issued at, in Unix seconds.
    pub iat: i64,
    /// Not before, in Unix seconds.
    pub nbf: i64,
    /// Expires, in Unix seconds.
    pub exp: i64,
    /// Client id.
    pub appid: Uuid,
    /// How the client proved itself: `0` not at all, `1` secret, `2` certificate.
    pub appidacr: String,
    /// Identity provider; the issuer.
    pub idp: String,
    /// Object id of the service principal or the person.
    pub oid: Uuid,
    /// Subject; the object id for applications.
    pub sub: String,
    /// Tenant.
    pub tid: Uuid,
    /// Unique token id.
    pub uti: String,
    /// Token version.
    pub ver: String,
    /// `app` or `user`.
    #[serde(default)]
    pub idtyp: String,
    /// Permissions, when a person delegated them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// How the person signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The person's user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// The same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_name: Option<String>,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The person's last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
}

impl Claims {
    /// Issuer of a tenant's version 1 tokens.
    pub fn issuer(tenant: Uuid) -> String {
        format!("https://sts.windows.net/{tenant}/")
    }
}

/// Signs and verifies access tokens.
pub struct Signer {
    pair: KeyPair,
    public: UnparsedPublicKey<Vec<u8>>,
    random: SystemRandom,
    key_id: String,
}

impl Signer {
    /// Loads the development key.
    pub fn development() -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(SIGNING_KEY).map_err(KeyError::Rejected)?;
        let public = pair.public().as_ref().to_vec();
        let key_id = encode(
            Sha256::digest(&public)
                .iter()
                .copied()
                .take(20)
                .collect::<Vec<_>>(),
        );
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
        Ok(Self {
            pair,
            public,
            random: SystemRandom::new(),
            key_id,
        })
    }

    /// A signed token.
    pub fn sign(&self, claims: &Claims) -> Result<String, KeyError> {
        self.sign_json(claims)
    }

    /// Any signed claims, such as an id token's.
    pub(super) fn sign_json(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        let header = json!({"typ": "JWT", "alg": "RS256", "x5t": self.key_id, "kid": self.key_id});
        let claims = serde_json::to_string(claims).map_err(|_| KeyError::Signing)?;
        let mut token = format!("{}.{}", encode(header.to_string()), encode(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &self.random,
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyError::Signing)?;
        token.push('.');
        token.push_str(&encode(signature));
        Ok(token)
    }

    /// The claims of a token that this key signed. Whether they hold is for [`Signer::judge`].
    pub fn verify(&self, token: &str) -> Result<Claims, TokenFault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
        let header: Value = parse(header)?;
        if header.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Err(TokenFault::Malformed);
        }
        let signature = decode(signature).ok_or(TokenFault::Malformed)?;
        self.public
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| TokenFault::Signature)?;
        parse(claims)
    }

    /// Whether claims hold now, for a tenant. The audience is the caller's to check.
    pub fn judge(claims: &Claims, tenant: Uuid, now: OffsetDateTime) -> Result<(), TokenFault> {
        let now = now.unix_timestamp();
        if claims.tid != tenant || claims.iss != Claims::issuer(tenant) {
            return Err(TokenFault::Issuer);
        }
        if now >= claims.exp {
            return Err(TokenFault::Expired);
        }
        if now < claims.nbf {
            return Err(TokenFault::NotYet);
        }
        Ok(())
    }

    /// The public key as a JSON Web Key Set.
    pub fn key_set(&self) -> Value {
        let PublicKeyComponents { n, e }: PublicKeyComponents<Vec<u8>> = self.pair.public().into();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id, "x5t": self.key_id,
            "n": encode(n), "e": encode(e),
        }]})
    }
}

fn parse<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, TokenFault> {
    let bytes = decode(part).ok_or(TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Uuid = Uuid::from_u128(7);

    fn claims() -> Claims {
        Claims {
            aud: "https://contoso.crm.dynamics.com".into(),
            iss: Claims::issuer(TENANT),
            iat: 1_000,
            nbf: 1_000,
            exp: 4_600,
            appid: Uuid::from_u128(1),
            appidacr: "1".into(),
            idp: Claims::issuer(TENANT),
            oid: Uuid::from_u128(2),
            sub: Uuid::from_u128(2).to_string(),
            tid: TENANT,
            uti: "u".into(),
            ver: "1.0".into(),
            idtyp: "app".into(),
            ..Claims::default()
        }
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn what_is_signed_verifies_and_what_is_changed_does_not() {
        let signer = Signer::development().unwrap();
        let token = signer.sign(&claims()).unwrap();
        assert_eq!(signer.verify(&token), Ok(claims()));

        let parts: Vec<&str> = token.split('.').collect();
        let forged = serde_json::to_string(&Claims {
            appid: Uuid::from_u128(9),
            ..claims()
        })
        .unwrap();
        let forged = format!("{}.{}.{}", parts[0], encode(forged), parts[2]);
        assert_eq!(signer.verify(&forged), Err(TokenFault::Signature));
        assert_eq!(signer.verify("no token"), Err(TokenFault::Malformed));
    }

    #[test]
    fn a_token_without_signature_algorithm_is_malformed() {
        let signer = Signer::development().unwrap();
        let header = encode(r#"{"alg":"none"}"#);
        let token = format!(
            "{header}.{}.",
            encode(serde_json::to_string(&claims()).unwrap())
        );
        assert_eq!(signer.verify(&token), Err(TokenFault::Malformed));
    }

    #[test]
    fn claims_hold_for_their_tenant_between_their_times() {
        assert_eq!(Signer::judge(&claims(), TENANT, at(1_000)), Ok(()));
        assert_eq!(
            Signer::judge(&claims(), TENANT, at(999)),
            Err(TokenFault::NotYet)
        );
        assert_eq!(
            Signer::judge(&claims(), TENANT, at(4_600)),
            Err(TokenFault::Expired)
        );
        assert_eq!(
            Signer::judge(&claims(), Uuid::from_u128(8), at(1_000)),
            Err(TokenFault::Issuer)
        );
    }
}
