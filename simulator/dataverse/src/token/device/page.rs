//! The page on which a person types in the code of a device: code, sign-in, yes or no. One form may send all of it.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};

use super::state::{Answer, Device};
use crate::http::Response;
use crate::http::html::{escape, page};
use crate::token::authorize::pages::{
    DECISION, complaint, credentials, hidden, message, people_note, permissions,
};
use crate::token::form::Form;
use crate::token::signed_in::SignedIn;
use crate::token::{EntraError, Issue, consent, password};

/// Answers a request to the page; `None` for other paths.
pub(in crate::token) fn handle(
    issue: &Issue<'_>,
    parts: &Parts,
    path: &str,
    query: &Form,
    body: &Bytes,
) -> Option<Response> {
    if !matches!(path, "devicelogin" | "common/oauth2/deviceauth") {
        return None;
    }
    if parts.method != Method::POST {
        return Some(ask_code(query.get("otc").unwrap_or_default(), None));
    }
    let form = Form::parse(body);
    Some(answer(issue, parts, &form))
}

fn answer(issue: &Issue<'_>, parts: &Parts, form: &Form) -> Response {
    let typed = form.get("otc").unwrap_or_default();
    let code: String = typed
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .collect();
    let devices = &issue.authority.devices;
    let Some(device) = devices.waiting(&code, issue.now.unix_timestamp()) else {
        return ask_code(&code, Some(&EntraError::device_unknown()));
    };
    let (who, cookie) = match signed_in(issue, parts, form, &device) {
        Ok(Some(found)) => found,
        Ok(None) => return ask_person(issue, &device, form, None),
        Err(error) => return ask_person(issue, &device, form, Some(&error)),
    };
    let response = match form.get("decision") {
        Some("accept") => match allow(issue, &device, &who) {
            Ok(()) => {
                devices.answer(&code, Answer::Approved(who));
                let text = format!(
                    "You have signed in to {} on your device.",
                    device.application
                );
                message(
                    &device.application,
                    &format!("{text} You may now close this window."),
                )
            }
            Err(error) => ask_code(&code, Some(&error)),
        },
        Some(_) => {
            devices.answer(&code, Answer::Declined);
            message("You cancelled", "You can close this window.")
        }
        None => ask_decision(&device, &who),
    };
    match cookie {
        Some(cookie) => response.with_header("set-cookie", &cookie),
        None => response,
    }
}

/// Whoever just gave a password, or is signed in already.
fn signed_in(
    issue: &Issue<'_>,
    parts: &Parts,
    form: &Form,
    device: &Device,
) -> Result<Option<(SignedIn, Option<String>)>, EntraError> {
    let sessions = &issue.authority.sessions;
    if let Some(name) = form.get("login") {
        let secret = form.get("passwd").unwrap_or_default();
        let (person, _) = password::check(issue, device.tenant, name, secret)?;
        let cookie = sessions.add(issue, &parts.headers, person.clone())?;
        let at = issue.now.unix_timestamp();
        return Ok(Some((SignedIn { person, at }, Some(cookie))));
    }
    let mut accounts = sessions.accounts(issue, &parts.headers, device.tenant);
    Ok(accounts.pop().map(|who| (who, None)))
}

/// Continuing allows what the application asked for.
fn allow(issue: &Issue<'_>, device: &Device, who: &SignedIn) -> Result<(), EntraError> {
    let directory = &issue.authority.directory;
    let tenant = directory
        .tenant(&who.person.tenant.to_string())
        .ok_or_else(|| EntraError::tenant(&who.person.tenant.to_string()))?;
    let client = device.client.to_string();
    let application = tenant
        .application(&client)
        .ok_or_else(|| EntraError::application(&client, &tenant.name))?;
    let resource =
        crate::token::resource::Resource::find(issue, &tenant, application, &device.scopes)?;
    let wanted = consent::wanted(application, &who.person, &resource, &device.scopes);
    directory
        .consent(wanted)
        .map_err(|_| EntraError::temporary())
}

fn ask_code(code: &str, error: Option<&EntraError>) -> Response {
    let body = format!(
        "<h1>Enter code</h1><p>Enter the code displayed on your app or device.</p>{}\
         <form method=\"POST\" action=\"/devicelogin\"><label>Code<input type=\"text\" name=\"otc\" value=\"{}\"></label>\
         <button class=\"main\">Next</button></form>",
        error.map(complaint).unwrap_or_default(),
        escape(code)
    );
    page(StatusCode::OK, "Enter code", &body)
}

fn ask_person(
    issue: &Issue<'_>,
    device: &Device,
    form: &Form,
    error: Option<&EntraError>,
) -> Response {
    let body = format!(
        "<h1>Sign in</h1>{}<p>You're signing in to <b>{}</b> on another device.</p>\
         <form method=\"POST\" action=\"/devicelogin\">{}{}<button class=\"main\">Sign in</button></form>{}",
        error.map(complaint).unwrap_or_default(),
        escape(&device.application),
        hidden(&[("otc", &device.user_code)]),
        credentials(form.get("login").unwrap_or_default()),
        people_note(issue),
    );
    page(StatusCode::OK, "Sign in to your account", &body)
}

fn ask_decision(device: &Device, who: &SignedIn) -> Response {
    let body = format!(
        "<p class=\"note\">{}</p><h1>Are you trying to sign in to {}?</h1>{}<form method=\"POST\" action=\"/devicelogin\">{}{DECISION}</form>",
        escape(&who.person.user_name),
        escape(&device.application),
        permissions(&device.scopes),
        hidden(&[("otc", &device.user_code)]),
    );
    page(StatusCode::OK, "Sign in to your account", &body)
}
