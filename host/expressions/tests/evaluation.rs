//! What evaluation promises beyond the values of functions: messages, laziness, documents, limits.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside test functions may stop too.

use airlock_expressions::{
    Document, Facts, Fault, FaultKind, Limits, MAX_DEPTH, MAX_LENGTH, Template,
};
use serde_json::{Value, json};

fn facts(json: Value) -> Facts {
    Facts::from_json(&json).unwrap()
}

fn evaluate(text: &str, facts: &Facts) -> Result<Value, Fault> {
    Template::parse(text)?.evaluate(facts, &Limits::default())
}

#[test]
fn a_fault_names_the_step_that_was_null_and_the_way_out() {
    let facts = facts(json!({"triggerOutputs": {"body": {"contact": null}}}));
    let fault = evaluate("@triggerBody()?['contact']['name']", &facts).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Missing);
    assert_eq!(
        fault.to_string(),
        "column 27: `['name']` cannot be read from `triggerBody()?['contact']`: that is null; \
         write `?['name']` where it may be absent"
    );
}

#[test]
fn a_fault_of_an_argument_names_function_place_and_what_was_there() {
    let fault = evaluate("total: @{add(1, length(null))}", &Facts::default()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "column 24: `length` takes text or a list as its 1st argument, and has null here"
    );
}

/// Every function that the table of functions calls lazy, and no other one, leaves arguments alone.
#[test]
fn exactly_if_and_or_and_coalesce_are_lazy() {
    let lazy: Vec<&str> = airlock_expressions::functions()
        .filter(|function| function.is_lazy)
        .map(|function| function.name)
        .collect();
    assert_eq!(lazy, ["if", "and", "or", "coalesce"]);
    let bad = "div(1, 0)";
    for text in [
        format!("@if(true, 1, {bad})"),
        format!("@and(false, {bad})"),
        format!("@or(true, {bad})"),
        format!("@coalesce(1, {bad})"),
    ] {
        assert!(evaluate(&text, &Facts::default()).is_ok(), "{text}");
    }
    for text in [
        format!("@createArray(1, {bad})"),
        format!("@equals(1, {bad})"),
        format!("@concat('a', {bad})"),
    ] {
        assert_eq!(
            evaluate(&text, &Facts::default()).unwrap_err().kind,
            FaultKind::Value,
            "{text}"
        );
    }
}

#[test]
fn a_document_keeps_types_and_evaluates_keys() {
    let facts = facts(json!({"variables": {"n": 3, "key": "name"}}));
    let document = Document::parse(&json!({
        "number": "@variables('n')",
        "text": "@{variables('n')}",
        "list": ["@createArray(1)", {"deep": "@null"}, 7, true, null],
        "@{variables('key')}_1": "@@literal",
        "@variables('key')": "x",
    }))
    .unwrap();
    assert_eq!(
        document.evaluate(&facts, &Limits::default()).unwrap(),
        json!({
            "number": 3,
            "text": "3",
            "list": [[1], {"deep": null}, 7, true, null],
            "name_1": "@literal",
            "name": "x",
        })
    );
}

#[test]
fn a_member_of_a_document_is_evaluated_without_the_others() {
    let document =
        Document::parse(&json!({"good": {"a/b": ["@add(1, 1)"]}, "bad": "@div(1, 0)"})).unwrap();
    let good = document.at("/good/a~1b/0").unwrap();
    assert_eq!(
        good.evaluate(&Facts::default(), &Limits::default())
            .unwrap(),
        2
    );
    assert!(document.at("/good/none").is_none());
    let fault = document
        .evaluate(&Facts::default(), &Limits::default())
        .unwrap_err();
    assert_eq!(fault.place.pointer, "/bad");
}

#[test]
fn digits_pass_as_they_are_written() {
    let facts = facts(
        serde_json::from_str(
            r#"{"variables": {"a": 1754563833779314822, "b": 2500.0, "c": 0.1000000000000000055}}"#,
        )
        .unwrap(),
    );
    for (name, digits) in [
        ("a", "1754563833779314822"),
        ("b", "2500.0"),
        ("c", "0.1000000000000000055"),
    ] {
        assert_eq!(
            evaluate(&format!("@variables('{name}')"), &facts)
                .unwrap()
                .to_string(),
            digits
        );
        assert_eq!(
            evaluate(&format!("@{{variables('{name}')}}"), &facts).unwrap(),
            digits
        );
        assert_eq!(
            evaluate(
                &format!("@json(string(createArray(variables('{name}'))))[0]"),
                &facts
            )
            .unwrap()
            .to_string(),
            digits
        );
    }
}

#[test]
fn the_same_chance_gives_the_same_guid() {
    let guid = |seed: u64| evaluate("@guid()", &facts(json!({"random": seed}))).unwrap();
    assert_eq!(guid(1), guid(1));
    assert_ne!(guid(1), guid(2));
}

