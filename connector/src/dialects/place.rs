//! Whether an organisation that an operation names is the one that the connection is to.
//!
//! Other systems write it as `default.cds` or `current`, as an address, as the beginning of one
//! (`contoso.crm4`), or by a name that people gave it. In paths it is encoded twice.

use airlock_connector::{Error, Transport};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::{session::Session, webapi::ApiRequest};

/// Words for the organisation of the connection itself.
const OWN: [&str; 2] = ["default.cds", "current"];

/// Whether `place` names the organisation of the session.
///
/// # Errors
/// [`Error::InvalidInput`] where it is another one; otherwise what the service answered to the question
/// what it is called.
pub(crate) async fn is_here<T: Transport>(session: &Session<T>, place: &str) -> Result<(), Error> {
    let place = decoded(place);
    let place = place.trim().trim_end_matches('/');
    let own = host_of(&session.client().base().origin().to_string());
    if OWN.iter().any(|word| word.eq_ignore_ascii_case(place)) || leads_to(place, &own) {
        return Ok(());
    }
    let another = |known: &str| {
        Error::invalid(
            "",
            format!(
                "this connection is to {known} and not to `{place}`: use a connection to that organisation"
            ),
        )
    };
    if place.contains("://") {
        return Err(another(&own));
    }
    let detail = called(session).await?;
    let unique = detail.unique_name.unwrap_or_default();
    let friendly = detail.friendly_name.unwrap_or_default();
    let first = place.split_once(".crm").map_or(place, |(first, _)| first);
    let names = [(&friendly, place), (&unique, place), (&unique, first)];
    if names
        .iter()
        .any(|(name, given)| name.eq_ignore_ascii_case(given))
    {
        return Ok(());
    }
    Err(another(&match friendly.is_empty() {
        true => own,
        false => format!("{friendly} ({own})"),
    }))
}

/// A text as it was before it was encoded, once or twice.
fn decoded(text: &str) -> String {
    let once = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    once(&once(text))
}

/// The host of an address, in lower case and without what leads to the Web API rather than to people.
fn host_of(address: &str) -> String {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.to_ascii_lowercase().replacen(".api.", ".", 1)
}

/// Whether `place` is the host `own`, an address there, or the beginning of it.
fn leads_to(place: &str, own: &str) -> bool {
    let host = host_of(place);
    host == own
        || (host.contains(".crm")
            && own
                .strip_prefix(&host)
                .is_some_and(|rest| rest.starts_with('.')))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Organization {
    detail: Detail,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    friendly_name: Option<String>,
    unique_name: Option<String>,
}

/// What the organisation of the session is called.
async fn called<T: Transport>(session: &Session<T>) -> Result<Detail, Error> {
    let client = session.client();
    let url = client.base().url(
        "RetrieveCurrentOrganization(AccessType=@p1)",
        "@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
    )?;
    let organization: Organization = client
        .send(ApiRequest::get(url).preparing())
        .await?
        .json()?;
    Ok(organization.detail)
}

#[cfg(test)]
mod tests {
    use airlock_connector::http::Method;
    use futures::executor::block_on;

    use super::*;
    use crate::{actions::testing::session, webapi::testing::contoso};

    #[test]
    fn an_organisation_is_known_by_each_of_its_names() {
        for (place, here) in [
            ("default.cds", true),
            ("current", true),
            ("https://contoso.crm.dynamics.com", true),
            ("https://contoso.crm.dynamics.com/", true),
            ("https%253A%252F%252Fcontoso.crm.dynamics.com", true),
            ("https://contoso.api.crm.dynamics.com/api/data/v9.2", true),
            ("contoso.crm", true),
            ("Contoso Ltd", true),
            ("org1a2b.crm", true),
            ("org1a2b", true),
            ("contoso", false),
            ("fabrikam.crm", false),
            ("contoso.crm4", false),
            ("https://fabrikam.crm.dynamics.com", false),
        ] {
            let script = contoso().answer(
                Method::Get,
                "RetrieveCurrentOrganization",
                200,
                r#"{"Detail": {"FriendlyName": "Contoso Ltd", "UniqueName": "org1a2b"}}"#,
            );
            let answer = block_on(is_here(&session(&script), place));
            assert_eq!(answer.is_ok(), here, "{place}: {answer:?}");
        }
    }
}
