//! `get-current-user`: whom the connection speaks as, and to which organisation.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::{ApiRequest, CallOptions, literal::encode_value},
};

input! {
    /// Input of `get-current-user`.
    struct Input {} + caller
}

/// Output of `get-current-user`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// Id of the user's row in `systemuser`.
    user_id: String,
    /// Full name of the user; of an application its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Primary e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Name with which the user signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    /// Client id of the application, where the user is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<String>,
    /// Id of the user's business unit.
    business_unit_id: String,
    /// Id of the organisation.
    organization_id: String,
    /// Name of the organisation, as people know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// Name of the organisation that is unique among all.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_unique_name: Option<String>,
    /// Version of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_version: Option<String>,
    /// Id of the organisation's environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_id: Option<String>,
    /// Id of the tenant in Entra ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    /// Address of the organisation's Web API.
    web_api: String,
}

/// The action.
#[derive(Debug)]
pub struct GetCurrentUser;

impl Action<Dataverse> for GetCurrentUser {
    const DECLARATION: Declaration = Declaration {
        name: "get-current-user",
        aliases: &["WhoAmI"],
        title: "Get the current user",
        description: "Says as whom the connection speaks, with name and business unit, and to \
                      which organisation.",
        group: "Connection",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &["{}"],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        who(session, &input.options()?).await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WhoAmI {
    business_unit_id: String,
    user_id: String,
    organization_id: String,
}

#[derive(Default, Deserialize)]
struct User {
    fullname: Option<String>,
    internalemailaddress: Option<String>,
    domainname: Option<String>,
    applicationid: Option<String>,
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
    organization_version: Option<String>,
    environment_id: Option<String>,
    tenant_id: Option<String>,
}

/// Asks who this is. Ids are certain; names are given where the user may read them.
pub(crate) async fn who<T: Transport>(
    session: &Session<T>,
    options: &CallOptions,
) -> Result<Output, Error> {
    let client = session.client();
    let base = client.base();
    let url = base.url("WhoAmI", "")?;
    let me: WhoAmI = client
        .send(ApiRequest::get(url).with_options(options))
        .await?
        .json()?;

    let select = "$select=fullname,internalemailaddress,domainname,applicationid";
    let url = base.url(
        &format!("systemusers({})", encode_value(&me.user_id)),
        select,
    )?;
    let user: User = readable(session, url, options).await?.unwrap_or_default();

    let url = base.url(
        "RetrieveCurrentOrganization(AccessType=@p1)",
        "@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
    )?;
    let organization: Organization = readable(session, url, options).await?.unwrap_or_default();
    let detail = organization.detail;

    Ok(Output {
        user_id: me.user_id,
        name: user.fullname,
        email: user.internalemailaddress,
        user_name: user.domainname,
        application_id: user.applicationid,
        business_unit_id: me.business_unit_id,
        organization_id: me.organization_id,
        organization: detail.friendly_name,
        organization_unique_name: detail.unique_name,
        organization_version: detail.organization_version,
        environment_id: detail.environment_id,
        tenant_id: detail.tenant_id,
        web_api: base.root().to_owned(),
    })
}

/// Reads what the user may not be allowed to read, or an older organisation not know.
async fn readable<T: Transport, V: serde::de::DeserializeOwned>(
    session: &Session<T>,
    url: String,
    options: &CallOptions,
) -> Result<Option<V>, Error> {
    match session
        .client()
        .send(ApiRequest::get(url).with_options(options))
        .await
    {
        Ok(reply) => reply.json().map(Some),
        Err(
            Error::Forbidden(_) | Error::NotFound(_) | Error::Rejected(_) | Error::InvalidInput(_),
        ) => Ok(None),
        Err(error) => Err(error),
    }
}
