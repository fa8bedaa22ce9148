//! `associate-rows`: ties a row to one or many others.

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::tied::{Link, Outcome, broken_off, others};
use crate::{
    actions::input::input,
    session::{Dataverse, Session},
    webapi::{Tie, TieOutcome},
};

input! {
    /// Input of `associate-rows`.
    struct Input {
        /// Table of the row: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables"))]
        pub table: String,
    } + row_key + {
        /// Relationship or navigation property that leads to the other rows, such as `Account_Tasks`,
        /// in any case; a lookup column as well.
        pub relationship: String,
        /// The rows to tie to it: each by its id, `contacts(<GUID>)`, its whole address (`@odata.id`), an
        /// alternate key such as `contacts(emailaddress1='rossi@contoso.com')`, or as
        /// `{"table": …, "id": …}`.
        pub related: Vec<Value>,
    } + logic + caller
}

/// Output of `associate-rows`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The links, in the order in which the rows were given.
    links: Vec<Link>,
}

/// The action.
#[derive(Debug)]
pub struct AssociateRows;

impl Action<Dataverse> for AssociateRows {
    const DECLARATION: Declaration = Declaration {
        name: "associate-rows",
        aliases: &[],
        title: "Associate rows",
        description: "Ties a row to others by a relationship. A row that is tied already stays so; a \
                      lookup, or a row that can belong to one only, is taken from where it was.",
        group: "Relations",
        traits: Traits::CHANGES,
        streams: Streams::NONE,
        examples: &[
            r#"{"table": "account", "id": "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670",
                "relationship": "contact_customer_accounts",
                "related": ["contacts(2ec9e73a-cf38-57e2-b4ad-2f5e56d26671)"]}"#,
        ],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let options = input.options()?;
        if input.related.is_empty() {
            return Err(Error::invalid("/related", "which rows? Name one at least"));
        }
        let (table, key) = session
            .row(&input.table, input.id.as_deref(), input.key.as_ref())
            .await?;
        let relations = session
            .relations(&table, &input.relationship, "/relationship")
            .await?;
        let others = others(session, &relations, &input.related).await?;
        let rows = table.rows();
        let mut links = Vec::with_capacity(others.len());
        for other in &others {
            let tie = Tie {
                table: &rows,
                key: &key,
                navigation: &other.relation.navigation,
                many: other.relation.many,
            };
            let client = session.client();
            let outcome = client
                .associate(tie, &other.address, &options)
                .await
                .map_err(|error| broken_off(error, links.len(), others.len(), "associated"))?;
            let outcome = match outcome {
                TieOutcome::Done => Outcome::Associated,
                TieOutcome::Before => Outcome::AlreadyAssociated,
            };
            links.push(Link::new(other, outcome));
        }
        Ok(Output { links })
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{ID, faults, last, run, sent},
        tables::testing::organisation,
        webapi::testing::ROOT,
    };

    const OTHER: &str = "5f3e0c11-1111-4222-8333-000000000002";

    fn body(script: &airlock_connector::testing::Script) -> Value {
        serde_json::from_slice(&last(script).body).unwrap()
    }

    #[test]
    fn a_row_is_tied_by_any_name_of_the_relationship_and_in_any_spelling_of_the_row() {
        let whole = format!("{ROOT}/tasks({OTHER})");
        for (relationship, related) in [
            ("Account_Tasks", json!(OTHER)),
            ("account_tasks", json!(format!("tasks({OTHER})"))),
            ("ACCOUNT_TASKS", json!(format!("/tasks({{{OTHER}}})"))),
            ("Account_Tasks", json!(whole)),
            ("Account_Tasks", json!({"@odata.id": whole})),
            ("Account_Tasks", json!({"table": "task", "id": OTHER})),
        ] {
            let script = organisation().answer(Method::Post, "accounts(", 204, "");
            let input = json!({"table": "account", "id": ID, "relationship": relationship, "related": [related]});
            let output = run(&script, "associate-rows", input).unwrap();
            let link = json!({"related": format!("tasks({OTHER})"), "outcome": "associated"});
            assert_eq!(output, json!({"links": [link]}));
            assert_eq!(
                sent(&script),
                [format!("POST accounts({ID})/Account_Tasks/$ref")]
            );
            assert_eq!(body(&script), json!({"@odata.id": whole}));
        }
    }

    #[test]
    fn many_rows_are_tied_one_after_the_other_through_throttling_and_lost_answers() {
        let nn = "accounts(";
        let script = organisation()
            .answer(Method::Post, nn, 204, "")
            .answer(Method::Post, nn, 429, "")
            .fail(
                Method::Post,
                nn,
                TransportError::Interrupted("broke".into()),
            )
            .answer(
                Method::Post,
                nn,
                412,
                r#"{"error": {"code": "0x80040237", "message": "Cannot insert duplicate key."}}"#,
            );
        let input = json!({"table": "account", "id": ID, "relationship": "contoso_account_contact",
            "related": [ID, OTHER]});
        let output = run(&script, "associate-rows", input).unwrap();
        assert_eq!(output["links"][1]["outcome"], "already-associated");
        let expected = format!("POST accounts({ID})/contoso_Partners/$ref");
        assert_eq!(sent(&script), [expected.as_str(); 4]);
    }

    #[test]
    fn a_lookup_is_put() {
        let script = organisation().answer(Method::Put, "tasks(", 204, "");
        let input = json!({"table": "task", "id": ID, "relationship": "regardingobjectid",
            "related": [format!("contacts({OTHER})")]});
        run(&script, "associate-rows", input).unwrap();
        let expected = format!("PUT tasks({ID})/regardingobjectid_contact_task/$ref");
        assert_eq!(sent(&script), [expected]);
    }

    #[test]
    fn a_failure_on_the_way_says_how_far_it_came() {
        let script = organisation()
            .answer(Method::Post, "accounts(", 204, "")
            .answer(
                Method::Post,
                "accounts(",
                403,
                r#"{"error": {"code": "0x80040220", "message": "no"}}"#,
            );
        let input = json!({"table": "account", "id": ID, "relationship": "contoso_Partners", "related": [ID, OTHER]});
        let error = run(&script, "associate-rows", input).unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)));
        assert!(
            error
                .to_string()
                .contains("1 of 2 rows had been associated"),
            "{error}"
        );
    }

    #[test]
    fn what_cannot_be_tied_is_told_before_anything_is_sent() {
        let table = [
            (
                "account",
                json!("Account_Task"),
                json!([ID]),
                "/relationship",
                "did you mean Account_Tasks",
            ),
            (
                "account",
                json!("contoso_account_account"),
                json!([ID]),
                "/relationship",
                "contoso_Buys or contoso_Sells",
            ),
            (
                "account",
                json!("Account_Tasks"),
                json!([]),
                "/related",
                "which rows",
            ),
            (
                "account",
                json!("Account_Tasks"),
                json!([ID, "x"]),
                "/related/1",
                "does not point at a row",
            ),
            (
                "account",
                json!("Account_Tasks"),
                json!([format!("contacts({ID})")]),
                "/related/0",
                "has to be one of task",
            ),
            (
                "account",
                json!("Account_Tasks"),
                json!([format!("https://evil.example/api/data/v9.2/tasks({ID})")]),
                "/related/0",
                "another organisation",
            ),
            (
                "task",
                json!("regardingobjectid"),
                json!([ID]),
                "/related/0",
                "say which",
            ),
            (
                "task",
                json!("contoso_Project"),
                json!([ID, OTHER]),
                "/related/1",
                "one row",
            ),
        ];
        for (of, relationship, related, pointer, words) in table {
            let script = organisation();
            let input =
                json!({"table": of, "id": ID, "relationship": relationship, "related": related});
            let found = faults(run(&script, "associate-rows", input.clone()).unwrap_err());
            assert_eq!(found[0].0, pointer, "{input}");
            assert!(found[0].1.contains(words), "{input}: {found:?}");
            assert!(sent(&script).is_empty());
        }
    }
}
