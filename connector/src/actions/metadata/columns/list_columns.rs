//! `list-columns`: the columns of a table.

use std::collections::BTreeMap;

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    actions::{
        metadata::{
            column_kind::{KindOfColumn, name_of},
            place,
            read::{inner, label, list, option, text, yes},
        },
        options::names,
    },
    session::{Dataverse, Session},
    webapi::literal::encode_expression,
};

/// What is read of each column.
const SELECT: &str = "LogicalName,SchemaName,DisplayName,Description,AttributeType,AttributeTypeName,AttributeOf,IsCustomAttribute,IsPrimaryId,IsPrimaryName,RequiredLevel,IsValidForRead,IsValidForCreate,IsValidForUpdate,IsSecured,IsAuditEnabled,IsValidForAdvancedFind";

/// Input of `list-columns`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
    /// of its definition.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: String,
    /// Only columns of this type: `text`, `money`, `choice` and so on, or as the service calls it
    /// (`Picklist`).
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Only the organisation's own columns (true), or only those of the platform and its applications
    /// (false).
    pub custom: Option<bool>,
    /// OData condition on definitions, such as `IsValidForUpdate eq true`, without `$filter=`.
    pub filter: Option<String>,
    /// Members to give of each definition, as the service names them. Naming some gives the definitions
    /// too.
    pub select: Option<Vec<String>>,
    /// What belongs to each column, to give inline: `OptionSet`, `GlobalOptionSet`. It needs `type`.
    pub expand: Option<Vec<String>>,
}

/// Output of `list-columns`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The columns by name.
    columns: Vec<ColumnShown>,
    /// How many there are.
    count: usize,
    /// How many of them are the organisation's own.
    custom_count: usize,
    /// How many of them are the platform's or its applications'.
    system_count: usize,
    /// How many there are of each type.
    count_by_type: BTreeMap<String, usize>,
    /// Column with the id of a row.
    primary_id: String,
    /// Column that names a row to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_name: Option<String>,
    /// Their definitions, in the service's own names, where `select` or `expand` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    definitions: Option<Vec<Map<String, Value>>>,
}

/// One column.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct ColumnShown {
    /// Id of its definition.
    id: String,
    /// Logical name.
    name: String,
    /// Schema name.
    schema_name: String,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// What it holds.
    #[serde(rename = "type")]
    kind: String,
    /// Column that it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    part_of: Option<String>,
    /// Whether it is the organisation's own.
    custom: bool,
    /// `None`, `Recommended`, `ApplicationRequired` or `SystemRequired`.
    required: String,
    /// Whether it can be read.
    readable: bool,
    /// Whether it can be given when a row is made.
    creatable: bool,
    /// Whether it can be given when a row is changed.
    updatable: bool,
    /// Whether rights of their own guard it.
    secured: bool,
    /// Whether its changes are audited.
    auditing: bool,
    /// Whether people can search by it.
    advanced_find: bool,
}

/// The action.
#[derive(Debug)]
pub struct ListColumns;

impl Action<Dataverse> for ListColumns {
    const DECLARATION: Declaration = Declaration {
        name: "list-columns",
        aliases: &[],
        title: "List columns",
        description: "Lists the columns of a table: what they hold and what may be done with them.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "type": "money"}"#,
            r#"{"table": "account", "type": "choice", "select": ["LogicalName"],
                "expand": ["OptionSet($select=Options)"]}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let kind = input.kind.as_deref();
        let kind = kind
            .map(|name| KindOfColumn::named(name, "/type"))
            .transpose()?;
        let expand = input.expand.unwrap_or_default();
        if kind.is_none() && !expand.is_empty() {
            return Err(Error::invalid(
                "/expand",
                "only columns of one type have what can be given inline: say `type`, such as choice",
            ));
        }
        let table = place::table(session, &input.table, "/table").await?;
        let select = names(input.select.as_deref().unwrap_or_default());
        let wanted: Vec<&str> = SELECT
            .split(',')
            .chain(
                select
                    .iter()
                    .map(String::as_str)
                    .filter(|name| !SELECT.split(',').any(|own| own == *name)),
            )
            .collect();
        let mut query = format!("$select={}", wanted.join(","));
        if let Some(filter) = input.filter.as_deref() {
            query.extend(["&$filter=", &encode_expression(filter)]);
        }
        if let Some(expand) = option("$expand", &expand) {
            query.extend(["&", &expand]);
        }
        let cast = kind.map(KindOfColumn::segment).unwrap_or_default();
        let resource = format!("{}/Attributes{cast}", place::of_table(&table));
        let mut all = list(session, &resource, &query, false).await?;
        all.retain(|one| {
            let custom = input
                .custom
                .is_none_or(|custom| custom == yes(one, "IsCustomAttribute"));
            custom && kind.is_none_or(|kind| kind.is_of(one))
        });
        all.sort_by_cached_key(|one| text(one, "LogicalName").unwrap_or_default().to_owned());
        let columns: Vec<ColumnShown> = all.iter().map(shown).collect();
        let mut count_by_type = BTreeMap::new();
        for column in &columns {
            *count_by_type.entry(column.kind.clone()).or_default() += 1;
        }
        let custom_count = columns.iter().filter(|column| column.custom).count();
        let asked = !select.is_empty() || !expand.is_empty();
        Ok(Output {
            count: columns.len(),
            custom_count,
            system_count: columns.len() - custom_count,
            count_by_type,
            primary_id: table.primary_id.clone(),
            primary_name: table.primary_name.clone(),
            columns,
            definitions: asked.then(|| all.into_iter().map(|one| only(one, &select)).collect()),
        })
    }
}

/// A definition with the members that were asked for, and what came inline.
fn only(mut definition: Map<String, Value>, select: &[String]) -> Map<String, Value> {
    definition.retain(|name, _| {
        let own = SELECT.split(',').any(|own| own == name);
        !own || select.is_empty() || select.iter().any(|wanted| wanted == name)
    });
    definition
}

fn shown(one: &Map<String, Value>) -> ColumnShown {
    let own = |name: &str| text(one, name).map(str::to_owned);
    ColumnShown {
        id: own("MetadataId").unwrap_or_default(),
        name: own("LogicalName").unwrap_or_default(),
        schema_name: own("SchemaName").unwrap_or_default(),
        label: label(one, "DisplayName"),
        description: label(one, "Description"),
        kind: name_of(one),
        part_of: own("AttributeOf"),
        custom: yes(one, "IsCustomAttribute"),
        required: inner(one, "RequiredLevel").unwrap_or("None").to_owned(),
        readable: yes(one, "IsValidForRead"),
        creatable: yes(one, "IsValidForCreate"),
        updatable: yes(one, "IsValidForUpdate"),
        secured: yes(one, "IsSecured"),
        auditing: yes(one, "IsAuditEnabled"),
        advanced_find: yes(one, "IsValidForAdvancedFind"),
    }
}
