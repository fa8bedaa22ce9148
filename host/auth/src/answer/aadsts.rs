//! Entra's error numbers in words.
//!
//! Auth layer; a table. Sources: Microsoft's list of AADSTS codes and the identity platform's
//! pages on each grant. Only what a person with a connection to set up can meet and act on is
//! here; every other number is shown with the authority's own words.

use super::asked::Asked;

/// What a number means and what to do about it.
pub(super) struct Words {
    pub(super) meaning: String,
    pub(super) advice: &'static str,
}

/// Whether the number tells of a state that passes by itself.
pub(super) fn is_temporary(number: u64) -> bool {
    matches!(number, 90006 | 90024 | 90033 | 50196)
}

/// The words for a number, where it is known; `said` is the authority's own description.
pub(super) fn explain(number: u64, said: &str, asked: &Asked<'_>) -> Option<Words> {
    let scope = || format!("{:?}", asked.scope());
    let directory = || format!("{:?}", asked.directory());
    let (meaning, advice) = match number {
        // The application.
        700016 => (
            format!(
                "no application with this client id exists in the directory {}",
                directory()
            ),
            "check the client id (the application's id, not its object id) and the directory in the Token URL",
        ),
        7000215 => (
            "the client secret is wrong".into(),
            "enter the secret's value: it is shown once, when the secret is made, and is not the secret's id",
        ),
        7000222 => (
            "the client secret has expired".into(),
            "make a new secret for the application registration and give it to the connection",
        ),
        7000218 | 70002 => (
            "the application did not prove who it is".into(),
            "check that a client secret is set; an application registered as public cannot sign in by itself",
        ),
        70001 | 7000112 => (
            "the application is disabled, or unknown in this directory".into(),
            "have an administrator enable it under Enterprise applications",
        ),
        50012 | 50013 | 700027 => (
            "the proof of the application's identity is not valid".into(),
            "check that the certificate is the registered one and that this machine's clock is right",
        ),
        53003 | 53000 | 53001 => (
            "a conditional access policy blocks this sign-in".into(),
            "ask the directory's administrator to let this application in from here",
        ),
        50105 => (
            "the identity is not assigned to the application".into(),
            "have an administrator assign it under Enterprise applications",
        ),
        // The directory.
        90002 => (
            format!("the directory {} does not exist", directory()),
            "check the directory (tenant id or domain) in the Token URL",
        ),
        // The service and the scope.
        500011 | 50001 => (
            format!(
                "no service named by the scope {} is known in the directory {}",
                scope(),
                directory()
            ),
            "check the service's URL, from which the scope is made, and that it belongs to this directory",
        ),
        70011 | 1002012 => (
            format!("the scope {} is not valid for this way to sign in", scope()),
            "an application asks for <service URL>/.default, such as https://contoso.crm.dynamics.com/.default",
        ),
        700022 => (
            format!("the scope {} names more than one service", scope()),
            "ask for one service: https://contoso.crm.dynamics.com/.default",
        ),
        700023 => (
            format!("the scope {} names no service", scope()),
            "ask for <service URL>/.default, such as https://contoso.crm.dynamics.com/.default",
        ),
        // Consent and permissions.
        65001 | 650056 | 650057 => (
            "the application lacks a permission for this service, or nobody has consented to it"
                .into(),
            "add the service under API permissions of the application registration and have an administrator grant consent",
        ),
        65004 => (
            "consent was declined".into(),
            "ask an administrator to grant consent to the application",
        ),
        // People who sign in.
        50034 | 50126 => (
            "the user name or password is wrong, or no such user exists".into(),
            "check the user, and that it belongs to this directory",
        ),
        50055 => (
            "the password has expired".into(),
            "sign in once in a browser to change it",
        ),
        50057 => (
            "the user's account is disabled".into(),
            "ask the directory's administrator",
        ),
        50072 | 50074 | 50076 | 50079 => (
            "a second factor is needed, which only a person can give".into(),
            "sign in again, or use an application identity",
        ),
        50173 | 70000 | 70008 | 700082 => (
            "the stored sign-in has expired or was revoked".into(),
            "sign in again",
        ),
        54005 | 700005 => (
            "the sign-in code was used already or belongs to another directory".into(),
            "sign in again",
        ),
        501481 | 50147 => (
            "the proof key of the sign-in does not match".into(),
            "sign in again, in one browser window",
        ),
        50011 => (
            "the address to come back to is not registered for the application".into(),
            "add it under Authentication, redirect URIs, of the application registration",
        ),
        // The request.
        90014 | 900144 if wants_resource(said) => (
            "the Token URL is of the first version, which asks for a resource instead of scopes"
                .into(),
            "use the second version: the Token URL ends with /oauth2/v2.0/token",
        ),
        70003 => (
            "this way to sign in is not supported".into(),
            "check that the Token URL ends with /oauth2/v2.0/token",
        ),
        90014 | 900144 => (
            "a part of the request is missing".into(),
            "check that client id, client secret and scopes are all set",
        ),
        // What passes.
        50196 => (
            "too many equal sign-ins in a short time".into(),
            "wait a few minutes",
        ),
        90006 | 90024 | 90033 => (
            "the directory is unavailable for the moment".into(),
            "try again in a minute",
        ),
        _ => return None,
    };
    Some(Words { meaning, advice })
}

/// Whether the parameter that is missing is the one that only the first version has.
fn wants_resource(said: &str) -> bool {
    said.contains("'resource'") || said.contains("\"resource\"")
}
