//! `list-tables`: the organisation's tables, or those that one asks for.

use airlock_connector::{
    Action, Error, FieldError, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
    nearest::{did_you_mean, nearest},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    actions::{
        metadata::read::{flag, label, list, text, yes},
        options::names,
    },
    session::{Dataverse, Session},
    webapi::literal::encode_expression,
};

/// What is read of each table.
const SELECT: &str = "LogicalName,SchemaName,EntitySetName,DisplayName,DisplayCollectionName,IsCustomEntity,IsChildEntity";

/// What is read besides for details.
const DETAILS: &str = "Description,OwnershipType,PrimaryIdAttribute,PrimaryNameAttribute,IsActivity,IsBusinessProcessEnabled,IsValidForAdvancedFind,IsValidForQueue,EntityColor,IconSmallName,IconMediumName,IconLargeName,ChangeTrackingEnabled,IsAuditEnabled,IsManaged,TableType";

/// Input of `list-tables`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Only these tables, by any of their names or by their labels, in any case.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub tables: Option<Vec<String>>,
    /// Give all of the organisation's own tables beside those in `tables`.
    pub also_custom: Option<bool>,
    /// Only the organisation's own tables (true), or only those of the platform and its applications
    /// (false).
    pub custom: Option<bool>,
    /// Leave out tables that are parts of others, whatever else is asked for.
    pub top_level: Option<bool>,
    /// Give what each table is and does, too.
    pub details: Option<bool>,
    /// OData condition on definitions, such as `ChangeTrackingEnabled eq true`, without `$filter=`.
    #[schemars(extend("x-airlock-advanced" = true))]
    pub filter: Option<String>,
}

/// Output of `list-tables`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The tables by schema name.
    tables: Vec<TableShown>,
    /// How many there are.
    count: usize,
    /// How many of them are the organisation's own.
    custom_count: usize,
    /// How many of them are the platform's or its applications'.
    system_count: usize,
}

/// One table.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct TableShown {
    /// Id of its definition.
    id: String,
    /// Logical name.
    name: String,
    /// Schema name.
    schema_name: String,
    /// Name in addresses; left out where the Web API does not reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_name: Option<String>,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Plural for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    plural_label: Option<String>,
    /// Whether it is the organisation's own.
    custom: bool,
    /// Whether it is a part of another table.
    child: bool,
    /// What it is and does, where details were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
}

/// What a table is and does.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Details {
    /// What it is for.
    description: Option<String>,
    /// Who owns its rows: `UserOwned`, `OrganizationOwned` and so on.
    ownership: Option<String>,
    /// Column with the id of a row.
    primary_id: Option<String>,
    /// Column that names a row to people.
    primary_name: Option<String>,
    /// Whether its rows are activities.
    activity: bool,
    /// Whether business process flows take it.
    business_process: bool,
    /// Whether people can search for its rows by conditions.
    advanced_find: bool,
    /// Whether its rows can stand in queues.
    queue: bool,
    /// Colour in applications.
    color: Option<String>,
    /// Names of its icons: small, medium and large.
    icons: Vec<String>,
    /// Whether its changes are tracked.
    change_tracking: bool,
    /// Whether its changes are audited.
    auditing: bool,
    /// Whether it came with a managed solution.
    managed: bool,
    /// `Standard`, `Elastic` or `Virtual`.
    kind: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct ListTables;

