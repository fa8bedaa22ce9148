//! The device code flow: a client without a browser shows a code, a person types it in elsewhere, and the client asks
//! until it is told.

mod page;
mod state;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

pub(super) use page::handle as page;
pub(super) use state::Devices;
use state::{Answer, Device};

use super::authorize::application;
use super::form::Form;
use super::mint::{self, Delegation};
use super::resource::Resource;
use super::scope::Scopes;
use super::token_request::TokenRequest;
use super::{EntraError, Issue};

/// Letters of a user code.
const USER_CODE: usize = 9;

/// `POST …/devicecode`: a code for the client and one for the person.
pub(super) fn begin(
    issue: &Issue<'_>,
    method: &Method,
    tenant: &str,
    body: &Bytes,
) -> Result<Value, EntraError> {
    if method != Method::POST {
        return Err(EntraError::method(method));
    }
    let tenant = issue.tenant(tenant)?;
    let form = Form::parse(body);
    let application = application(issue, tenant.as_ref(), &form)?;
    let scope = form
        .get("scope")
        .ok_or_else(|| EntraError::missing("scope"))?;
    let scopes = Scopes::parse(scope)?;
    if let Some(tenant) = &tenant {
        Resource::find(issue, tenant, &application, &scopes)?;
    }
    let seal = &issue.authority.seal;
    let device_code = seal.random().map_err(|_| EntraError::temporary())?;
    let user_code = seal
        .letters(USER_CODE)
        .map_err(|_| EntraError::temporary())?;
    let lifetimes = issue.authority.lifetimes;
    issue.authority.devices.add(
        &device_code,
        Device {
            user_code: user_code.clone(),
            client: application.client_id,
            application: application.name.clone(),
            tenant: tenant.map(|tenant| tenant.id),
            scopes,
            expires: issue.now.unix_timestamp() + i64::from(lifetimes.device_seconds),
            interval: i64::from(lifetimes.device_interval),
            asked: None,
            answer: Answer::Pending,
        },
    );
    let page = format!("{}/devicelogin", issue.origin);
    Ok(json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": page,
        "expires_in": lifetimes.device_seconds,
        "interval": lifetimes.device_interval,
        "message": format!(
            "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
        ),
    }))
}

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code`.
pub(super) fn redeem(request: &TokenRequest<'_>) -> Result<Value, EntraError> {
    let issue = request.issue;
    let code = match request.form.get("device_code") {
        Some(code) => code,
        None => request.required("code")?,
    };
    let now = issue.now.unix_timestamp();
    let device = issue
        .authority
        .devices
        .ask(code, now)
        .ok_or_else(EntraError::device_unknown)?;
    if device.expires <= now {
        return Err(EntraError::device_expired());
    }
    let who = match &device.answer {
        Answer::Declined => return Err(EntraError::device_declined()),
        Answer::Pending if device.is_too_fast(now) => return Err(EntraError::device_too_fast()),
        Answer::Pending => return Err(EntraError::device_pending()),
        Answer::Approved(who) => who,
    };
    let tenant = request.tenant_or(who.person.tenant)?;
    let application = request.client.identify(&tenant)?;
    if application.client_id != device.client || tenant.id != who.person.tenant {
        return Err(EntraError::grant_invalid());
    }
    let proof = request.client.prove(issue, tenant.id, application)?;
    let resource = Resource::find(issue, &tenant, application, &device.scopes)?;
    let answer = mint::for_person(
        request,
        &Delegation {
            application,
            proof,
            person: &who.person,
            resource: &resource,
            scopes: &device.scopes,
            authenticated: who.at,
            nonce: None,
            family: None,
        },
    )?;
    issue.authority.devices.forget(code);
    Ok(answer)
}
