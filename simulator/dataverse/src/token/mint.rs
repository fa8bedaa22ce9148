//! Token responses: the access token, and what comes with it when a person signed in.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::encoding::encode;
use super::grant::Grant;
use super::keys::Claims;
use super::proof::Proof;
use super::refresh_token;
use super::resource::Resource;
use super::scope::Scopes;
use super::token_request::TokenRequest;
use super::{Application, EntraError, Issue, Person, Tenant};

/// The answer to an application that asks for itself.
pub(super) fn for_application(
    issue: &Issue<'_>,
    tenant: &Tenant,
    application: &Application,
    proof: Proof,
    resource: &str,
) -> Result<Value, EntraError> {
    let claims = Claims {
        oid: application.object_id,
        sub: application.object_id.to_string(),
        idtyp: "app".to_owned(),
        ..base(issue, tenant.id, application, proof, resource)
    };
    let seconds = issue.authority.lifetimes.token_seconds;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": sign(issue, &claims)?,
    }))
}

/// What a person's token response is made from.
pub(super) struct Delegation<'a> {
    pub(super) application: &'a Application,
    pub(super) proof: Proof,
    pub(super) person: &'a Person,
    pub(super) resource: &'a Resource,
    pub(super) scopes: &'a Scopes,
    /// When the person signed in.
    pub(super) authenticated: i64,
    pub(super) nonce: Option<&'a str>,
    /// The family of the refresh token that is redeemed.
    pub(super) family: Option<Uuid>,
}

/// The answer to an application that asks on behalf of a person.
pub(super) fn for_person(
    request: &TokenRequest<'_>,
    wanted: &Delegation<'_>,
) -> Result<Value, EntraError> {
    let issue = request.issue;
    let Delegation {
        application,
        person,
        scopes,
        ..
    } = wanted;
    let default = wanted.resource.default_permission();
    let claims = Claims {
        oid: person.id,
        sub: pairwise(person, scopes.resource()),
        idtyp: "user".to_owned(),
        scp: Some(scopes.named(default).join(" ")),
        amr: vec!["pwd".to_owned()],
        upn: Some(person.user_name.clone()),
        unique_name: Some(person.user_name.clone()),
        name: Some(person.name.clone()),
        given_name: Some(person.given_name.clone()),
        family_name: Some(person.family_name.clone()),
        ..base(
            issue,
            person.tenant,
            application,
            wanted.proof,
            scopes.resource(),
        )
    };
    let seconds = issue.authority.lifetimes.token_seconds;
    let mut answer = Map::new();
    answer.insert("token_type".to_owned(), "Bearer".into());
    answer.insert("scope".to_owned(), scopes.granted(default).into());
    answer.insert("expires_in".to_owned(), seconds.into());
    answer.insert("ext_expires_in".to_owned(), seconds.into());
    answer.insert("access_token".to_owned(), sign(issue, &claims)?.into());
    if scopes.has("offline_access") {
        let grant = Grant {
            id: Uuid::new_v4(),
            family: wanted.family,
            tenant: person.tenant,
            client: application.client_id,
            person: person.id,
            scopes: (*scopes).clone(),
            issued: issue.now.unix_timestamp(),
            authenticated: wanted.authenticated,
            code: None,
        };
        answer.insert(
            "refresh_token".to_owned(),
            refresh_token::seal(issue, &grant)?.into(),
        );
    }
    if scopes.has("openid") {
        answer.insert("id_token".to_owned(), id_token(issue, wanted)?.into());
    }
    if request.wants_client_info() {
        answer.insert("client_info".to_owned(), client_info(person).into());
    }
    Ok(Value::Object(answer))
}

/// Who signed in, as Microsoft's libraries want to know it: object id and tenant.
pub(super) fn client_info(person: &Person) -> String {
    encode(json!({ "uid": person.id, "utid": person.tenant }).to_string())
}

fn id_token(issue: &Issue<'_>, wanted: &Delegation<'_>) -> Result<String, EntraError> {
    let Delegation {
        application,
        person,
        scopes,
        ..
    } = wanted;
    let now = issue.now.unix_timestamp();
    let client = application.client_id.to_string();
    let mut claims = json!({
        "aud": client,
        "iss": format!("{}/{}/v2.0", issue.origin, person.tenant),
        "iat": now,
        "nbf": now,
        "exp": now + i64::from(issue.authority.lifetimes.token_seconds) + 1,
        "oid": person.id,
        "sub": pairwise(person, &client),
        "tid": person.tenant,
        "uti": encode(issue.request_id.as_bytes()),
        "ver": "2.0",
    });
    if let Some(claims) = claims.as_object_mut() {
        if let Some(nonce) = wanted.nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        if scopes.has("profile") {
            claims.insert("name".to_owned(), person.name.clone().into());
            claims.insert(
                "preferred_username".to_owned(),
                person.user_name.clone().into(),
            );
        }
        if scopes.has("email") {
            claims.insert("email".to_owned(), person.user_name.clone().into());
        }
    }
    issue
        .authority
        .signer
        .sign_json(&claims)
        .map_err(|_| EntraError::temporary())
}

/// A subject that differs from one audience to the next.
fn pairwise(person: &Person, audience: &str) -> String {
    use sha2::{Digest, Sha256};
    encode(Sha256::digest(format!("{}/{audience}", person.id)))
}

fn base(
    issue: &Issue<'_>,
    tenant: Uuid,
    application: &Application,
    proof: Proof,
    resource: &str,
) -> Claims {
    let issuer = Claims::issuer(tenant);
    let now = issue.now.unix_timestamp();
    Claims {
        aud: resource.to_owned(),
        iss: issuer.clone(),
        iat: now,
        nbf: now,
        // One second more than reported, so that a client that counts exactly is never late.
        exp: now + i64::from(issue.authority.lifetimes.token_seconds) + 1,
        appid: application.client_id,
        appidacr: proof.as_str().to_owned(),
        idp: issuer,
        tid: tenant,
        uti: encode(issue.request_id.as_bytes()),
        ver: "1.0".to_owned(),
        ..Claims::default()
    }
}

fn sign(issue: &Issue<'_>, claims: &Claims) -> Result<String, EntraError> {
    issue
        .authority
        .signer
        .sign(claims)
        .map_err(|_| EntraError::temporary())
}
