//! Problems of a run, in terms of the command line that caused them.

use crate::flags::Property;
use crate::problem::{Code, Exit, Origin, Problem};

/// Names the flag behind each fault and says what to look at next.
pub(super) fn explain(
    mut problem: Problem,
    connection: &str,
    action: &str,
    properties: &[Property],
) -> Problem {
    for fault in &mut problem.faults {
        fault.flag = flag(&fault.pointer, properties);
    }
    match problem.exit {
        Exit::Input if problem.code != Code::Usage => problem.advise(format!(
            "airlock run {connection} {action} --help shows its flags"
        )),
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
        let problem = explain(problem, "contoso", "create-row", &properties);
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
    fn a_refused_credential_is_tried_alone_or_replaced() {
        let problem = Problem::new(Exit::Credentials, "x");
        let problem = explain(problem, "contoso", "create-row", &[]);
        assert_eq!(problem.advice.len(), 2);
        for (advice, command) in problem.advice.iter().zip(["test", "replace-secrets"]) {
            let line = format!("airlock connection {command} contoso");
            assert!(advice.starts_with(&line), "{advice}");
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