impl Action<Dataverse> for ListTables {
    const DECLARATION: Declaration = Declaration {
        name: "list-tables",
        aliases: &[],
        title: "List tables",
        description: "Lists the tables of the organisation with their names and labels.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"custom": true}"#,
            r#"{"tables": ["account", "Contact"], "details": true}"#,
            r#"{"filter": "ChangeTrackingEnabled eq true"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let details = input.details.unwrap_or(false);
        let mut query = format!("$select={SELECT}");
        if details {
            query.extend([",", DETAILS]);
        }
        if let Some(filter) = input.filter.as_deref() {
            query.extend(["&$filter=", &encode_expression(filter)]);
        }
        let mut all = list(session, "EntityDefinitions", &query, false).await?;
        let named = names(input.tables.as_deref().unwrap_or_default());
        if !named.is_empty() {
            all = these(all, &named, input.also_custom.unwrap_or(false))?;
        }
        all.retain(|one| {
            let custom = input
                .custom
                .is_none_or(|custom| custom == yes(one, "IsCustomEntity"));
            custom && !(input.top_level.unwrap_or(false) && yes(one, "IsChildEntity"))
        });
        let mut tables: Vec<TableShown> = all.iter().map(|one| shown(one, details)).collect();
        tables.sort_by_cached_key(|table| table.schema_name.to_lowercase());
        let custom_count = tables.iter().filter(|table| table.custom).count();
        Ok(Output {
            count: tables.len(),
            custom_count,
            system_count: tables.len() - custom_count,
            tables,
        })
    }
}

/// Those that `named` means, and with `also_custom` the organisation's own besides.
fn these(
    all: Vec<Map<String, Value>>,
    named: &[String],
    also_custom: bool,
) -> Result<Vec<Map<String, Value>>, Error> {
    let called = |one: &Map<String, Value>, name: &str| {
        let name = name.to_lowercase();
        let technical = ["LogicalName", "SchemaName", "EntitySetName", "MetadataId"];
        let labels = ["DisplayName", "DisplayCollectionName"];
        technical
            .iter()
            .any(|part| text(one, part).is_some_and(|text| text.to_lowercase() == name))
            || labels
                .iter()
                .any(|part| label(one, part).is_some_and(|text| text.to_lowercase() == name))
    };
    let mut faults = Vec::new();
    for (index, name) in named.iter().enumerate() {
        if !all.iter().any(|one| called(one, name)) {
            let names = all.iter().filter_map(|one| text(one, "LogicalName"));
            let hint = did_you_mean(&nearest(name, names));
            faults.push(FieldError::new(
                format!("/tables/{index}"),
                format!("there is no table `{name}`{hint}"),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Error::InvalidInput(faults));
    }
    let wanted = |one: &Map<String, Value>| {
        named.iter().any(|name| called(one, name)) || also_custom && yes(one, "IsCustomEntity")
    };
    Ok(all.into_iter().filter(wanted).collect())
}

fn shown(one: &Map<String, Value>, details: bool) -> TableShown {
    let own = |name: &str| text(one, name).map(str::to_owned);
    let filled = |name: &str| own(name).filter(|text| !text.is_empty());
    TableShown {
        id: own("MetadataId").unwrap_or_default(),
        name: own("LogicalName").unwrap_or_default(),
        schema_name: own("SchemaName").unwrap_or_default(),
        set_name: filled("EntitySetName"),
        label: label(one, "DisplayName"),
        plural_label: label(one, "DisplayCollectionName"),
        custom: yes(one, "IsCustomEntity"),
        child: yes(one, "IsChildEntity"),
        details: details.then(|| Details {
            description: label(one, "Description"),
            ownership: own("OwnershipType"),
            primary_id: filled("PrimaryIdAttribute"),
            primary_name: filled("PrimaryNameAttribute"),
            activity: yes(one, "IsActivity"),
            business_process: yes(one, "IsBusinessProcessEnabled"),
            advanced_find: yes(one, "IsValidForAdvancedFind"),
            queue: flag(one, "IsValidForQueue").unwrap_or(false),
            color: filled("EntityColor"),
            icons: ["IconSmallName", "IconMediumName", "IconLargeName"]
                .iter()
                .filter_map(|name| filled(name))
                .collect(),
            change_tracking: yes(one, "ChangeTrackingEnabled"),
            auditing: yes(one, "IsAuditEnabled"),
            managed: yes(one, "IsManaged"),
            kind: filled("TableType"),
        }),
    }
}
