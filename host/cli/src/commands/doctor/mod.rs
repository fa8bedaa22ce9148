//! `airlock doctor`: looks at everything a call needs, explains what is wrong, and with `--fix`
//! repairs what can be repaired without losing anything.
//!
//! Each check is a pure judgement over facts that this file gathers; the host itself is asked last,
//! because it opens only when the files below it are sound.

mod cache;
mod clock;
mod disk;
mod egress;
mod files;
mod finding;
mod online;
mod state;

use crate::args::Doctor;
use crate::context::Context;
use crate::places::Places;
use crate::problem::{Problem, Stop};
use airlock_runtime::Config;
use finding::{Finding, Status};

pub(super) async fn run(context: &Context, arguments: Doctor) -> Result<(), Stop> {
    let mut findings = Vec::new();
    let places = context.places()?;
    let config = match context.config() {
        Ok(config) => {
            findings.push(configured(&places));
            config
        }
        Err(problem) => {
            findings.push(Finding::from_problem("configuration", &problem));
            Config {
                data_dir: Some(places.data),
                ..Config::default()
            }
        }
    };
    let data = config.data_dir()?;
    findings.extend(files::check(&data, arguments.fix));
    findings.push(disk::check(&data));
    findings.extend(egress::settings(&config.egress));
    // A host over unsound files would only repeat what was found already, and one over no files would
    // make them: whoever only looks changes nothing.
    if !state::is_there(&data) {
        findings.push(Finding::good("database", "nothing is kept yet"));
    } else if findings.iter().all(|finding| finding.status != Status::Bad) {
        findings.extend(state::check(context, arguments).await);
    }
    report(context, &findings)
}

fn configured(places: &Places) -> Finding {
    Finding::good(
        "configuration",
        match &places.config {
            Some(path) => path.display().to_string(),
            None => format!("defaults; there is no {}", places.wanted.display()),
        },
    )
}

fn report(context: &Context, findings: &[Finding]) -> Result<(), Stop> {
    if context.globals.output.is_some() {
        let whole = serde_json::to_value(findings)
            .map_err(|error| Problem::new(crate::problem::Exit::Defect, error.to_string()))?;
        context.show(&whole)?;
    } else {
        context.say(&finding::text(findings, context.term.color_out))?;
    }
    let bad: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.status == Status::Bad)
        .collect();
    match bad.first() {
        None => Ok(()),
        Some(first) => Err(Problem::new(
            first.exit,
            match bad.len() {
                1 => "one thing is wrong; see above".to_owned(),
                n => format!("{n} things are wrong; see above"),
            },
        )
        .into()),
    }
}
