//! The API's door: a bearer token in, a [`Caller`] out.
//!
//! Verifying a signature takes tens of microseconds, so verified tokens are remembered until they expire; who an
//! application is in the organisation is remembered until a user row changes.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderMap, StatusCode, header};
use parking_lot::RwLock;
use time::OffsetDateTime;
use uuid::Uuid;

use super::keys::{Claims, Signer, TokenFault};
use crate::http::SimError;
use crate::organisation::{Caller, Organisation};
use crate::rows::Cell;

/// Remembered tokens; when more are in use, all are forgotten and verified anew.
const REMEMBERED_TOKENS: usize = 4_096;
/// Roles that bring the privilege to act on behalf of another user.
const IMPERSONATORS: [&str; 2] = ["System Administrator", "Delegate"];

/// Checks tokens and remembers what it found.
#[derive(Default)]
pub struct Authenticator {
    tokens: RwLock<HashMap<Box<str>, Arc<Claims>>>,
    callers: RwLock<HashMap<Identified, (u64, Known)>>,
}

/// Whom a token names: an application by client id, a person by directory object id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identified {
    /// An application.
    Application(Uuid),
    /// A person.
    Person(Uuid),
}

/// A member of the organisation.
#[derive(Clone, Copy)]
struct Known {
    caller: Caller,
    may_impersonate: bool,
}

/// The organisation's place in the directory, for the challenge of a refused request.
pub struct Realm<'a> {
    /// Origin of the authority.
    pub authority_origin: &'a str,
    /// Address of the organisation, without final slash.
    pub resource: &'a str,
    /// Whether an audience (without final slash) means this organisation.
    pub is_audience: &'a dyn Fn(&str) -> bool,
}

impl Authenticator {
    /// Who is calling. 401 for a missing or bad token, 403 for one whose owner is no user of the organisation or has no
    /// role in it.
    pub fn authenticate(
        &self,
        headers: &HeaderMap,
        signer: &Signer,
        organisation: &Organisation,
        realm: &Realm<'_>,
        now: OffsetDateTime,
    ) -> Result<Caller, SimError> {
        let tenant = organisation.identity.tenant_id;
        let claims = self
            .identify(headers, signer, tenant, realm.is_audience, now)
            .map_err(|fault| unauthenticated(realm, tenant, fault))?;
        let known = self.known(claims.identified(), organisation)?;
        impersonated(known, headers, organisation)
    }

    /// The claims of a good token: signed here, for this tenant and audience, at this time. `None` when there is no token.
    pub fn identify(
        &self,
        headers: &HeaderMap,
        signer: &Signer,
        tenant: Uuid,
        is_audience: &dyn Fn(&str) -> bool,
        now: OffsetDateTime,
    ) -> Result<Arc<Claims>, Option<TokenFault>> {
        let token = bearer(headers).ok_or(None)?;
        let claims = self.claims(token, signer)?;
        Signer::judge(&claims, tenant, now)?;
        if is_audience(claims.aud.trim_end_matches('/')) {
            Ok(claims)
        } else {
            Err(Some(TokenFault::Audience))
        }
    }

    fn claims(&self, token: &str, signer: &Signer) -> Result<Arc<Claims>, TokenFault> {
        if let Some(claims) = self.tokens.read().get(token) {
            return Ok(claims.clone());
        }
        let claims = Arc::new(signer.verify(token)?);
        let mut tokens = self.tokens.write();
        if tokens.len() >= REMEMBERED_TOKENS {
            tokens.clear();
        }
        tokens.insert(token.into(), claims.clone());
        Ok(claims)
    }

