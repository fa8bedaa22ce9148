//! The authorization endpoint: a person signs in and consents in the browser, and the application gets a code.
//!
//! The pages keep nothing on the server but who is signed in: each form carries the original request, which is checked
//! anew at every step.

mod decision;
pub(super) mod pages;
mod reply;
mod request;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};

use self::decision::Step;
pub(super) use self::reply::Reply;
use self::request::{AuthorizeRequest, Refusal};
pub(super) use self::request::{application, redirect_uri};
use super::form::Form;
use super::{EntraError, Issue, consent, password};
use crate::http::Response;

/// Paths, below the tenant, to which a sign-in may return.
const RETURNS: [&str; 4] = [
    "oauth2/v2.0/authorize",
    "oauth2/authorize",
    "adminconsent",
    "v2.0/adminconsent",
];

/// Answers what belongs to the pages; `None` for other endpoints.
pub(super) fn handle(
    issue: &Issue<'_>,
    parts: &Parts,
    tenant: &str,
    endpoint: &str,
    query: &Form,
    body: &Bytes,
) -> Option<Response> {
    let is_post = parts.method == Method::POST;
    Some(match endpoint {
        "oauth2/v2.0/authorize" | "oauth2/authorize" if is_post => {
            authorize(issue, parts, tenant, &Form::parse(body))
        }
        "oauth2/v2.0/authorize" | "oauth2/authorize" => authorize(issue, parts, tenant, query),
        "login" if is_post => login(issue, parts, tenant, &Form::parse(body)),
        "consent" if is_post => decide(issue, parts, tenant, &Form::parse(body)),
        "oauth2/v2.0/logout" | "oauth2/logout" => logout(issue, parts, query),
        _ => return None,
    })
}

fn authorize(issue: &Issue<'_>, parts: &Parts, tenant: &str, form: &Form) -> Response {
    let request = match AuthorizeRequest::read(issue, tenant, form) {
        Ok(request) => request,
        Err(refusal) => return refused(issue, refusal),
    };
    let within = request.tenant.as_ref().map(|tenant| tenant.id);
    let accounts = issue
        .authority
        .sessions
        .accounts(issue, &parts.headers, within);
    match decision::next(issue, &request, &accounts) {
        Ok(Step::SignIn) => pages::sign_in(
            &pages::SignIn {
                tenant,
                context: &form.without(&[]),
                target: "oauth2/v2.0/authorize",
                application: &request.application.name,
                user_name: request.login_hint.as_deref().unwrap_or_default(),
                error: None,
            },
            issue,
        ),
        Ok(Step::Choose) => pages::choose(
            tenant,
            &form.without(&[]),
            &request.application.name,
            &accounts,
        ),
        Ok(Step::AskConsent(who)) => {
            let scopes = &request.scopes;
            pages::consent(
                tenant,
                &form.without(&[]),
                &request.application,
                &who.person,
                scopes,
            )
        }
        Ok(Step::Grant(who)) => match request.code(issue, &who) {
            Ok(code) => request
                .reply
                .success(issue, &code, &who.person, request.wants_client_info),
            Err(error) => request.reply.failure(issue, &error),
        },
        Err(error) => request.reply.failure(issue, &error),
    }
}

/// A name and a password, or a choice among those who are signed in: back to where it began.
fn login(issue: &Issue<'_>, parts: &Parts, tenant: &str, form: &Form) -> Response {
    let context = Form::parse(form.get("ctx").unwrap_or_default().as_bytes());
    let target = form.get("target").unwrap_or("oauth2/v2.0/authorize");
    if !RETURNS.contains(&target) {
        return pages::failure(issue, &EntraError::missing_in_page("target"));
    }
    let user_name = form.get("login").unwrap_or_default();
    let within = match issue.tenant(tenant) {
        Ok(within) => within.map(|tenant| tenant.id),
        Err(error) => return pages::failure(issue, &error),
    };
    let back = |name: &str| {
        // Having signed in, the person is not asked to do so again.
        let mut dropped = vec!["login_hint"];
        if context.get("prompt") != Some("consent") {
            dropped.push("prompt");
        }
        let mut query = context.without(&dropped);
        if !name.is_empty() {
            let hint = form_urlencoded::byte_serialize(name.as_bytes());
            query = format!("{query}&login_hint={}", hint.collect::<String>());
        }
        Response::empty(StatusCode::SEE_OTHER)
            .with_header("location", &format!("/{tenant}/{target}?{query}"))
    };
    if let Some(chosen) = form.get("account") {
        return match chosen {
            "other" => Response::empty(StatusCode::SEE_OTHER).with_header(
                "location",
                &format!(
                    "/{tenant}/{target}?{}&prompt=login",
                    context.without(&["login_hint", "prompt"])
                ),
            ),
            name => back(name),
        };
    }
    let secret = form.get("passwd").unwrap_or_default();
    let checked = password::check(issue, within, user_name, secret).and_then(|(person, _)| {
        let name = person.user_name.clone();
        let cookie = issue
            .authority
            .sessions
            .add(issue, &parts.headers, person)?;
        Ok((name, cookie))
    });
    match checked {
        Ok((name, cookie)) => back(&name).with_header("set-cookie", &cookie),
        Err(error) => pages::sign_in(
            &pages::SignIn {
                tenant,
                context: form.get("ctx").unwrap_or_default(),
                target,
                application: form.get("application").unwrap_or_default(),
                user_name,
                error: Some(&error),
            },
            issue,
        ),
    }
}

/// The answer to the consent page.
fn decide(issue: &Issue<'_>, parts: &Parts, tenant: &str, form: &Form) -> Response {
    let context = Form::parse(form.get("ctx").unwrap_or_default().as_bytes());
    let request = match AuthorizeRequest::read(issue, tenant, &context) {
        Ok(request) => request,
        Err(refusal) => return refused(issue, refusal),
    };
    let within = request.tenant.as_ref().map(|tenant| tenant.id);
    let accounts = issue
        .authority
        .sessions
        .accounts(issue, &parts.headers, within);
    let name = form.get("account").unwrap_or_default();
    let Some(who) = accounts
        .into_iter()
        .find(|one| one.person.user_name == name)
    else {
        return request.reply.failure(issue, &EntraError::not_signed_in());
    };
    if form.get("decision") != Some("accept") {
        return request.reply.failure(issue, &EntraError::declined());
    }
    let granted = request.resource(issue, &who.person).and_then(|resource| {
        let wanted = consent::wanted(
            &request.application,
            &who.person,
            &resource,
            &request.scopes,
        );
        let kept = issue.authority.directory.consent(wanted);
        kept.map_err(|_| EntraError::temporary())?;
        request.code(issue, &who)
    });
    match granted {
        Ok(code) => request
            .reply
            .success(issue, &code, &who.person, request.wants_client_info),
        Err(error) => request.reply.failure(issue, &error),
    }
}

fn logout(issue: &Issue<'_>, parts: &Parts, query: &Form) -> Response {
    issue.authority.sessions.end(&parts.headers);
    let registered = query.get("post_logout_redirect_uri").filter(|uri| {
        let tenants = issue.authority.directory.tenants();
        let mut applications = tenants.iter().flat_map(|tenant| &tenant.applications);
        applications.any(|application| request::is_registered(application, uri))
    });
    match registered {
        Some(uri) => Response::empty(StatusCode::FOUND).with_header("location", uri),
        None => pages::message("You signed out of your account", "You can close this page."),
    }
}

fn refused(issue: &Issue<'_>, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(error) => pages::failure(issue, &error),
        Refusal::Redirect(error, reply) => reply.failure(issue, &error),
    }
}
