//! `--dry-run`: the request that would leave, and nothing sent.

use super::Errand;
use crate::output::{Format, Layout, clean, clean_lines};
use crate::problem::{Exit, Problem, Stop};
use airlock_runtime::Call;
use airlock_runtime::egress::DryRequest;
use serde_json::Value;

pub(super) async fn run(errand: &Errand<'_>, call: Call) -> Result<(), Stop> {
    let request = errand.host.dry_run(&call).await?;
    match errand.context.globals.output {
        None | Some(Format::Table) => errand.context.say(&text(&request)),
        Some(format) => {
            let whole = serde_json::to_value(&request)
                .map_err(|error| Problem::new(Exit::Defect, error.to_string()))?;
            errand.context.print(&whole, format, Layout::default())
        }
    }
}

/// As it would be on the wire, with a JSON body indented.
fn text(request: &DryRequest) -> String {
    let mut text = format!("{} {}\n", clean(&request.method), clean(&request.url));
    for (name, value) in &request.headers {
        text.push_str(&format!("{}: {}\n", clean(name), clean(value)));
    }
    if let Some(body) = &request.body {
        let readable = serde_json::from_str::<Value>(body)
            .and_then(|body| serde_json::to_string_pretty(&body))
            .unwrap_or_else(|_| body.clone());
        text.push_str(&format!("\n{}\n", clean_lines(&readable)));
        if request.body_cut {
            text.push_str("… (the body goes on)\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_shown_as_it_would_leave() {
        let request = DryRequest {
            method: "POST".into(),
            url: "https://org.example/api/tasks".into(),
            headers: vec![
                ("content-type".into(), "application/json".into()),
                ("authorization".into(), "<added by the host>".into()),
            ],
            body: Some("{\"subject\":\"Call\"}".into()),
            body_cut: false,
        };
        assert_eq!(
            text(&request),
            "POST https://org.example/api/tasks\ncontent-type: application/json\nauthorization: <added by the host>\n\n{\n  \"subject\": \"Call\"\n}\n"
        );
    }
}
