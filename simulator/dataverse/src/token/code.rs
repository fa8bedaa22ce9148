//! Authorization codes: sealed grants that live for minutes and work once.

use serde_json::Value;

use super::grant::Grant;
use super::mint::{self, Delegation};
use super::resource::Resource;
use super::token_request::TokenRequest;
use super::{EntraError, Issue};

/// First letter of a code.
const PURPOSE: &str = "0";

/// A code for a grant.
pub(super) fn seal(issue: &Issue<'_>, grant: &Grant) -> Result<String, EntraError> {
    grant.seal(issue, PURPOSE)
}

/// `grant_type=authorization_code`.
pub(super) fn redeem(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let text = request.required("code")?;
    let redirect_uri = request.required("redirect_uri")?;
    let grant: Option<Grant> = issue.authority.seal.open(PURPOSE, text);
    let grant = grant.ok_or_else(EntraError::code_malformed)?;
    let facts = grant.code.as_ref().ok_or_else(EntraError::code_malformed)?;
    let tenant = request.tenant_or(grant.tenant)?;
    let application = request.client.identify(&tenant)?;
    let person = grant.person(issue, request.tenant.as_ref(), application)?;
    if facts.redirect_uri != redirect_uri {
        return Err(EntraError::redirect_differs(
            redirect_uri,
            &facts.redirect_uri,
        ));
    }
    let until = grant
        .issued
        .saturating_add(i64::from(issue.authority.lifetimes.code_seconds));
    let now = issue.now.unix_timestamp();
    if now >= until {
        return Err(EntraError::code_expired());
    }
    match &facts.challenge {
        Some(challenge) => challenge.verify(request.form.get("code_verifier"))?,
        None if request.form.get("code_verifier").is_some() => {
            return Err(EntraError::verifier_wrong());
        }
        None => {}
    }
    let proof = request.client.prove(issue, tenant.id, application)?;
    let scopes = match request.scopes()? {
        // The code fixes what was consented to; the request may name a part of it.
        Some(asked) if asked.resource.is_some() => super::scope::Scopes {
            open_id: grant.scopes.open_id.clone(),
            ..asked
        },
        _ => grant.scopes.clone(),
    };
    let resource = Resource::find(issue, &tenant, application, &scopes)?;
    super::consent::require(issue, application, &person, &resource, &scopes)?;
    if !issue
        .authority
        .used
        .first(&grant.id.to_string(), until, now)
    {
        return Err(EntraError::code_redeemed());
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
            nonce: facts.nonce.as_deref(),
            family: None,
        },
    )
}
