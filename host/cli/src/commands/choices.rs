//! `airlock choices`

use super::form;
use crate::args::Choices;
use crate::context::Context;
use crate::flags::properties;
use crate::problem::{Problem, Stop};
use crate::suggest;
use airlock_runtime::About;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) async fn run(context: &Context, arguments: Choices) -> Result<(), Stop> {
    let form = form::read("form", &arguments.form, &[])?;
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connection = host.connection(tenant, &arguments.connection).await?;
    context.uses(&host, &connection).await?;
    let about = host.about(tenant, &connection.connector).await?;
    let known = sources(&about);
    let found = host
        .choices(
            tenant,
            &arguments.connection,
            &arguments.source,
            &Value::Object(form),
        )
        .await
        .map_err(|error| {
            Stop::from(error).map(|problem| {
                let problem = filled_in_by(problem);
                let problem = problem.at("connection", arguments.connection.as_str());
                other_source(problem, &arguments.source, &known)
            })
        })?;
    let rows = found
        .into_iter()
        .map(|choice| json!({"value": choice.value, "label": choice.label}));
    context.show(&rows.collect())
}

/// What the form lacks is given by `--form`.
fn filled_in_by(mut problem: Problem) -> Problem {
    for fault in &mut problem.faults {
        let name = fault.pointer.trim_start_matches('/');
        fault.flag = Some(format!("--form {name}=…")).filter(|_| !name.is_empty());
    }
    problem
}

/// A source that no form names is most likely misspelt.
fn other_source(problem: Problem, source: &str, known: &BTreeSet<String>) -> Problem {
    if known.contains(source) {
        return problem;
    }
    problem.maybe_advise(suggest::hint(source, known.iter().map(String::as_str)))
}

/// Every list that a form of the connector names.
fn sources(about: &About) -> BTreeSet<String> {
    let forms = about
        .actions
        .iter()
        .map(|action| &action.input)
        .chain(about.triggers.iter().map(|trigger| &trigger.config));
    forms
        .flat_map(|schema| properties(schema, &[]))
        .filter_map(|property| property.source)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Fault;

    #[test]
    fn what_the_form_lacks_names_the_flag_that_gives_it() {
        let mut problem = Problem::input("x");
        problem.faults.push(Fault {
            pointer: "/table".into(),
            flag: None,
            message: "fill it in first".into(),
        });
        let flag = filled_in_by(problem).faults.remove(0).flag;
        assert_eq!(flag.as_deref(), Some("--form table=…"));
    }

    #[test]
    fn an_unknown_source_is_answered_with_the_nearest() {
        let known: BTreeSet<String> = ["tables", "columns"].map(String::from).into();
        let problem = other_source(Problem::input("x"), "tabels", &known);
        assert_eq!(problem.advice, ["did you mean \"tables\"?"]);
        let problem = other_source(Problem::input("x"), "tables", &known);
        assert!(problem.advice.is_empty());
    }
}
