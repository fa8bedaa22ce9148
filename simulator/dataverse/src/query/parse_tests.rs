use super::*;

fn parsed(text: &str) -> Expression {
    filter(text, &Aliases::new()).unwrap_or_else(|refused| panic!("{text}: {refused}"))
}

fn refused(text: &str) -> String {
    filter(text, &Aliases::new()).unwrap_err().message
}

fn path(text: &str) -> Box<Expression> {
    Box::new(Expression::Path(Path {
        segments: text.split('/').map(str::to_owned).collect(),
    }))
}

fn text(value: &str) -> Box<Expression> {
    Box::new(Expression::Literal(Literal::Text(value.to_owned())))
}

fn number(value: &str) -> Box<Expression> {
    Box::new(Expression::Literal(Literal::Number(value.to_owned())))
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    use Comparison::{Equal, Greater, Less};
    use Expression::{And, Compare, Not, Or};
    assert_eq!(
        parsed("a eq 1 or not b gt 2 and c lt 3"),
        Or(
            Box::new(Compare(Equal, path("a"), number("1"))),
            Box::new(And(
                Box::new(Not(Box::new(Compare(Greater, path("b"), number("2"))))),
                Box::new(Compare(Less, path("c"), number("3"))),
            )),
        )
    );
}

#[test]
fn paths_calls_and_lambdas_nest() {
    assert_eq!(
        parsed("Account_Tasks/any(t:contains(t/subject,'x') and t/Task_Notes/any())"),
        Expression::Lambda {
            collection: Path {
                segments: vec!["Account_Tasks".to_owned()]
            },
            quantifier: Quantifier::Any,
            body: Some((
                "t".to_owned(),
                Box::new(Expression::And(
                    Box::new(Expression::Call(
                        "contains".to_owned(),
                        vec![*path("t/subject"), *text("x")]
                    )),
                    Box::new(Expression::Lambda {
                        collection: Path {
                            segments: vec!["t".to_owned(), "Task_Notes".to_owned()]
                        },
                        quantifier: Quantifier::Any,
                        body: None,
                    }),
                )),
            )),
        }
    );
}

#[test]
fn aliases_stand_for_constants_and_are_null_when_unassigned() {
    let aliases = Aliases::from([
        ("p1".to_owned(), "'lastname'".to_owned()),
        ("p2".to_owned(), "[\"O'Brian\",\"Bryan\"]".to_owned()),
    ]);
    let expression = filter(
        "Microsoft.Dynamics.CRM.In(PropertyName=@p1,PropertyValues=@p2)",
        &aliases,
    )
    .unwrap();
    assert_eq!(
        expression,
        Expression::Dataverse(
            "In".to_owned(),
            vec![
                (
                    "PropertyName".to_owned(),
                    Literal::Text("lastname".to_owned())
                ),
                (
                    "PropertyValues".to_owned(),
                    Literal::Json("[\"O'Brian\",\"Bryan\"]".to_owned())
                ),
            ]
        )
    );
    assert_eq!(
        filter("name eq @missing", &aliases).unwrap(),
        Expression::Compare(
            Comparison::Equal,
            path("name"),
            Box::new(Expression::Literal(Literal::Null))
        )
    );
}

#[test]
fn mistakes_are_refused_in_the_services_words() {
    for (text, sentence) in [
        (
            "name eqq 'x'",
            "Syntax error at position 5 in 'name eqq 'x''.",
        ),
        ("name eq", "Expression expected at position 7 in 'name eq'."),
        ("", "Expression expected at position 0 in ''."),
        (
            "(name eq 'x'",
            "')' or operator expected at position 12 in '(name eq 'x''.",
        ),
        (
            "contains(name 'x')",
            "')' or ',' expected at position 14 in 'contains(name 'x')'.",
        ),
        (
            "name eq 'x' and",
            "Expression expected at position 15 in 'name eq 'x' and'.",
        ),
        (
            "name eq 'x' 5",
            "Syntax error at position 12 in 'name eq 'x' 5'.",
        ),
    ] {
        assert_eq!(refused(text), sentence);
    }
}

#[test]
fn endless_nesting_is_refused_before_the_stack_ends() {
    for text in ["(".repeat(100_000), "not ".repeat(100_000)] {
        assert_eq!(refused(&text), "Recursion depth exceeded allowed limit.");
    }
}

#[test]
fn sort_keys_have_a_direction() {
    let keys = order(
        "name desc,primarycontactid/fullname asc, revenue",
        &Aliases::new(),
    )
    .unwrap();
    let shown: Vec<_> = keys
        .iter()
        .map(|key| (key.path.segments.join("/"), key.descending))
        .collect();
    assert_eq!(
        shown,
        [
            ("name".to_owned(), true),
            ("primarycontactid/fullname".to_owned(), false),
            ("revenue".to_owned(), false)
        ]
    );
    assert_eq!(
        order("name up", &Aliases::new()).unwrap_err().message,
        "Syntax error at position 5 in 'name up'."
    );
}
