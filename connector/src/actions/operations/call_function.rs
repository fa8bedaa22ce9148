//! `call-function`: a function of the organisation, which only reads.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use serde_json::{Map, Value};

use super::{
    answer::{Output, answer},
    prepare::{Said, prepare},
};
use crate::{
    actions::input::input,
    operations::model::Kind,
    session::{Dataverse, Session},
};

input! {
    /// Input of `call-function`.
    struct Input {
        /// Name of the function, short (`WhoAmI`) or qualified (`Microsoft.Dynamics.CRM.WhoAmI`).
        #[schemars(extend("x-airlock-choices" = "functions", "x-airlock-refine" = true))]
        pub name: String,
        /// Table that the function is called on, where it is bound to one: its logical name (`account`) or
        /// its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: Option<String>,
    } + row_key + {
        /// Parameters by name. A row is pointed at as a lookup is, such as
        /// `{"table": "account", "id": "<GUID>"}`; a list is a list; a member of an enumeration goes by its name.
        #[schemars(extend("x-airlock-pairs" = "parameter"))]
        pub parameters: Option<Map<String, Value>>,
    } + annotations + caller
}

/// The action.
#[derive(Debug)]
pub struct CallFunction;

impl Action<Dataverse> for CallFunction {
    const DECLARATION: Declaration = Declaration {
        name: "call-function",
        aliases: &[],
        title: "Call a function",
        description: "Calls a function of the platform or of the organisation itself, by itself or on a \
                      row or a table. Its parameters take the types that the organisation declares.",
        group: "Operations",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[
            r#"{"name": "RetrieveTotalRecordCount", "parameters": {"EntityNames": ["account", "contact"]}}"#,
            r#"{"name": "RetrieveCurrentOrganization", "parameters": {"AccessType": "Default"}}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let said = Said {
            kind: Kind::Function,
            name: &input.name,
            table: input.table.as_deref(),
            id: input.id.as_deref(),
            key: input.key.as_ref(),
            parameters: input.parameters.as_ref(),
        };
        let call = prepare(session, said, &input.options()?).await?;
        let result = answer(session.client().send(call).await?)?;
        Ok(Output { result })
    }
}
