//! `list-operations`: what can be called, with what it takes and gives.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    operations::model::{Kind, Operation, Operations},
    session::{Dataverse, Session},
    tables::Freshness,
};

/// Input of `list-operations`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Only functions, or only actions.
    pub kind: Option<KindName>,
    /// Only what can be called on this table or on its rows.
    #[schemars(extend("x-airlock-choices" = "tables"))]
    pub table: Option<String>,
    /// Only names that contain this text, in any case.
    pub search: Option<String>,
}

/// What an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// Only reads.
    Function,
    /// May change anything.
    Action,
}

/// Output of `list-operations`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The operations by name, one for each table that an operation is bound to.
    operations: Vec<Described>,
    /// How many there are.
    count: usize,
}

/// One operation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Described {
    /// Its name.
    name: String,
    /// Whether it only reads.
    kind: KindName,
    /// Table that it is called on; left out where it stands by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    /// Whether it is called on the table as a whole and not on a row.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    on_all_rows: bool,
    /// What it takes.
    parameters: Vec<DescribedParameter>,
    /// What it gives; left out where it gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    returns: Option<String>,
}

/// One parameter.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct DescribedParameter {
    /// Its name.
    name: String,
    /// What it takes, in words.
    takes: String,
    /// Whether it has to be given.
    required: bool,
}

/// The action.
#[derive(Debug)]
pub struct ListOperations;

impl Action<Dataverse> for ListOperations {
    const DECLARATION: Declaration = Declaration {
        name: "list-operations",
        aliases: &[],
        title: "List functions and actions",
        description: "Lists what can be called in the organisation, its own operations too: what each is \
                      called on, takes and gives.",
        group: "Operations",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "list", "kind": "action"}"#,
            r#"{"search": "access"}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let table = match input.table.as_deref() {
            Some(name) => Some(session.table(name, "/table").await?),
            None => None,
        };
        let started = session.transport().now();
        let operations = session
            .catalog()
            .operations(session.client(), Freshness::Since(started))
            .await?;
        let search = input.search.unwrap_or_default().trim().to_lowercase();
        let wanted = |one: &&Operation| {
            let of_kind = match input.kind {
                Some(KindName::Function) => one.kind == Kind::Function,
                Some(KindName::Action) => one.kind == Kind::Action,
                None => true,
            };
            let of_table = table.as_ref().is_none_or(|table| {
                let binding = one.binding.as_ref();
                binding.is_some_and(|binding| operations.is_a(table.name.as_str(), &binding.table))
            });
            of_kind && of_table && one.name.to_lowercase().contains(&search)
        };
        let mut found: Vec<Described> = operations
            .all
            .iter()
            .filter(wanted)
            .map(|one| described(&operations, one))
            .collect();
        found.sort_by_cached_key(|one| (one.name.to_lowercase(), one.table.clone()));
        Ok(Output {
            count: found.len(),
            operations: found,
        })
    }
}

fn described(operations: &Operations, one: &Operation) -> Described {
    let parameters = one.parameters.iter().map(|parameter| DescribedParameter {
        name: parameter.name.clone(),
        takes: operations.type_in_words(&parameter.of),
        required: !parameter.optional,
    });
    Described {
        name: one.name.clone(),
        kind: match one.kind {
            Kind::Function => KindName::Function,
            Kind::Action => KindName::Action,
        },
        table: one.binding.as_ref().map(|binding| binding.table.clone()),
        on_all_rows: one.binding.as_ref().is_some_and(|binding| binding.many),
        parameters: parameters.collect(),
        returns: one.returns.as_ref().map(|of| operations.type_in_words(of)),
    }
}
