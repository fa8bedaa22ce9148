//! Names and passwords of people, on the sign-in page and in the password grant.

use super::directory::{Account, AccountState, DEFAULT_PASSWORD};
use super::{EntraError, Issue, Person};

/// The person whose name and password these are.
pub(super) fn check(
    issue: &Issue<'_>,
    tenant: Option<uuid::Uuid>,
    user_name: &str,
    password: &str,
) -> Result<(Person, Account), EntraError> {
    let person = issue
        .people
        .by_name(tenant, user_name)
        .ok_or_else(|| EntraError::no_user(user_name))?;
    let account = issue.authority.directory.account(person.id);
    let right = account.password.as_deref().unwrap_or(DEFAULT_PASSWORD);
    if right != password {
        return Err(EntraError::wrong_password());
    }
    may_sign_in(&person, &account)?;
    Ok((person, account))
}

/// Refuses accounts that nobody may sign in to.
pub(super) fn may_sign_in(person: &Person, account: &Account) -> Result<(), EntraError> {
    match account.state {
        AccountState::Disabled => Err(EntraError::account_disabled(&person.user_name)),
        AccountState::PasswordExpired => Err(EntraError::password_expired()),
        AccountState::Enabled | AccountState::NeedsSecondFactor => Ok(()),
    }
}
