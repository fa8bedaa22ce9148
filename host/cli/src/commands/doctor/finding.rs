//! What one check found, and how findings are printed.

use crate::output::{clean, clean_lines};
use crate::problem::{Exit, Problem};
use clap::builder::styling::{AnsiColor, Style};
use serde::Serialize;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// As it should be.
    Good,
    /// Was wrong and has been repaired.
    Repaired,
    /// Works, and somebody should know.
    Notable,
    /// Wrong.
    Bad,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Finding {
    /// How it is.
    pub(super) status: Status,
    /// What was looked at.
    pub(super) area: String,
    /// What was found.
    pub(super) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) advice: Vec<String>,
    /// The exit code that a command would end with because of it.
    #[serde(skip)]
    pub(super) exit: Exit,
}

impl Finding {
    fn new(status: Status, area: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            status,
            area: area.into(),
            found: found.into(),
            advice: Vec::new(),
            exit: Exit::Unavailable,
        }
    }

    pub(super) fn good(area: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Status::Good, area, found)
    }

    pub(super) fn repaired(area: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Status::Repaired, area, found)
    }

    pub(super) fn notable(area: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Status::Notable, area, found)
    }

    pub(super) fn bad(area: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Status::Bad, area, found)
    }

    /// Wrong in what a person wrote, and mended by writing it right.
    pub(super) fn wrong(area: impl Into<String>, found: impl Into<String>) -> Self {
        let mut finding = Self::bad(area, found);
        finding.exit = Exit::Input;
        finding
    }

    /// A problem that came up while looking.
    pub(super) fn from_problem(area: impl Into<String>, problem: &Problem) -> Self {
        let area = area.into();
        // What a message begins with where it stands alone stands beside it here.
        let message = problem.message.trim();
        let message = message.strip_prefix(&format!("{area} ")).unwrap_or(message);
        let mut finding = Self::bad(area, message);
        finding.exit = problem.exit;
        finding.advice.extend(problem.faults.iter().map(|fault| {
            let place = fault.flag.as_ref().unwrap_or(&fault.pointer);
            format!("{place}: {}", fault.message)
        }));
        finding.advice.extend(problem.advice.iter().cloned());
        finding
    }

    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice.push(advice.into());
        self
    }
}

/// The findings, a line each with the advice below it.
pub(super) fn text(findings: &[Finding], color: bool) -> String {
    let widest = findings
        .iter()
        .map(|finding| finding.area.chars().count())
        .max()
        .unwrap_or_default();
    let mut lines = Vec::new();
    for finding in findings {
        let (sign, style) = match finding.status {
            Status::Good => ("✓", AnsiColor::Green.on_default()),
            Status::Repaired => ("✓", AnsiColor::Cyan.on_default()),
            Status::Notable => ("!", AnsiColor::Yellow.on_default()),
            Status::Bad => ("✗", AnsiColor::Red.on_default().bold()),
        };
        let style = if color { style } else { Style::new() };
        lines.push(format!(
            "{style}{sign}{style:#} {:<widest$}  {}",
            clean(&finding.area),
            below(&clean_lines(&finding.found), widest + 4)
        ));
        for advice in &finding.advice {
            let advice = below(&clean_lines(advice), widest + 6);
            lines.push(format!("  {:<widest$}  → {advice}", ""));
        }
    }
    lines.join("\n")
}

/// The lines of a text after its first, moved right to stand below it.
fn below(text: &str, indent: usize) -> String {
    text.replace('\n', &format!("\n{:indent$}", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_a_line_with_its_advice_below() {
        let findings = [
            Finding::good("disk", "plenty"),
            Finding::bad("key file", "others may read it").advise("chmod 600 master.key"),
        ];
        assert_eq!(
            text(&findings, false),
            "✓ disk      plenty\n✗ key file  others may read it\n            → chmod 600 master.key"
        );
    }

    #[test]
    fn what_has_several_lines_stays_in_its_column() {
        let problem = Problem::input("configuration /a.toml: expected `=`\n  |\n1 | x");
        let findings = [Finding::from_problem("configuration", &problem)];
        let text = text(&findings, false);
        assert_eq!(
            text,
            "✗ configuration  /a.toml: expected `=`\n                   |\n                 1 | x"
        );
    }
}