fn kind_of(text: &str) -> FaultKind {
    evaluate(text, &Facts::default()).unwrap_err().kind
}

#[test]
fn depth_beyond_the_limit_is_a_fault_and_no_overflow() {
    let nested = |depth: usize| format!("@{}1{}", "array(".repeat(depth), ")".repeat(depth));
    assert!(evaluate(&nested(MAX_DEPTH - 1), &Facts::default()).is_ok());
    assert_eq!(kind_of(&nested(MAX_DEPTH)), FaultKind::Budget);
    assert_eq!(kind_of(&nested(1_000_000)), FaultKind::Budget);
    assert_eq!(
        kind_of(&format!("@null{}", "?[null".repeat(500_000))),
        FaultKind::Budget
    );
    // Steps one behind the other are not deep.
    assert_eq!(
        evaluate(&format!("@null{}", "?.a".repeat(2_000)), &Facts::default()).unwrap(),
        Value::Null
    );
}

#[test]
fn an_expression_that_is_too_long_is_a_fault() {
    let text = |length: usize| format!("@'{}'", "x".repeat(length - 2));
    assert!(evaluate(&text(MAX_LENGTH), &Facts::default()).is_ok());
    assert_eq!(kind_of(&text(MAX_LENGTH + 1)), FaultKind::Budget);
    // Text around expressions may be as long as it likes.
    assert!(evaluate(&format!("{}@{{1}}", "x".repeat(100_000)), &Facts::default()).is_ok());
}

#[test]
fn steps_and_bytes_are_bounded() {
    let limits = Limits {
        steps: 3,
        ..Limits::default()
    };
    let template = Template::parse("@add(1, add(2, 3))").unwrap();
    assert_eq!(
        template
            .evaluate(&Facts::default(), &limits)
            .unwrap_err()
            .kind,
        FaultKind::Budget
    );

    let facts = facts(json!({"variables": {"t": "x".repeat(1_000_000)}}));
    let replaced = "@replace(variables('t'), 'x', variables('t'))";
    assert_eq!(
        evaluate(replaced, &facts).unwrap_err().kind,
        FaultKind::Budget
    );
    let joined = "@join(range(0, 100000), variables('t'))";
    assert_eq!(
        evaluate(joined, &facts).unwrap_err().kind,
        FaultKind::Budget
    );
    let repeated = format!("@concat({})", ["variables('t')"; 101].join(", "));
    assert_eq!(
        evaluate(&repeated, &facts).unwrap_err().kind,
        FaultKind::Budget
    );
    let in_text = "@{variables('t')}".repeat(101);
    assert_eq!(
        evaluate(&in_text, &facts).unwrap_err().kind,
        FaultKind::Budget
    );
}

#[test]
fn the_limits_hold_for_a_document_as_a_whole() {
    let document = Document::parse(&json!(vec!["@range(0, 1000)"; 100])).unwrap();
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    assert_eq!(
        document
            .evaluate(&Facts::default(), &limits)
            .unwrap_err()
            .kind,
        FaultKind::Budget
    );
}

#[test]
fn values_do_not_grow_deeper_than_a_reader_takes() {
    // A variable that is put into a list again and again.
    let mut value = json!(1);
    let mut deepest = 0;
    for depth in 1..200 {
        let facts = facts(json!({"variables": {"v": value}}));
        match evaluate("@createArray(variables('v'))", &facts) {
            Ok(next) => value = next,
            Err(fault) => {
                assert_eq!(fault.kind, FaultKind::Budget);
                deepest = depth;
                break;
            }
        }
    }
    assert_eq!(deepest, Limits::default().nesting + 1);
}

#[test]
fn facts_of_an_unknown_name_are_refused() {
    let fault = Facts::from_json(&json!({"variable": {}})).unwrap_err();
    assert!(
        fault.message.contains("facts have no `variable`"),
        "{}",
        fault.message
    );
}

#[test]
fn what_is_copied_from_the_context_counts_as_made() {
    let facts = facts(json!({"variables": {"t": "x".repeat(1_000_000)}}));
    let limits = Limits {
        bytes: 5_000_000,
        ..Limits::default()
    };
    let document = Document::parse(&json!(vec!["@variables('t')"; 10])).unwrap();
    let fault = document.evaluate(&facts, &limits).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Budget);
    let copied = format!(
        "@length(createArray({}))",
        ["variables('t')"; 10].join(", ")
    );
    let template = Template::parse(&copied).unwrap();
    let fault = template.evaluate(&facts, &limits).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Budget);
    // Reading from it copies nothing.
    let read = Template::parse(&format!("@add({0}, {0})", "length(variables('t'))")).unwrap();
    assert_eq!(read.evaluate(&facts, &limits).unwrap(), 2_000_000);
}
