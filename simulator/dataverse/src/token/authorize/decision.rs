//! What a person has to be asked: nothing, who they are, which of their accounts, or whether they allow it.

use super::request::{AuthorizeRequest, Prompt};
use crate::token::signed_in::SignedIn;
use crate::token::{EntraError, Issue, consent};

/// The next step of an authorization.
pub(super) enum Step {
    /// Ask for name and password.
    SignIn,
    /// Ask which account.
    Choose,
    /// Ask whether the application may.
    AskConsent(SignedIn),
    /// Give the code.
    Grant(SignedIn),
}

/// Decides it.
pub(super) fn next(
    issue: &Issue<'_>,
    request: &AuthorizeRequest,
    accounts: &[SignedIn],
) -> Result<Step, EntraError> {
    let is_silent = request.prompt == Some(Prompt::None);
    let hinted = request.login_hint.as_deref().map(|hint| {
        let mut known = accounts.iter();
        known.find(|one| one.person.user_name.eq_ignore_ascii_case(hint))
    });
    let who = match (request.prompt, hinted, accounts) {
        (Some(Prompt::Login), _, _) => return Ok(Step::SignIn),
        (Some(Prompt::SelectAccount), _, [_, ..]) => return Ok(Step::Choose),
        (_, Some(Some(known)), _) | (_, None, [known]) => known,
        (_, None, [_, _, ..]) if is_silent => return Err(EntraError::several_signed_in()),
        (_, None, [_, _, ..]) => return Ok(Step::Choose),
        _ if is_silent => return Err(EntraError::not_signed_in()),
        _ => return Ok(Step::SignIn),
    };
    let resource = request.resource(issue, &who.person)?;
    let wanted = consent::wanted(
        &request.application,
        &who.person,
        &resource,
        &request.scopes,
    );
    let is_given = consent::is_given(issue, &request.application, &wanted);
    match (is_given, request.prompt) {
        (_, Some(Prompt::Consent)) => Ok(Step::AskConsent(who.clone())),
        (true, _) => Ok(Step::Grant(who.clone())),
        (false, Some(Prompt::None)) => Err(EntraError::consent_needed(
            request.application.client_id,
            &request.application.name,
        )),
        (false, _) => Ok(Step::AskConsent(who.clone())),
    }
}
