//! The page on which an administrator allows an application for everybody of a tenant.

use bytes::Bytes;
use http::Method;
use http::StatusCode;
use http::request::Parts;

use super::authorize::pages::{self, DECISION, hidden, permissions};
use super::authorize::{Reply, application, redirect_uri};
use super::form::Form;
use super::resource::Resource;
use super::scope::Scopes;
use super::signed_in::SignedIn;
use super::{Application, EntraError, Issue, consent};
use crate::http::Response;
use crate::http::html::{escape, page};

/// Answers what belongs to the page; `None` for other endpoints.
pub(super) fn handle(
    issue: &Issue<'_>,
    parts: &Parts,
    tenant: &str,
    endpoint: &str,
    query: &Form,
    body: &Bytes,
) -> Option<Response> {
    if !matches!(endpoint, "adminconsent" | "v2.0/adminconsent") {
        return None;
    }
    let answer = answer(issue, parts, tenant, endpoint, query, body);
    Some(answer.unwrap_or_else(|error| pages::failure(issue, &error)))
}

fn answer(
    issue: &Issue<'_>,
    parts: &Parts,
    tenant: &str,
    endpoint: &str,
    query: &Form,
    body: &Bytes,
) -> Result<Response, EntraError> {
    let form = (parts.method == Method::POST).then(|| Form::parse(body));
    let context = match &form {
        Some(form) => Form::parse(form.get("ctx").unwrap_or_default().as_bytes()),
        None => query.clone(),
    };
    let named = issue.tenant(tenant)?;
    let application = application(issue, named.as_ref(), &context)?;
    let reply = Reply::new(redirect_uri(&application, &context)?, &context);
    let scopes = match context.get("scope") {
        Some(scope) => Scopes::parse(scope)?,
        None => Scopes::default(),
    };
    let within = named.map(|tenant| tenant.id);
    let mut accounts = issue
        .authority
        .sessions
        .accounts(issue, &parts.headers, within);
    if let Some(hint) = context.get("login_hint") {
        accounts.retain(|one| one.person.user_name.eq_ignore_ascii_case(hint));
    }
    let query = context.without(&[]);
    let Some(who) = accounts.pop() else {
        return Ok(pages::sign_in(
            &pages::SignIn {
                tenant,
                context: &query,
                target: endpoint,
                application: &application.name,
                user_name: context.get("login_hint").unwrap_or_default(),
                error: None,
            },
            issue,
        ));
    };
    if !who.person.is_administrator {
        return Ok(refuse(
            issue,
            &reply,
            &who,
            &EntraError::not_administrator(),
        ));
    }
    match form.as_ref().map(|form| form.get("decision")) {
        None => Ok(ask(tenant, endpoint, &query, &application, &who, &scopes)),
        Some(Some("accept")) => {
            allow(issue, &application, &who, &scopes)?;
            let mut fields = vec![
                ("admin_consent", "True".to_owned()),
                ("tenant", who.person.tenant.to_string()),
            ];
            if let Some(scope) = context.get("scope") {
                fields.push(("scope", scope.to_owned()));
            }
            Ok(reply.send(fields))
        }
        Some(_) => Ok(refuse(issue, &reply, &who, &EntraError::declined())),
    }
}

fn allow(
    issue: &Issue<'_>,
    application: &Application,
    who: &SignedIn,
    scopes: &Scopes,
) -> Result<(), EntraError> {
    let directory = &issue.authority.directory;
    let tenant = directory
        .tenant(&who.person.tenant.to_string())
        .ok_or_else(|| EntraError::tenant(&who.person.tenant.to_string()))?;
    let kept = if scopes.resource.is_some() {
        let resource = Resource::find(issue, &tenant, application, scopes)?;
        let wanted = consent::wanted(application, &who.person, &resource, scopes);
        directory.consent(consent::for_all(wanted))
    } else {
        // Without a scope: everything that the registration asks for.
        let consented = Application {
            is_consented: true,
            ..application.clone()
        };
        directory.register(tenant.id, consented).map(|_| ())
    };
    kept.map_err(|_| EntraError::temporary())
}

fn refuse(issue: &Issue<'_>, reply: &Reply, who: &SignedIn, error: &EntraError) -> Response {
    reply.send(vec![
        ("error", error.error.to_owned()),
        ("error_description", error.description(&issue.trace(None))),
        ("admin_consent", "True".to_owned()),
        ("tenant", who.person.tenant.to_string()),
    ])
}

fn ask(
    tenant: &str,
    endpoint: &str,
    context: &str,
    application: &Application,
    who: &SignedIn,
    scopes: &Scopes,
) -> Response {
    let body = format!(
        "<p class=\"note\">{}</p><h1>Permissions requested</h1><p>Review for your organization: <b>{}</b> would like \
         to:</p>{}<form method=\"POST\" action=\"/{}/{endpoint}\">{}{DECISION}</form>",
        escape(&who.person.user_name),
        escape(&application.name),
        permissions(scopes),
        escape(tenant),
        hidden(&[("ctx", context)]),
    );
    page(StatusCode::OK, "Permissions requested", &body)
}
