//! Advice that names a setting is of no use to whoever does not know in which file settings stand. Pure.

use super::Problem;
use std::path::Path;

/// The sections of the configuration, as errors name them.
const SECTIONS: [&str; 3] = ["[egress]", "[budgets]", "[runtime]"];

/// Names the file behind the setting that a problem's words speak of, if they speak of one. `file` is the
/// one that was read, `wanted` the one that would be.
#[must_use]
pub fn name_settings_file(problem: Problem, file: Option<&Path>, wanted: &Path) -> Problem {
    let texts = std::iter::once(&problem.message)
        .chain(problem.faults.iter().map(|fault| &fault.message))
        .chain(&problem.advice);
    let spoken_of = |text: &String| SECTIONS.into_iter().find(|section| text.contains(section));
    let Some(section) = texts.into_iter().find_map(spoken_of) else {
        return problem;
    };
    let advice = match file {
        Some(file) => format!("{section} stands in {}", file.display()),
        None => format!(
            "{section} belongs into {}, which is not there yet",
            wanted.display()
        ),
    };
    problem.advise(advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Fault;

    fn advice(problem: Problem, file: Option<&str>) -> Vec<String> {
        let wanted = Path::new("/data/airlock.toml");
        name_settings_file(problem, file.map(Path::new), wanted).advice
    }

    #[test]
    fn a_setting_is_named_with_its_file() {
        let problem = || Problem::input("raise cpu-ms under [budgets]");
        assert_eq!(
            advice(problem(), Some("/etc/airlock.toml")),
            ["[budgets] stands in /etc/airlock.toml"]
        );
        assert!(advice(problem(), None)[0].contains("/data/airlock.toml, which is not there yet"));
    }

    #[test]
    fn settings_are_found_in_faults_and_advice_as_well() {
        let mut problem = Problem::input("x");
        problem.faults.push(Fault {
            pointer: "/settings/url".into(),
            flag: None,
            message: "add it under [egress]".into(),
        });
        assert_eq!(advice(problem, Some("/a")).len(), 1);
        let problem = Problem::input("x").advise("see [runtime]");
        assert_eq!(advice(problem, Some("/a")).len(), 2);
        assert!(advice(Problem::input("see [other]"), Some("/a")).is_empty());
    }
}
