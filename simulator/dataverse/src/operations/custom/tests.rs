//! Files that are understood, and files that say what is wrong with them.

use super::*;
use crate::operations::{Binding, Kind, Returns};
use crate::schema::standard;

fn operations(text: &str) -> Result<Vec<Operation>, CustomError> {
    let schema = standard().unwrap().build();
    CustomOperations::parse(text)?.operations(&schema)
}

#[test]
fn the_example_is_understood() {
    let operations = operations(include_str!("../../../examples/operations.toml")).unwrap();
    let names: Vec<_> = operations
        .iter()
        .map(|operation| &*operation.declaration.name)
        .collect();
    assert_eq!(
        names,
        [
            "sample_EscalateCase",
            "sample_ContactsNamed",
            "sample_Register"
        ]
    );
    let [escalate, contacts, register] = operations.as_slice() else {
        unreachable!()
    };
    assert!(
        operations
            .iter()
            .all(|operation| operation.declaration.is_custom)
    );
    assert_eq!(escalate.declaration.kind, Kind::Action);
    assert!(
        matches!(&escalate.declaration.binding, Binding::Row(tables) if tables.contains("incident"))
    );
    assert!(
        matches!(&escalate.declaration.returns, Returns::Members(members) if members.len() == 3)
    );
    assert_eq!(contacts.declaration.kind, Kind::Function);
    assert!(matches!(&contacts.declaration.returns, Returns::Many(_)));
    assert_eq!(register.declaration.binding, Binding::None);
    assert!(
        register.declaration.parameters[1].is_collection
            && register.declaration.parameters[1].is_optional
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let head = "[[operation]]\nname = \"new_Do\"\nkind = \"action\"\n";
    let cases = [
        ("name = 1", "unknown field"),
        ("[[operation]]\nname = \"new_Do\"", "missing field `kind`"),
        (
            "[[operation]]\nname = \"new_Do\"\nkind = \"verb\"",
            "unknown variant",
        ),
        (
            "[[operation]]\nname = \"1\"\nkind = \"action\"",
            "begins with a letter",
        ),
        (
            "[[operation]]\nname = \"new_Ask\"\nkind = \"function\"",
            "a function answers something",
        ),
        (
            "[[operation]]\nname = \"new_Ask\"\nkind = \"function\"\n[[operation.steps]]\ndelete = \"account\"\nid = \"x\"",
            "a function reads",
        ),
        (&format!("{head}{head}"), "declared twice"),
        (
            &format!("{head}bound-to-row = \"nothing\""),
            "there is no table `nothing`",
        ),
        (
            &format!("{head}bound-to-row = \"account\"\nbound-to-collection = \"account\""),
            "not to both",
        ),
        (
            &format!("{head}parameters = {{ A = {{ type = \"Text\" }} }}"),
            "unknown variant `Text`",
        ),
        (
            &format!("{head}parameters = {{ id = {{ type = \"Guid\" }} }}"),
            "cannot be called `id`",
        ),
        (
            &format!("{head}parameters = {{ A = {{ type = \"Guid\", table = \"account\" }} }}"),
            "only the types Entity",
        ),
        (&format!("{head}steps = [{{}}]"), "exactly one of `create`"),
        (
            &format!("{head}steps = [{{ create = \"account\", values = {{ nme = \"x\" }} }}]"),
            "the table `account` has no `nme` to write",
        ),
        (
            &format!(
                "{head}steps = [{{ create = \"account\", values = {{ name = \"{{Nme}}\" }} }}]"
            ),
            "`{Nme}` names nothing that is known there; known are: caller, now, organization",
        ),
        (
            &format!("{head}steps = [{{ create = \"account\", values = {{ name = \"{{Nme\" }} }}]"),
            "never closes it",
        ),
        (
            &format!("{head}steps = [{{ update = \"account\" }}]"),
            "which row of `account`?",
        ),
        (
            &format!("{head}steps = [{{ refuse = {{ message = \"no\", status = 204 }} }}]"),
            "no status of an error",
        ),
        (
            &format!("{head}steps = [{{ refuse = {{ message = \"no\", code = \"17\" }} }}]"),
            "no error code",
        ),
        (
            &format!(
                "{head}steps = [{{ when = {{ value = \"{{now}}\", above = 1, below = 2 }}, refuse = {{ message = \"no\" }} }}]"
            ),
            "exactly one of `equals`",
        ),
        (
            &format!("{head}response = {{ A = {{ type = \"Integer\", value = \"x\" }} }}"),
            "the value of `A` is not of its type",
        ),
        (
            &format!("{head}answer = {{ top = 3 }}"),
            "needs `row` or `rows`",
        ),
    ];
    for (text, reason) in cases {
        let error = operations(text).expect_err(text).to_string();
        assert!(error.contains(reason), "{text}\n→ {error}");
    }
}

#[test]
fn a_deep_value_is_refused_and_not_followed() {
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    let text = format!(
        "[[operation]]\nname = \"new_Do\"\nkind = \"action\"\nresponse = {{ A = {{ type = \"String\", value = {deep} }} }}"
    );
    assert!(operations(&text).is_err());
}
