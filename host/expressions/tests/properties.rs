//! What holds for every text: printing and parsing agree, and nothing panics.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside test functions may stop too.

use airlock_expressions::{Document, Facts, Limits, Scope, Template, functions};
use proptest::prelude::*;
use serde_json::{Value, json};

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "a", "'", "@", "{", "}", "ä", "😀", " ", "\\", "/", "n", "%",
        ]),
        0..6,
    )
    .prop_map(|pieces| pieces.concat())
}

fn quoted() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("'{}'", text.replace('\'', "''")))
}

/// Expressions of the grammar, as they are printed.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        quoted(),
        any::<i32>().prop_map(|number| number.to_string()),
        (0_i32..1000, 0_u32..1000).prop_map(|(whole, rest)| format!("{whole}.{rest}")),
        prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let names: Vec<&str> = functions()
            .map(|function| function.name)
            .chain(["unknown", "x_1"])
            .collect();
        let call = (
            prop::sample::select(names),
            prop::collection::vec(inner.clone(), 0..4),
        )
            .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", ")));
        let index = prop_oneof![inner.clone(), quoted()].prop_map(|index| format!("[{index}]"));
        let key = prop_oneof![
            prop::sample::select(vec![".a", ".body", ".x1"]).prop_map(str::to_owned),
            index
        ];
        let step =
            (any::<bool>(), key).prop_map(|(safe, key)| if safe { format!("?{key}") } else { key });
        (prop_oneof![call, inner], prop::collection::vec(step, 0..3))
            .prop_map(|(base, steps)| base + &steps.concat())
    })
}

/// Text with pieces of the grammar in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = vec![
        "@",
        "@{",
        "@@",
        "}",
        "(",
        ")",
        "[",
        "]",
        "?",
        ".",
        ",",
        "'",
        "''",
        "1",
        "-",
        "0.5",
        "e3",
        "null",
        "true",
        "concat",
        "if",
        "length",
        "items",
        "outputs('A')",
        "variables('v')",
        " ",
        "ä",
        "\n",
        "body/value",
        "div(1, 0)",
        "xml('<a/>')",
    ];
    prop::collection::vec(prop::sample::select(words), 0..24).prop_map(|pieces| pieces.concat())
}

fn facts() -> Facts {
    Facts::from_json(&json!({
        "outputs": {"A": {"body": {"value": [1, {"a": null}], "x1": "t"}}},
        "variables": {"v": [1, "two", {"a": {"a": 3}}]},
        "triggerOutputs": {"body": "b"},
        "item": {"a": 1},
        "items": {"a": 1},
        "workflow": {"name": "w"},
        "now": "2024-03-05T14:07:09Z",
    }))
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_is_printed_parses_into_the_same(expression in expression()) {
        let typed = format!("@{expression}");
        prop_assert_eq!(Template::parse(&typed).unwrap().to_string(), typed);
        let inside = format!("a @{{{expression}}} b");
        prop_assert_eq!(Template::parse(&inside).unwrap().to_string(), inside);
    }

    #[test]
    fn a_text_without_expressions_survives_printing(text in text()) {
        let printed = match Template::parse(&text) {
            Ok(template) if template.is_literal() => template.to_string(),
            _ => return Ok(()),
        };
        let value = |text: &str| Template::parse(text).unwrap().evaluate(&Facts::default(), &Limits::default()).unwrap();
        prop_assert_eq!(value(&printed), value(&text));
    }

    #[test]
    fn whatever_parses_prints_into_what_parses_and_evaluates_alike(text in soup()) {
        let Ok(template) = Template::parse(&text) else { return Ok(()) };
        let printed = template.to_string();
        let again = Template::parse(&printed).unwrap();
        prop_assert_eq!(again.to_string(), printed);
        let value = |template: &Template| template.evaluate(&facts(), &Limits::default()).map_err(|fault| fault.kind);
        prop_assert_eq!(value(&template), value(&again));
    }

    #[test]
    fn no_expression_panics_or_outgrows_its_limits(expression in expression()) {
        let template = Template::parse(&format!("@{expression}")).unwrap();
        let limits = Limits { bytes: 100_000, ..Limits::default() };
        if let Ok(value) = template.evaluate(&facts(), &limits) {
            prop_assert!(value.to_string().len() < 400_000);
        }
        let columns = expression.chars().count() + 2;
        for fault in template.check(&Scope::default()) {
            prop_assert!((1..=columns).contains(&fault.place.column));
        }
    }

    #[test]
    fn a_quoted_text_is_itself(text in ".{0,40}") {
        let expression = format!("@'{}'", text.replace('\'', "''"));
        let value = Template::parse(&expression).unwrap().evaluate(&Facts::default(), &Limits::default()).unwrap();
        prop_assert_eq!(value, Value::String(text));
    }

    #[test]
    fn any_format_and_any_date_end_in_a_value_or_a_fault(
        format in "[dfFgGhHKmMstyzTZ:/.'\"%\\\\ 0#,;E+äRNPCX-]{0,12}", date in "[0-9TZ:/. +aMPr-]{0,24}", number in any::<f64>(),
    ) {
        let quote = |text: &str| text.replace('\'', "''");
        let number = serde_json::Number::from_f64(number).map_or_else(|| "0".to_owned(), |number| number.to_string());
        for text in [
            format!("@formatDateTime('2024-03-05T14:07:09.5Z', '{}')", quote(&format)),
            format!("@parseDateTime('{}', 'de-DE')", quote(&date)),
            format!("@parseDateTime('{}', 'en-US', '{}')", quote(&date), quote(&format)),
            format!("@formatNumber(float('{number}'), '{}', 'fr-FR')", quote(&format)),
        ] {
            let _ = Template::parse(&text).unwrap().evaluate(&Facts::default(), &Limits::default());
        }
    }

    #[test]
    fn a_document_without_expressions_is_itself(key in "[a-z~/]{0,4}", text in "[a-z ]{0,6}", number in any::<i64>()) {
        let json = json!({ key: [text, number, null, true, {}] });
        let document = Document::parse(&json).unwrap();
        prop_assert_eq!(document.evaluate(&Facts::default(), &Limits::default()).unwrap(), json);
    }
}
