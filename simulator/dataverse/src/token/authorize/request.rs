//! An authorization request. What is wrong with its client or its redirect URI is shown on a page, because nobody
//! trustworthy could be told; everything else goes back to the application.

use uuid::Uuid;

use super::Reply;
use crate::token::code;
use crate::token::form::Form;
use crate::token::grant::{Challenge, CodeFacts, Grant};
use crate::token::resource::Resource;
use crate::token::scope::Scopes;
use crate::token::signed_in::SignedIn;
use crate::token::{Application, EntraError, Issue, Person, Tenant};

/// A request that can be answered.
pub(super) struct AuthorizeRequest {
    /// The tenant that the URL names, if any.
    pub(super) tenant: Option<Tenant>,
    pub(super) application: Application,
    pub(super) scopes: Scopes,
    pub(super) prompt: Option<Prompt>,
    pub(super) login_hint: Option<String>,
    pub(super) reply: Reply,
    pub(super) wants_client_info: bool,
    nonce: Option<String>,
    challenge: Option<Challenge>,
}

/// What the person must be asked, whatever is known already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

/// Why a request is refused, and who is told.
pub(super) enum Refusal {
    /// The person.
    Page(EntraError),
    /// The application.
    Redirect(EntraError, Reply),
}

impl AuthorizeRequest {
    pub(super) fn read(issue: &Issue<'_>, tenant: &str, form: &Form) -> Result<Self, Refusal> {
        let tenant = issue.tenant(tenant).map_err(Refusal::Page)?;
        let application = application(issue, tenant.as_ref(), form).map_err(Refusal::Page)?;
        let redirect_uri = redirect_uri(&application, form).map_err(Refusal::Page)?;
        let reply = Reply::new(redirect_uri, form);
        match Self::rest(issue, tenant, application, form) {
            Ok(mut request) => {
                request.reply = reply;
                Ok(request)
            }
            Err(error) => Err(Refusal::Redirect(error, reply)),
        }
    }

    fn rest(
        issue: &Issue<'_>,
        tenant: Option<Tenant>,
        application: Application,
        form: &Form,
    ) -> Result<Self, EntraError> {
        match form.get("response_type") {
            Some("code") => {}
            Some(other) => return Err(EntraError::response_type(other, application.client_id)),
            None => return Err(EntraError::missing("response_type")),
        }
        if let Some(mode) = form.get("response_mode")
            && !["query", "fragment", "form_post"].contains(&mode)
        {
            return Err(EntraError::response_mode(mode));
        }
        let prompt = match form.get("prompt") {
            None => None,
            Some("none") => Some(Prompt::None),
            Some("login") => Some(Prompt::Login),
            Some("consent") => Some(Prompt::Consent),
            Some("select_account") => Some(Prompt::SelectAccount),
            Some(other) => return Err(EntraError::prompt(other)),
        };
        let scope = match (form.get("scope"), form.get("resource")) {
            (Some(scope), None) => scope.to_owned(),
            (None, Some(resource)) => format!("{resource}/.default openid profile offline_access"),
            (Some(_), Some(resource)) => {
                format!("{resource}/.default openid profile offline_access")
            }
            (None, None) => return Err(EntraError::missing("scope")),
        };
        let scopes = Scopes::parse(&scope)?;
        let challenge = Challenge::read(form)?;
        if let Some(tenant) = &tenant {
            Resource::find(issue, tenant, &application, &scopes)?;
        }
        let owned = |name: &str| form.get(name).map(str::to_owned);
        Ok(Self {
            tenant,
            application,
            scopes,
            prompt,
            login_hint: owned("login_hint"),
            reply: Reply::default(),
            wants_client_info: form.get("client_info") == Some("1"),
            nonce: owned("nonce"),
            challenge,
        })
    }

