//! Refresh tokens: sealed grants. Each use gives a new one with a new life; the old one stays good until it expires,
//! as in Entra, unless [`rotation`](super::rotation) is strict.

use serde_json::Value;
use time::OffsetDateTime;

use super::grant::Grant;
use super::mint::{self, Delegation};
use super::refresh_token::PURPOSE;
use super::resource::Resource;
use super::scope::Scopes;
use super::token_request::TokenRequest;
use super::{EntraError, consent};

/// `grant_type=refresh_token`.
pub(super) fn redeem(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let text = request.required("refresh_token")?;
    let grant: Option<Grant> = issue.authority.seal.open(PURPOSE, text);
    let grant = grant.ok_or_else(EntraError::refresh_malformed)?;
    let tenant = request.tenant_or(grant.tenant)?;
    let application = request.client.identify(&tenant)?;
    let proof = request.client.prove(issue, tenant.id, application)?;
    let life = i64::from(issue.authority.lifetimes.refresh_seconds);
    let now = issue.now.unix_timestamp();
    if now >= grant.issued.saturating_add(life) {
        let issued = OffsetDateTime::from_unix_timestamp(grant.issued).unwrap_or(issue.now);
        return Err(EntraError::refresh_expired(issued, life));
    }
    let person = grant.person(issue, request.tenant.as_ref(), application)?;
    let scopes = match request.scopes()? {
        Some(asked) => Scopes {
            // A refresh token is for all resources of the person, and what it was given for stays given.
            open_id: merged(asked.open_id, &grant.scopes.open_id),
            ..asked
        },
        None => grant.scopes.clone(),
    };
    let resource = Resource::find(issue, &tenant, application, &scopes)?;
    consent::require(issue, application, &person, &resource, &scopes)?;
    let until = grant.issued.saturating_add(life);
    let rotation = &issue.authority.rotation;
    if application.single_use_refresh_tokens || rotation.is_strict() {
        rotation.turn(&grant, until, now)?;
    }
    mint::for_person(
        request,
        &Delegation {
            application,
            proof,
            person: &person,
            resource: &resource,
            scopes: &scopes,
            authenticated: grant.authenticated,
            nonce: None,
            family: Some(grant.family()),
        },
    )
}

fn merged(mut asked: Vec<String>, given: &[String]) -> Vec<String> {
    for word in given {
        if !asked.contains(word) {
            asked.push(word.clone());
        }
    }
    asked
}
