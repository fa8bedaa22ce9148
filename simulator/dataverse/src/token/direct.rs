//! The grants that need no room of their own: an application for itself, a password, and an application on behalf of
//! the person who called it.

use super::token_request::TokenRequest;
use serde_json::Value;

use super::directory::AccountState;
use super::mint::{self, Delegation};
use super::proof::Proof;
use super::resource::Resource;
use super::scope::Scopes;
use super::{EntraError, Signer, consent, password};

/// `grant_type=client_credentials`.
pub(super) fn client_credentials(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let tenant = request.tenant.as_ref().ok_or_else(EntraError::no_tenant)?;
    let application = request.client.identify(tenant)?;
    let asked = request.required(request.scope_name())?;
    let text = match request.is_version_1 {
        true => format!("{asked}/.default"),
        false => asked.to_owned(),
    };
    let scopes = Scopes::parse_default(&text)?;
    Resource::find(issue, tenant, application, &scopes)?;
    match request.client.prove(issue, tenant.id, application)? {
        Proof::None => Err(EntraError::no_credential()),
        proof => mint::for_application(issue, tenant, application, proof, scopes.resource()),
    }
}

/// `grant_type=password`.
pub(super) fn password(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let user_name = request.required("username")?;
    let secret = request.required("password")?;
    let within = request.tenant.as_ref().map(|tenant| tenant.id);
    let home = issue.people.by_name(within, user_name);
    let tenant = match (&request.tenant, &home) {
        (Some(tenant), _) => tenant.clone(),
        (None, Some(person)) => request.tenant_or(person.tenant)?,
        (None, None) => return Err(EntraError::no_user(user_name)),
    };
    let application = request.client.identify(&tenant)?;
    let scopes = request.required_scopes()?;
    let resource = Resource::find(issue, &tenant, application, &scopes)?;
    let proof = request.client.prove(issue, tenant.id, application)?;
    let (person, account) = password::check(issue, Some(tenant.id), user_name, secret)?;
    if account.state == AccountState::NeedsSecondFactor {
        return Err(EntraError::second_factor(scopes.resource()));
    }
    consent::require(issue, application, &person, &resource, &scopes)?;
    mint::for_person(
        request,
        &Delegation {
            application,
            proof,
            person: &person,
            resource: &resource,
            scopes: &scopes,
            authenticated: issue.now.unix_timestamp(),
            nonce: None,
            family: None,
        },
    )
}

/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer`: a service asks on behalf of its caller, whose token it
/// shows.
pub(super) fn on_behalf_of(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let assertion = request.required("assertion")?;
    if request.required("requested_token_use")? != "on_behalf_of" {
        return Err(EntraError::missing("requested_token_use"));
    }
    let claims = issue
        .authority
        .signer
        .verify(assertion)
        .map_err(|fault| EntraError::user_assertion(&fault.to_string()))?;
    let tenant = request.tenant_or(claims.tid)?;
    let application = request.client.identify(&tenant)?;
    let scopes = request.required_scopes()?;
    let resource = Resource::find(issue, &tenant, application, &scopes)?;
    let proof = request.client.prove(issue, tenant.id, application)?;
    if proof == Proof::None {
        return Err(EntraError::no_credential());
    }
    match Signer::judge(&claims, tenant.id, issue.now) {
        Ok(()) => {}
        Err(super::TokenFault::Expired) => return Err(EntraError::user_assertion_expired()),
        Err(fault) => return Err(EntraError::user_assertion(&fault.to_string())),
    }
    let audience = claims.aud.trim_end_matches('/');
    let is_own = audience == application.id_uri() || audience == application.client_id.to_string();
    if !is_own {
        return Err(EntraError::user_assertion(
            "The audience is not this application",
        ));
    }
    if claims.scp.is_none() {
        return Err(EntraError::user_assertion(
            "It is an application's own token",
        ));
    }
    let person = issue
        .people
        .by_id(tenant.id, claims.oid)
        .ok_or_else(|| EntraError::no_user(&claims.oid.to_string()))?;
    password::may_sign_in(&person, &issue.authority.directory.account(person.id))?;
    consent::require(issue, application, &person, &resource, &scopes)?;
    mint::for_person(
        request,
        &Delegation {
            application,
            proof,
            person: &person,
            resource: &resource,
            scopes: &scopes,
            authenticated: claims.iat,
            nonce: None,
            family: None,
        },
    )
}
