//! `call-action`: an action of the organisation, which may change anything.

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
    /// Input of `call-action`.
    struct Input {
        /// Name of the action, short (`AddMemberList`) or qualified
        /// (`Microsoft.Dynamics.CRM.AddMemberList`).
        #[schemars(extend("x-airlock-choices" = "actions", "x-airlock-refine" = true))]
        pub name: String,
        /// Table that the action is called on, where it is bound to one: its logical name (`list`) or its
        /// entity set name (`lists`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: Option<String>,
    } + row_key + {
        /// Parameters by name. A row that exists is pointed at as a lookup is, such as
        /// `{"table": "account", "id": "<GUID>"}`; a new one is an object of its columns.
        #[schemars(extend("x-airlock-pairs" = "parameter"))]
        pub parameters: Option<Map<String, Value>>,
        /// Unique name of the unmanaged solution that takes what is made or changed.
        #[schemars(extend("x-airlock-advanced" = true))]
        pub solution: Option<String>,
    } + annotations + logic + caller
}

/// The action.
#[derive(Debug)]
pub struct CallAction;

impl Action<Dataverse> for CallAction {
    const DECLARATION: Declaration = Declaration {
        name: "call-action",
        aliases: &[],
        title: "Call an action",
        description: "Calls an action of the platform or of the organisation itself, by itself or on a \
                      row or a table. Its parameters take the types that the organisation declares. What \
                      gives nothing answers an empty object.",
        group: "Operations",
        traits: Traits::ANYTHING,
        streams: Streams::NONE,
        examples: &[
            r#"{"name": "WinOpportunity", "parameters": {"Status": 3,
                "OpportunityClose": {"subject": "Won", "opportunityid": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670"}}}"#,
            r#"{"name": "AddMemberList", "table": "list", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "parameters": {"EntityId": "2ec9e73a-cf38-57e2-b4ad-2f5e56d26671"}}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let mut options = input.options()?;
        options.solution.clone_from(&input.solution);
        let said = Said {
            kind: Kind::Action,
            name: &input.name,
            table: input.table.as_deref(),
            id: input.id.as_deref(),
            key: input.key.as_ref(),
            parameters: input.parameters.as_ref(),
        };
        let call = prepare(session, said, &options).await?;
        let result = answer(session.client().send(call).await?)?;
        Ok(Output { result })
    }
}