    fn known(&self, who: Identified, organisation: &Organisation) -> Result<Known, SimError> {
        let generation = organisation.rows.identity_generation();
        if let Some((seen, known)) = self.callers.read().get(&who)
            && *seen == generation
        {
            return Ok(*known);
        }
        let (column, id) = match who {
            Identified::Application(id) => ("applicationid", id),
            Identified::Person(id) => ("azureactivedirectoryobjectid", id),
        };
        let caller = user_where(column, id, organisation)?.ok_or_else(not_a_member)?;
        let roles = organisation.rows.roles(caller.user_id)?;
        if roles.is_empty() {
            return Err(SimError::new(
                StatusCode::FORBIDDEN,
                "0x80042f09",
                "The user has not been assigned any roles.",
            ));
        }
        let known = Known {
            caller,
            may_impersonate: roles
                .iter()
                .any(|role| IMPERSONATORS.contains(&role.as_str())),
        };
        let mut callers = self.callers.write();
        if callers.len() >= REMEMBERED_TOKENS {
            callers.clear();
        }
        callers.insert(who, (generation, known));
        Ok(known)
    }
}

impl Claims {
    /// Whom the token names.
    pub fn identified(&self) -> Identified {
        match self.scp {
            Some(_) => Identified::Person(self.oid),
            None => Identified::Application(self.appid),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The enabled user in whose column this id stands.
fn user_where(
    column: &str,
    id: Uuid,
    organisation: &Organisation,
) -> Result<Option<Caller>, SimError> {
    let schema = organisation.schema();
    let rows = &organisation.rows;
    let found = match column {
        "systemuserid" => Some(id),
        _ => rows.find(&schema, "systemuser", column, &Cell::Guid(id))?,
    };
    let Some(user_id) = found else {
        return Ok(None);
    };
    let Some(row) = rows.row(&schema, "systemuser", user_id)? else {
        return Ok(None);
    };
    let cell = |name: &str| {
        row.iter()
            .find(|(column, _)| column == name)
            .map(|(_, cell)| cell)
    };
    if cell("isdisabled") == Some(&Cell::Bool(true)) {
        return Err(SimError::new(
            StatusCode::FORBIDDEN,
            "0x80040225",
            format!("The specified user(Id = {user_id}) is disabled. Consider enabling this user."),
        ));
    }
    let business_unit_id = match cell("businessunitid") {
        Some(Cell::Lookup { id, .. }) => *id,
        _ => Uuid::nil(),
    };
    Ok(Some(Caller {
        user_id,
        business_unit_id,
        on_behalf_of: None,
    }))
}

/// `CallerObjectId` (by directory object) and `MSCRMCallerID` (by user id).
fn impersonated(
    known: Known,
    headers: &HeaderMap,
    organisation: &Organisation,
) -> Result<Caller, SimError> {
    let id = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((value, Uuid::try_parse(value.trim())))
    };
    let (column, value, id) = if let Some((value, id)) = id("callerobjectid") {
        ("azureactivedirectoryobjectid", value, id)
    } else if let Some((value, id)) = id("mscrmcallerid") {
        ("systemuserid", value, id)
    } else {
        return Ok(known.caller);
    };
    if !known.may_impersonate {
        return Err(SimError::new(
            StatusCode::FORBIDDEN,
            "0x8004a110",
            "User does not have the privilege to act on behalf another user.",
        ));
    }
    let id =
        id.map_err(|_| SimError::invalid_argument(format!("'{value}' is not a valid user id.")))?;
    let other = user_where(column, id, organisation)?.ok_or_else(not_a_member)?;
    Ok(Caller {
        on_behalf_of: Some(known.caller.user_id),
        ..other
    })
}

fn not_a_member() -> SimError {
    SimError::new(
        StatusCode::FORBIDDEN,
        "0x80072560",
        "The user is not a member of the organization.",
    )
}

/// 401 with an empty body; the challenge says where to get a token. Its values stand without quotes, as the service
/// writes them.
fn unauthenticated(realm: &Realm<'_>, tenant: Uuid, fault: Option<TokenFault>) -> SimError {
    let Realm {
        authority_origin,
        resource,
        ..
    } = realm;
    let mut challenge = format!(
        "Bearer authorization_uri={authority_origin}/{tenant}/oauth2/authorize, resource_id={resource}/"
    );
    if let Some(fault) = fault {
        challenge.push_str(&format!(
            ", error=\"invalid_token\", error_description=\"{fault}\""
        ));
    }
    SimError::new(StatusCode::UNAUTHORIZED, "", "").with_header("www-authenticate", challenge)
}
