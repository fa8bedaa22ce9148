//! The pages a person sees: sign in, choose an account, allow, and what went wrong. Plain forms without scripts, so
//! that a test can fill them in over HTTP.

use http::StatusCode;

use crate::http::Response;
use crate::http::html::{escape, page};
use crate::token::directory::DEFAULT_PASSWORD;
use crate::token::scope::Scopes;
use crate::token::signed_in::SignedIn;
use crate::token::{Application, EntraError, Issue, Person};

/// What the sign-in page needs.
pub(in crate::token) struct SignIn<'a> {
    pub(in crate::token) tenant: &'a str,
    /// The request that asked for it, as a query.
    pub(in crate::token) context: &'a str,
    /// The path, below the tenant, to go back to.
    pub(in crate::token) target: &'a str,
    pub(in crate::token) application: &'a str,
    pub(in crate::token) user_name: &'a str,
    pub(in crate::token) error: Option<&'a EntraError>,
}

/// Name and password.
pub(in crate::token) fn sign_in(asked: &SignIn<'_>, issue: &Issue<'_>) -> Response {
    let body = format!(
        "<h1>Sign in</h1>{purpose}{error}<form method=\"POST\" action=\"/{tenant}/login\">{hidden}{fields}\
         <button class=\"main\">Sign in</button></form>{note}",
        purpose = purpose(asked.application),
        error = asked.error.map(complaint).unwrap_or_default(),
        tenant = escape(asked.tenant),
        hidden = hidden(&[
            ("ctx", asked.context),
            ("target", asked.target),
            ("application", asked.application),
        ]),
        fields = credentials(asked.user_name),
        note = people_note(issue),
    );
    page(StatusCode::OK, "Sign in to your account", &body)
}

/// One of those who are signed in, or somebody else.
pub(super) fn choose(
    tenant: &str,
    context: &str,
    application: &str,
    accounts: &[SignedIn],
) -> Response {
    let form = |value: &str, label: &str| {
        format!(
            "<form method=\"POST\" action=\"/{}/login\">{}<button>{}</button></form>",
            escape(tenant),
            hidden(&[("ctx", context), ("account", value)]),
            escape(label)
        )
    };
    let known: String = accounts
        .iter()
        .map(|one| {
            let person = &one.person;
            form(
                &person.user_name,
                &format!("{} ({})", person.name, person.user_name),
            )
        })
        .collect();
    let body = format!(
        "<h1>Pick an account</h1>{}{known}{}",
        purpose(application),
        form("other", "Use another account")
    );
    page(StatusCode::OK, "Pick an account", &body)
}

/// Whether the application may.
pub(super) fn consent(
    tenant: &str,
    context: &str,
    application: &Application,
    person: &Person,
    scopes: &Scopes,
) -> Response {
    let fields = hidden(&[("ctx", context), ("account", &person.user_name)]);
    let body = format!(
        "<p class=\"note\">{}</p><h1>Permissions requested</h1><p><b>{}</b> would like to:</p>{}\
         <form method=\"POST\" action=\"/{}/consent\">{fields}{DECISION}</form>",
        escape(&person.user_name),
        escape(&application.name),
        permissions(scopes),
        escape(tenant),
    );
    page(StatusCode::OK, "Permissions requested", &body)
}

/// Two buttons: yes and no.
pub(in crate::token) const DECISION: &str = "<button class=\"main\" name=\"decision\" value=\"accept\">Accept</button> \
     <button name=\"decision\" value=\"decline\">Cancel</button>";

/// What is asked for, in words.
pub(in crate::token) fn permissions(scopes: &Scopes) -> String {
    let mut lines: Vec<String> = scopes
        .permissions
        .iter()
        .map(|permission| match permission.as_str() {
            "user_impersonation" | ".default" => {
                format!("Access <code>{}</code> as you", escape(scopes.resource()))
            }
            other => format!(
                "<code>{}</code> of <code>{}</code>",
                escape(other),
                escape(scopes.resource())
            ),
        })
        .collect();
    if scopes.has("offline_access") {
        lines.push("Maintain access to data you have given it access to".to_owned());
    }
    if scopes.has("openid") {
        lines.push("View your basic profile".to_owned());
    }
    format!("<ul><li>{}</li></ul>", lines.join("</li><li>"))
}

/// Inputs for name and password.
pub(in crate::token) fn credentials(user_name: &str) -> String {
    format!(
        "<label>Email<input type=\"text\" name=\"login\" value=\"{}\" autocomplete=\"username\"></label>\
         <label>Password<input type=\"password\" name=\"passwd\" autocomplete=\"current-password\"></label>",
        escape(user_name)
    )
}

/// Hidden inputs.
pub(in crate::token) fn hidden(fields: &[(&str, &str)]) -> String {
    fields
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            )
        })
        .collect()
}

/// An error above a form.
pub(in crate::token) fn complaint(error: &EntraError) -> String {
    format!("<p class=\"error\">{}</p>", escape(&error.short()))
}

/// Who there is to be, as only a simulator may tell.
pub(in crate::token) fn people_note(issue: &Issue<'_>) -> String {
    let people = issue.people.all();
    let names: Vec<String> = people
        .iter()
        .take(8)
        .map(|person| format!("<code>{}</code>", escape(&person.user_name)))
        .collect();
    format!(
        "<p class=\"note\">This is a simulator. People: {}. Password, unless changed: <code>{DEFAULT_PASSWORD}</code></p>",
        names.join(", ")
    )
}

/// An error that goes back to nobody.
pub(in crate::token) fn failure(issue: &Issue<'_>, error: &EntraError) -> Response {
    let body = format!(
        "<h1>Sorry, but we’re having trouble signing you in.</h1><p class=\"error\">{}</p>",
        escape(&error.description(&issue.trace(None))).replace("\r\n", "<br>")
    );
    page(StatusCode::BAD_REQUEST, "Sign in to your account", &body)
}

/// A message and nothing to do.
pub(in crate::token) fn message(title: &str, text: &str) -> Response {
    let body = format!("<h1>{}</h1><p>{}</p>", escape(title), escape(text));
    page(StatusCode::OK, title, &body)
}

fn purpose(application: &str) -> String {
    if application.is_empty() {
        String::new()
    } else {
        format!("<p>to continue to <b>{}</b></p>", escape(application))
    }
}
