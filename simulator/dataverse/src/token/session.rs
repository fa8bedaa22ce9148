//! Who is signed in at a browser: a cookie and the accounts behind it.

use http::{HeaderMap, header};
use uuid::Uuid;

use super::signed_in::{Sessions, SignedIn};
use super::{EntraError, Issue, Person};

/// Name of the cookie, as Entra has it.
const COOKIE: &str = "ESTSAUTH";
/// Browsers remembered; when more come, all are forgotten and sign in anew.
const BROWSERS: usize = 10_000;

impl Sessions {
    /// Forgets everybody.
    pub(super) fn clear(&self) {
        self.0.lock().clear();
    }

    /// Accounts of a browser, in a tenant or in all; not those whose sign-in was revoked since.
    pub(super) fn accounts(
        &self,
        issue: &Issue<'_>,
        headers: &HeaderMap,
        tenant: Option<Uuid>,
    ) -> Vec<SignedIn> {
        let Some(id) = cookie(headers) else {
            return Vec::new();
        };
        let known = self.0.lock().get(&id).cloned().unwrap_or_default();
        let is_good = |signed_in: &SignedIn| {
            let person = &signed_in.person;
            let account = issue.authority.directory.account(person.id);
            tenant.is_none_or(|tenant| tenant == person.tenant)
                && signed_in.at >= account.valid_from
                && super::password::may_sign_in(person, &account).is_ok()
        };
        known.into_iter().filter(is_good).collect()
    }

    /// Adds somebody to a browser. Returns the cookie to set.
    pub(super) fn add(
        &self,
        issue: &Issue<'_>,
        headers: &HeaderMap,
        person: Person,
    ) -> Result<String, EntraError> {
        let known = cookie(headers).filter(|id| self.0.lock().contains_key(id));
        let id = match known {
            Some(id) => id,
            None => issue
                .authority
                .seal
                .random()
                .map_err(|_| EntraError::temporary())?,
        };
        let mut browsers = self.0.lock();
        if browsers.len() >= BROWSERS {
            browsers.clear();
        }
        let accounts = browsers.entry(id.clone()).or_default();
        accounts.retain(|known| known.person.id != person.id);
        accounts.push(SignedIn {
            person,
            at: issue.now.unix_timestamp(),
        });
        Ok(set_cookie(issue, &id))
    }

    /// Signs a browser out.
    pub(super) fn end(&self, headers: &HeaderMap) {
        if let Some(id) = cookie(headers) {
            self.0.lock().remove(&id);
        }
    }
}

fn set_cookie(issue: &Issue<'_>, id: &str) -> String {
    let secure = if issue.origin.starts_with("https") {
        "; Secure"
    } else {
        ""
    };
    // Lax: a page of somebody else's cannot answer a consent form in the person's name.
    format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .map(str::to_owned)
}
