//! What a person granted an application: the content of authorization codes and refresh tokens.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scope::Scopes;

/// A grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Grant {
    /// Unique; what makes a code work once.
    pub(super) id: Uuid,
    /// What all refresh tokens of one sign-in have in common; `None` for the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) family: Option<Uuid>,
    pub(super) tenant: Uuid,
    pub(super) client: Uuid,
    pub(super) person: Uuid,
    pub(super) scopes: Scopes,
    /// Unix seconds.
    pub(super) issued: i64,
    /// When the person signed in, in Unix seconds.
    pub(super) authenticated: i64,
    /// Of codes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<CodeFacts>,
}

/// What an authorization code is bound to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CodeFacts {
    pub(super) redirect_uri: String,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<Challenge>,
}

/// A PKCE challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) value: String,
    pub(super) is_hashed: bool,
}

impl Grant {
    /// The family that a refresh token belongs to.
    pub(super) fn family(&self) -> Uuid {
        self.family.unwrap_or(self.id)
    }
}
