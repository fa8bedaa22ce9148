//! Problems of a run, in terms of the command line that caused them.

use crate::flags::Property;
use crate::output::quoted;
use crate::problem::{Code, Exit, Origin, Problem};
use serde_json::Value;

/// Names the flag behind each fault of `input` and says what to look at next.
pub(super) fn explain(
    mut problem: Problem,
    connection: &str,
    action: &str,
    properties: &[Property],
    input: &Value,
) -> Problem {
    let mut as_text = Vec::new();
    for fault in &mut problem.faults {
        fault.flag = flag(&fault.pointer, properties);
        as_text.extend(guessed(&fault.pointer, properties, input));
    }
    for advice in as_text {
        problem = problem.advise(advice);
    }
    match problem.exit {
        Exit::Input if problem.code != Code::Usage => problem.advise(format!(
            "airlock run {connection} {action} --help shows its flags"
        )),
        Exit::Credentials if problem.origin == Origin::SignIn => {
            problem.advise(format!("airlock connection sign-in {connection}"))
        }
        Exit::Credentials => problem
            .advise(format!(
                "airlock connection test {connection} tries the credential alone"
            ))
            .advise(format!(
                "airlock connection replace-secrets {connection} gives it a new secret"
            )),
        Exit::Unavailable if problem.origin == Origin::Service => problem.advise(format!(
            "airlock connection test {connection} shows whether the service can be reached; airlock doctor looks at this machine"
        )),
        _ => problem,
    }
}

/// The flag that gives what `pointer` points at: `/top` is `--top`, `/values/name` is `--set name`.
fn flag(pointer: &str, properties: &[Property]) -> Option<String> {
    let mut parts = pointer.strip_prefix('/')?.split('/').map(unescape);
    let name = parts.next()?;
    let property = properties.iter().find(|property| property.name == name)?;
    Some(match (&property.pairs, parts.next()) {
        (Some(pairs), Some(entry)) => format!("--{} {entry}", pairs.flag),
        _ => format!("--{}", property.flag),
    })
}

/// How an entry that was taken for JSON is written as the text that it may have been meant as.
fn guessed(pointer: &str, properties: &[Property], input: &Value) -> Option<String> {
    let mut parts = pointer.strip_prefix('/')?.split('/').map(unescape);
    let (name, entry) = (parts.next()?, parts.next()?);
    let property = properties.iter().find(|property| property.name == name)?;
    let flag = &property.pairs.as_ref()?.flag;
    let value = input.get(&name)?.get(&entry)?;
    if !(value.is_object() || value.is_array() || value.is_null()) {
        return None;
    }
    let text = Value::String(value.to_string()).to_string();
    Some(format!(
        "what reads as JSON is taken as JSON; as a text: --{flag} {}, or from a file: --{flag} {entry}=@FILE",
        quoted(&format!("{entry}:={text}"))
    ))
}

/// RFC 6901 §4.
fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use crate::flags::properties;
    use crate::problem::Fault;
    use clap::Parser;
    use serde_json::json;

    #[test]
    fn each_fault_names_its_flag() {
        let properties = properties(
            &json!({"properties": {
                "pageSize": {"type": "integer"},
                "values": {"type": "object", "x-airlock-pairs": true}
            }}),
            &[],
        );
        let mut problem = Problem::input("x");
        for pointer in ["/pageSize", "/values/a~1b", "/values", "/unknown", ""] {
            problem.faults.push(Fault {
                pointer: pointer.into(),
                flag: None,
                message: String::new(),
            });
        }
        let problem = explain(problem, "contoso", "create-row", &properties, &Value::Null);
        let flags: Vec<Option<&str>> = problem.faults.iter().map(|f| f.flag.as_deref()).collect();
        assert_eq!(
            flags,
            [
                Some("--page-size"),
                Some("--set a/b"),
                Some("--values"),
                None,
                None
            ]
        );
        assert!(problem.advice[0].contains("run contoso create-row --help"));
    }

    #[test]
    fn a_sign_in_that_is_over_names_the_command_that_mends_it() {
        let mut problem = Problem::new(Exit::Credentials, "x");
        problem.origin = Origin::SignIn;
        let problem = explain(problem, "contoso", "create-row", &[], &Value::Null);
        assert_eq!(problem.advice, ["airlock connection sign-in contoso"]);
        assert!(Cli::try_parse_from(problem.advice[0].split(' ')).is_ok());
    }

    #[test]
    fn what_was_taken_for_json_is_told_how_to_be_a_text() {
        let properties = properties(
            &json!({"properties": {"values": {"type": "object", "x-airlock-pairs": true}}}),
            &[],
        );
        let mut problem = Problem::input("x");
        problem.faults.push(Fault {
            pointer: "/values/memo".into(),
            flag: None,
            message: "an object is not a text".into(),
        });
        let input = json!({"values": {"memo": {"status": "ok"}, "name": "A"}});
        let problem = explain(problem, "contoso", "create-row", &properties, &input);
        assert!(
            problem.advice[0].contains(r#"--set 'memo:="{\"status\":\"ok\"}"'"#),
            "{problem:?}"
        );
        assert!(problem.advice[0].contains("memo=@FILE"), "{problem:?}");

        let mut problem = Problem::input("x");
        problem.faults.push(Fault {
            pointer: "/values/accountnumber".into(),
            flag: None,
            message: "a key value is a text".into(),
        });
        let input = json!({"values": {"accountnumber": null}});
        let problem = explain(problem, "contoso", "get-row", &properties, &input);
        assert!(
            problem.advice[0].contains(r#"--set 'accountnumber:="null"'"#),
            "{problem:?}"
        );
    }

    #[test]
    fn a_refused_credential_is_tried_alone_or_replaced() {
        let problem = Problem::new(Exit::Credentials, "x");
        let problem = explain(problem, "contoso", "create-row", &[], &Value::Null);
        assert_eq!(problem.advice.len(), 2);
        for (advice, command) in problem.advice.iter().zip(["test", "replace-secrets"]) {
            let line = format!("airlock connection {command} contoso");
            assert!(advice.starts_with(&line), "{advice}");
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
