//! What the words of a table mean, over a table of all of them.

use serde_json::{Map, Value, json};

use super::{Answer, Key, Means, Operation, Part, Question, Word, answered, input, output};
use crate::{Error, FieldError};

const CHILD: Operation = Operation {
    system: "other",
    name: "Child",
    action: "do",
    title: "Child",
    description: "Is a part.",
    keys: &[
        Key::new("of", Means::Same("table")).required(),
        Key::new("item", Means::Members("row")),
    ],
    always: &[("return-row", "true")],
    gives: Answer::Nothing,
    examples: &[],
};

const WHOLE: Operation = Operation {
    system: "other",
    name: "Do",
    action: "do",
    title: "Do",
    description: "Does it.",
    keys: &[
        Key::new("of", Means::Same("table"))
            .required()
            .about("Which table."),
        Key::new("$top", Means::Number("top")).or("7"),
        Key::new("all", Means::Switch("fetch-all")),
        Key::new("$select", Means::Commas("select")),
        Key::new("names", Means::Names("orderby")),
        Key::new("link/@id", Means::One("related")),
        Key::new("item", Means::Members("row")),
        Key::new("strong", Means::Pairs("values")),
        Key::new("weak", Means::Pairs("values")),
        Key::new("query", Means::Lists("query")),
        Key::new(
            "how",
            Means::Words(&[
                Word {
                    word: "*",
                    sets: &[("every", "true")],
                },
                Word {
                    word: "few",
                    sets: &[("some", "1"), ("every", "false")],
                },
            ]),
        ),
        Key::new("token", Means::Unescaped("parameters", "$token")),
        Key::new("plain", Means::Within("parameters", "plain")),
        Key::new(
            "list",
            Means::Each(
                "operations",
                &[Key::new("key", Means::Same("id")).required()],
                &[("kind", "\"x\"")],
            ),
        ),
        Key::new(
            "blocks",
            Means::Blocks {
                field: "steps",
                named: "name",
                children: &[(&CHILD, &[("action", "\"create\"")])],
            },
        ),
        Key::new("place", Means::Place),
        Key::new("header", Means::Nothing),
    ],
    always: &[("return-row", "true"), ("top", "99")],
    gives: Answer::Object(&[
        Part::of("value", "rows"),
        Part::link("next", "next-page").unless("all"),
        Part::of("more/a", "a"),
        Part::of("more/b", "b"),
        Part::of("last", "c"),
    ]),
    examples: &[r#"{"of": "accounts"}"#],
};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn meant(given: Value) -> Value {
    let mut given = given;
    given["of"] = json!("t");
    let question = Question::read(&WHOLE, &object(given)).unwrap();
    let mut input = question.input;
    for constant in ["table", "top", "return-row", "values"] {
        if input.get(constant) == Some(&json!({})) || constant != "values" {
            input.shift_remove(constant);
        }
    }
    Value::Object(input)
}

fn faults(given: Value) -> Vec<(String, String)> {
    match Question::read(&WHOLE, &object(given)).unwrap_err() {
        Error::InvalidInput(faults) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_word_means_one_thing() {
    for (given, expected) in [
        (json!({"all": "True"}), json!({"fetch-all": true})),
        (json!({"all": "maybe"}), json!({"fetch-all": "maybe"})),
        (
            json!({"$select": "a, b,nav($select=x,y;$filter=z eq 'p,q)'),"}),
            json!({"select": ["a", "b", "nav($select=x,y;$filter=z eq 'p,q)')"]}),
        ),
        (
            json!({"names": ["a", "", " b "]}),
            json!({"orderby": ["a", "b"]}),
        ),
        (json!({"names": "a,b"}), json!({"orderby": ["a", "b"]})),
        (json!({"link/@id": "x"}), json!({"related": ["x"]})),
        (json!({"link": {"@id": "x"}}), json!({"related": ["x"]})),
        (
            json!({"item/a": 1, "item/b/c": 2, "item/b/d": null, "item/e": null}),
            json!({"row": {"a": 1, "b": {"c": 2, "d": null}, "e": null}}),
        ),
        (
            json!({"item": "{\"a\": 1.50}"}),
            json!({"row": {"a": serde_json::from_str::<Value>("1.50").unwrap()}}),
        ),
        (
            json!({"weak": {"A": 2, "b": 3}, "strong": [{"key": "a", "value": 1}]}),
            json!({"values": {"a": 1, "b": 3}}),
        ),
        (
            json!({"query": [{"key": "a", "value": 1}, {"key": "a", "value": 2}, {"key": "a", "value": 3}, {"key": "b", "value": 4}, ""]}),
            json!({"query": {"a": [1, 2, 3], "b": 4}}),
        ),
        (json!({"how": "FEW"}), json!({"some": 1, "every": false})),
        (
            json!({"token": "%3Ca%3E", "plain": "%3C"}),
            json!({"parameters": {"$token": "<a>", "plain": "%3C"}}),
        ),
        (
            json!({"list": [{"key": 1}, {"key": 2}]}),
            json!({"operations": [{"id": 1, "kind": "x"}, {"id": 2, "kind": "x"}]}),
        ),
        (
            json!({"blocks": {"One (2)": {"operationId": "child", "parameters": {"of": "t", "item/a": 1}}}}),
            json!({"steps": [{"table": "t", "row": {"a": 1}, "action": "create", "name": "One__2_"}]}),
        ),
        (
            json!({"header": "anything", "$select": "", "how": null}),
            json!({}),
        ),
    ] {
        assert_eq!(meant(given.clone()), expected, "{given}");
    }
}

#[test]
fn defaults_and_constants_fill_what_was_not_given() {
    let read = |given: Value| Question::read(&WHOLE, &object(given)).unwrap().input;
    let input = read(json!({"of": "t"}));
    assert_eq!(
        (&input["top"], &input["return-row"]),
        (&json!(7), &json!(true))
    );
    assert_eq!(read(json!({"of": "t", "$top": " 12 "}))["top"], json!(12));
    let places = Question::read(&WHOLE, &object(json!({"of": "t", "place": "here"})))
        .unwrap()
        .places;
    assert_eq!(places, [("/place".to_owned(), "here".to_owned())]);
}

#[test]
fn every_fault_is_told_where_it_was_written() {
    for (given, pointer, words) in [
        (json!({}), "/of", "`of` is missing. Which table."),
        (json!({"of": " "}), "/of", "is missing"),
        (json!({"of": "t", "$tpo": 1}), "/$tpo", "did you mean $top?"),
        (
            json!({"of": "t", "link": {"@ID": 1}}),
            "/link/@ID",
            "no input `link/@ID`",
        ),
        (
            json!({"of": "t", "item": {"a": 1}, "item/b": 1}),
            "/item~1b",
            "leave one of them out",
        ),
        (
            json!({"of": "t", "item/a": 1, "item/a/b": 1}),
            "/item~1a~1b",
            "different things",
        ),
        (
            json!({"of": "t", "strong": 5}),
            "/strong",
            "`key` and `value`",
        ),
        (
            json!({"of": "t", "strong": [{"key": "a"}, 1]}),
            "/strong/1",
            "`key` and `value`",
        ),
        (
            json!({"of": "t", "strong": [{"key": "a", "value": 1}, {"key": "a", "value": 2}]}),
            "/strong/1/value",
            "twice",
        ),
        (json!({"of": "t", "how": "other"}), "/how", "one of *, few"),
        (json!({"of": "t", "list": {}}), "/list", "a list of objects"),
        (json!({"of": "t", "list": [{}]}), "/list/0/key", "missing"),
        (
            json!({"of": "t", "blocks": {"A": {"operationId": "Do"}}}),
            "/blocks/A/operationId",
            "only Child",
        ),
        (
            json!({"of": "t", "blocks": {"A": {"operationId": "Child"}}}),
            "/blocks/A/parameters/of",
            "missing",
        ),
        (json!({"of": "t", "place": 1}), "/place", "a text"),
    ] {
        let found = faults(given.clone());
        assert_eq!(found[0].0, pointer, "{given}: {found:?}");
        assert!(found[0].1.contains(words), "{given}: {found:?}");
    }
}

#[test]
fn what_the_action_blames_is_told_at_the_persons_own_key() {
    let given = object(json!({
        "of": "t", "item/a/b": 1, "$select": "x,y", "strong": [{"key": "n", "value": 1}],
        "list": [{"key": 1}], "link/@id": "x",
        "blocks": {"One": {"operationId": "Child", "parameters": {"of": "t", "item/a": 1}}},
    }));
    let question = Question::read(&WHOLE, &given).unwrap();
    for (pointer, expected) in [
        ("/table", "/of"),
        ("/top", "/$top"),
        ("/row/a/b/0", "/item~1a~1b/0"),
        ("/row/zzz", "/item"),
        ("/select/1", "/$select"),
        ("/values/n", "/strong/0/value"),
        ("/operations/0/id", "/list/0/key"),
        ("/operations/0/kind", "/list/0"),
        ("/related/0", "/link~1@id"),
        ("/steps/0/row/a", "/blocks/One/parameters/item~1a"),
        ("/return-row", ""),
        ("", ""),
    ] {
        let error = question.told(Error::invalid(pointer, "x"));
        assert_eq!(
            error,
            Error::InvalidInput(vec![FieldError::new(expected, "x")]),
            "{pointer}"
        );
    }
}

#[test]
fn an_answer_is_given_in_the_systems_own_shape() {
    let answer = r#"{"rows":[{"n":1.50}],"next-page":"https://x/y?z#page-size=1","b":2,"c":3}"#;
    let gives = |gives: Answer, given: Value| {
        let operation = Operation { gives, ..WHOLE };
        answered(
            &operation,
            &object(given),
            answer,
            &std::collections::BTreeMap::new(),
        )
        .unwrap()
    };
    assert_eq!(
        gives(WHOLE.gives, json!({})),
        r#"{"value":[{"n":1.50}],"next":"https://x/y?z","more":{"b":2},"last":3}"#
    );
    assert_eq!(
        gives(WHOLE.gives, json!({"all": true})),
        r#"{"value":[{"n":1.50}],"more":{"b":2},"last":3}"#
    );
    assert_eq!(gives(Answer::Nothing, json!({})), "null");
    assert_eq!(gives(Answer::Field("c"), json!({})), "3");
    assert_eq!(gives(Answer::Field("none"), json!({})), "null");
    assert_eq!(gives(Answer::Items("rows", "n"), json!({})), "[1.50]");
    assert_eq!(gives(Answer::Items("rows", "m"), json!({})), "[{}]");
    assert_eq!(gives(Answer::Items("none", "m"), json!({})), "[]");
}

#[test]
fn the_schemas_follow_from_the_actions_own() {
    let action = json!({"properties": {
        "table": {"type": "string", "description": "Table.", "x-airlock-choices": "tables"},
        "top": {"type": "integer", "description": "Most.", "minimum": 1},
        "select": {"type": "array", "items": {"type": "string"}, "description": "Columns.", "x-airlock-choices": "columns"},
        "row": {"type": "object", "x-airlock-pairs": true},
        "rows": {"type": "array", "x-airlock-rows": true},
    }});
    let schema = input(&WHOLE, &action);
    assert_eq!(schema["required"], json!(["of"]));
    assert_eq!(
        schema["properties"]["of"],
        json!({"type": "string", "description": "Which table.", "x-airlock-choices": "tables"})
    );
    assert_eq!(schema["properties"]["$top"]["default"], 7);
    assert_eq!(
        schema["properties"]["$select"],
        json!({"type": "string", "description": "Columns.", "x-airlock-choices": "columns"})
    );
    assert_eq!(schema["properties"]["item"]["x-airlock-pairs"], true);
    assert_eq!(schema["patternProperties"], json!({"^item/": {}}));
    assert_eq!(schema["properties"]["how"]["enum"], json!(["*", "few"]));
    assert_eq!(schema["examples"], json!([{"of": "accounts"}]));
    assert_eq!(
        output(&WHOLE, &action)["properties"]["value"]["x-airlock-rows"],
        true
    );
}