    /// The resource, in the tenant of whoever signed in.
    pub(super) fn resource(
        &self,
        issue: &Issue<'_>,
        person: &Person,
    ) -> Result<Resource, EntraError> {
        let directory = &issue.authority.directory;
        let tenant = directory
            .tenant(&person.tenant.to_string())
            .ok_or_else(|| EntraError::tenant(&person.tenant.to_string()))?;
        let client_id = self.application.client_id.to_string();
        if tenant.application(&client_id).is_none() {
            return Err(EntraError::application(&client_id, &tenant.name));
        }
        let resource = Resource::find(issue, &tenant, &self.application, &self.scopes)?;
        Ok(resource)
    }

    /// A code for somebody who signed in and consented.
    pub(super) fn code(&self, issue: &Issue<'_>, who: &SignedIn) -> Result<String, EntraError> {
        let grant = Grant {
            id: Uuid::new_v4(),
            family: None,
            tenant: who.person.tenant,
            client: self.application.client_id,
            person: who.person.id,
            scopes: self.scopes.clone(),
            issued: issue.now.unix_timestamp(),
            authenticated: who.at,
            code: Some(CodeFacts {
                redirect_uri: self.reply.redirect_uri.clone(),
                nonce: self.nonce.clone(),
                challenge: self.challenge.clone(),
            }),
        };
        code::seal(issue, &grant)
    }
}

/// The application, in the tenant that is named or in any.
pub(in crate::token) fn application(
    issue: &Issue<'_>,
    tenant: Option<&Tenant>,
    form: &Form,
) -> Result<Application, EntraError> {
    let id = form
        .get("client_id")
        .ok_or_else(|| EntraError::missing("client_id"))?;
    let tenants = issue.authority.directory.tenants();
    let found = match tenant {
        Some(tenant) => tenant.application(id),
        None => tenants.iter().find_map(|tenant| tenant.application(id)),
    };
    let name = tenant.map_or("Microsoft", |tenant| tenant.name.as_str());
    let application = found.ok_or_else(|| EntraError::application(id, name))?;
    if application.is_enabled {
        Ok(application.clone())
    } else {
        Err(EntraError::disabled(
            application.client_id,
            &application.name,
        ))
    }
}

/// The redirect URI, which must be one of the application's; the only one may be left out.
pub(in crate::token) fn redirect_uri(
    application: &Application,
    form: &Form,
) -> Result<String, EntraError> {
    match (
        form.get("redirect_uri"),
        application.redirect_uris.as_slice(),
    ) {
        (Some(uri), _) if is_registered(application, uri) => Ok(uri.to_owned()),
        (Some(uri), _) => Err(EntraError::redirect(
            uri,
            &application.client_id.to_string(),
        )),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(EntraError::missing_in_page("redirect_uri")),
    }
}

/// Whether an address is one of the application's. A loopback address stands for all its ports.
pub(in crate::token) fn is_registered(application: &Application, uri: &str) -> bool {
    let mut known = application.redirect_uris.iter();
    known.any(|known| known == uri || loopback(known).is_some_and(|one| loopback(uri) == Some(one)))
}

/// Host and path of a loopback address, without its port.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let is_loopback = matches!(host, "localhost" | "127.0.0.1") && port.parse::<u16>().is_ok();
    is_loopback.then_some((host, if path.is_empty() { "/" } else { path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_address_stands_for_all_its_ports() {
        let application = Application::new("x", Uuid::nil())
            .redirect_uri("http://localhost")
            .redirect_uri("https://app.example/back");
        for good in [
            "http://localhost",
            "http://localhost:8400",
            "http://localhost:8400/",
            "https://app.example/back",
        ] {
            assert!(is_registered(&application, good), "{good}");
        }
        for bad in [
            "http://localhost:8400/else",
            "http://localhost:8400@evil.example/",
            "http://localhost.evil.example",
            "https://app.example:1/back",
            "https://app.example/back/",
            "javascript:alert(1)",
        ] {
            assert!(!is_registered(&application, bad), "{bad}");
        }
    }
}
