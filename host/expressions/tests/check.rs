//! What is found before an expression runs: each mistake with its column and a way out.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside test functions may stop too.

use airlock_expressions::{Document, FaultKind, ReferenceKind, Scope, Template};
use serde_json::json;

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn scope() -> Scope {
    Scope {
        actions: names(&["List_rows", "Compose"]),
        other_actions: names(&["Send_mail", "Try"]),
        scopes: names(&["Compose_all"]),
        parameters: names(&["Site (new_site)"]),
        variables: names(&["count", "names"]),
        loops: names(&["For_each"]),
        has_item: true,
        has_action: false,
    }
}

/// The faults of a text as `kind column: message`.
fn faults(text: &str) -> Vec<(FaultKind, usize, String)> {
    let template = Template::parse(text).unwrap();
    template
        .check(&scope())
        .into_iter()
        .map(|fault| (fault.kind, fault.place.column, fault.message))
        .collect()
}

fn only(text: &str) -> (FaultKind, usize, String) {
    let mut all = faults(text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all.pop().unwrap()
}

#[test]
fn what_is_right_has_no_faults() {
    for text in [
        "plain",
        "@outputs('list_ROWS')?['body/value']",
        "@body('Compose')",
        "@{variables('Count')} of @{parameters('site (NEW_SITE)')}",
        "@items('For_each')?['id']",
        "@item()",
        "@iterationIndexes('for_each')",
        "@result('Compose_all')",
        "@triggerBody()?[concat('a', 'b')]",
        // A computed name is looked at when it is evaluated.
        "@outputs(concat('No', 'where'))",
    ] {
        assert_eq!(faults(text), [], "{text}");
    }
}

#[test]
fn an_unknown_function_is_refused_with_its_column_and_the_nearest_name() {
    let (kind, column, message) = only("abc @{concat('x', toLowr('Y'))}");
    assert_eq!((kind, column), (FaultKind::UnknownFunction, 19));
    assert!(message.contains("did you mean `toLower`?"), "{message}");
    assert!(!only("@frobnicate()").2.contains("did you mean"));
}

#[test]
fn a_wrong_number_of_arguments_is_refused_with_the_signature() {
    let (kind, column, message) = only("@add(1, substring('a'))");
    assert_eq!((kind, column), (FaultKind::ArgumentCount, 9));
    assert_eq!(
        message,
        "`substring(text, start, length?)` takes 2 to 3 arguments, and has 1 here"
    );
}

#[test]
fn an_action_off_the_path_is_told_from_one_that_is_not_there() {
    let (kind, column, message) = only("@outputs('Send_mail')");
    assert_eq!((kind, column), (FaultKind::Reference, 10));
    assert!(message.contains("not on the runAfter path"), "{message}");
    let (_, _, message) = only("@body('List_row')");
    assert!(message.contains("did you mean `List_rows`?"), "{message}");
    let (_, _, message) = only("@actions('Zebra')");
    assert!(
        message.contains("there are `List_rows`, `Compose`"),
        "{message}"
    );
    let (_, _, message) = only("@result('Compose')");
    assert!(message.contains("is no scope"), "{message}");
}

#[test]
fn unknown_parameters_variables_and_loops_are_refused() {
    assert!(
        only("@parameters('Site (new_sit)')")
            .2
            .contains("did you mean `Site (new_site)`?")
    );
    assert!(
        only("@variables('cuont')")
            .2
            .contains("did you mean `count`?")
    );
    assert!(
        only("@items('For_eac')")
            .2
            .contains("did you mean `For_each`?")
    );
    assert!(only("@action()").2.contains("means something only in"));
    let bare = Template::parse("@item()").unwrap().check(&Scope::default());
    assert!(bare[0].message.contains("outside of any loop"));
    let bare = Template::parse("@variables('x')")
        .unwrap()
        .check(&Scope::default());
    assert!(
        bare[0].message.ends_with("there are none"),
        "{}",
        bare[0].message
    );
}

#[test]
fn names_in_what_would_not_be_evaluated_are_checked_too() {
    assert_eq!(only("@if(true, 1, variables('x'))").0, FaultKind::Reference);
    assert_eq!(only("@triggerBody()?[variables('x')]").1, 27);
}

#[test]
fn every_mistake_of_a_document_is_told_with_its_pointer() {
    let document = Document::parse(&json!({
        "a/b": ["ok", "@nope()"],
        "@{variables('k')}": 1,
        "c": {"d": "@length()"},
    }))
    .unwrap();
    let places: Vec<String> = document
        .check(&scope())
        .iter()
        .map(|fault| fault.place.to_string())
        .collect();
    assert_eq!(
        places,
        [
            "/a~1b/1 column 2",
            "/@{variables('k')} column 13",
            "/c/d column 2"
        ]
    );
}

#[test]
fn mistakes_of_syntax_in_a_document_are_all_told() {
    let faults = Document::parse(&json!({"a": "@", "b": ["@concat('x'"], "@c": 1})).unwrap_err();
    let places: Vec<String> = faults.iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!(places, ["/a column 2", "/b/0 column 12", "/@c column 3"]);
}

#[test]
fn columns_count_characters_and_messages_say_what_was_found() {
    let fault = Template::parse("äöü @{concat('x' 'y')}").unwrap_err();
    assert_eq!(
        fault.to_string(),
        "column 18: expected `,` or `)`, found `'`"
    );
    let fault = Template::parse("@concat('x").unwrap_err();
    assert_eq!(fault.place.column, 9);
    assert!(
        fault.message.contains("no closing quote"),
        "{}",
        fault.message
    );
}

#[test]
fn what_an_expression_reads_can_be_asked_for() {
    let template = Template::parse(
        "@{body('A')?[variables('v')]} @{item()} @{outputs(concat('a'))} @{add(1, 2)}",
    )
    .unwrap();
    let references: Vec<_> = template
        .references()
        .into_iter()
        .map(|reference| (reference.kind, reference.name, reference.column))
        .collect();
    assert_eq!(
        references,
        [
            (ReferenceKind::Action, Some("A".to_owned()), 3),
            (ReferenceKind::Variable, Some("v".to_owned()), 14),
            (ReferenceKind::Item, None, 33),
            (ReferenceKind::Action, None, 43),
        ]
    );
}
