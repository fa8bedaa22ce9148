//! `list-relationships`: what ties a table to others.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    actions::metadata::{
        place,
        read::{list, text, yes},
    },
    session::{Dataverse, Session},
};

/// Input of `list-relationships`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// The table: its logical name (`account`), its entity set name (`accounts`), its label, or the id
    /// of its definition.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: String,
    /// Only those of this kind, seen from the table.
    pub kind: Option<KindName>,
    /// Only the organisation's own (true), or only those of the platform and its applications (false).
    pub custom: Option<bool>,
}

/// How many rows are at each end, seen from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// One row of the table has many of the other.
    OneToMany,
    /// Many rows of the table have one of the other.
    ManyToOne,
    /// Many have many.
    ManyToMany,
}

impl KindName {
    /// The part of a table's definition that has them.
    const fn part(self) -> &'static str {
        match self {
            Self::OneToMany => "OneToManyRelationships",
            Self::ManyToOne => "ManyToOneRelationships",
            Self::ManyToMany => "ManyToManyRelationships",
        }
    }
}

/// Output of `list-relationships`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The relationships by kind and name.
    relationships: Vec<RelationshipShown>,
    /// How many there are.
    count: usize,
}

/// One relationship.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct RelationshipShown {
    /// Id of its definition.
    id: String,
    /// Schema name.
    name: String,
    /// Its kind, seen from the table.
    kind: KindName,
    /// The table at the other end.
    other_table: String,
    /// The lookup that it follows; left out of many to many.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// Navigation property that leads from the table to the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    navigation: Option<String>,
    /// The table between; of many to many only.
    #[serde(skip_serializing_if = "Option::is_none")]
    intersect: Option<String>,
    /// Whether it is the organisation's own.
    custom: bool,
}

/// The action.
#[derive(Debug)]
pub struct ListRelationships;

impl Action<Dataverse> for ListRelationships {
    const DECLARATION: Declaration = Declaration {
        name: "list-relationships",
        aliases: &[],
        title: "List relationships",
        description: "Lists what ties a table to others, with the names that lead from one to the other.",
        group: "Metadata",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"table": "account", "kind": "many-to-many"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let table = place::table(session, &input.table, "/table").await?;
        let all = [
            KindName::OneToMany,
            KindName::ManyToOne,
            KindName::ManyToMany,
        ];
        let mut found = Vec::new();
        for kind in all
            .into_iter()
            .filter(|kind| input.kind.is_none_or(|wanted| wanted == *kind))
        {
            let resource = format!("{}/{}", place::of_table(&table), kind.part());
            let listed = list(session, &resource, "", false).await?;
            let mut listed: Vec<RelationshipShown> = listed
                .iter()
                .map(|one| shown(one, kind, table.name.as_str()))
                .filter(|one| input.custom.is_none_or(|custom| custom == one.custom))
                .collect();
            listed.sort_by_cached_key(|one| one.name.to_lowercase());
            found.extend(listed);
        }
        Ok(Output {
            count: found.len(),
            relationships: found,
        })
    }
}

fn shown(one: &Map<String, Value>, kind: KindName, table: &str) -> RelationshipShown {
    let own = |name: &str| {
        text(one, name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let (other, navigation) = match kind {
        KindName::OneToMany => (
            "ReferencingEntity",
            "ReferencedEntityNavigationPropertyName",
        ),
        KindName::ManyToOne => (
            "ReferencedEntity",
            "ReferencingEntityNavigationPropertyName",
        ),
        KindName::ManyToMany if text(one, "Entity1LogicalName") == Some(table) => {
            ("Entity2LogicalName", "Entity1NavigationPropertyName")
        }
        KindName::ManyToMany => ("Entity1LogicalName", "Entity2NavigationPropertyName"),
    };
    RelationshipShown {
        id: own("MetadataId").unwrap_or_default(),
        name: own("SchemaName").unwrap_or_default(),
        kind,
        other_table: own(other).unwrap_or_default(),
        column: own("ReferencingAttribute"),
        navigation: own(navigation),
        intersect: own("IntersectEntityName"),
        custom: yes(one, "IsCustomRelationship"),
    }
}
