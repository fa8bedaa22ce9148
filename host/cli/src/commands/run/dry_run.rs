//! `--dry-run`: the request that would leave, and nothing sent.

use super::RunContext;
use super::body::Body;
use crate::output::{Format, Layout, Wish, clean, clean_lines};
use crate::problem::Stop;
use airlock_runtime::Call;
use airlock_runtime::egress::DryRequest;
use serde_json::{Map, Value, json};

pub(super) async fn run(
    run_context: &RunContext<'_>,
    call: Call,
    body: Option<Body>,
) -> Result<(), Stop> {
    let host = run_context.host;
    let request = match body {
        Some(body) => host.dry_run_of_stream(&call, body.stream).await?,
        None => host.dry_run(&call).await?,
    };
    match run_context.context.globals.output {
        None | Some(Format::Table) => run_context.context.say(&text(&request)),
        Some(format) => {
            let wish = Wish::default();
            run_context
                .context
                .print(&document(&request), format, Layout::new(&wish))?;
            Ok(())
        }
    }
}

/// For programs: headers by name, a JSON body as the JSON that it is.
fn document(request: &DryRequest) -> Value {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &request.headers {
        match headers.get_mut(name) {
            // RFC 9110 §5.3.
            Some(Value::String(known)) => *known = format!("{known}, {value}"),
            _ => {
                headers.insert(name.clone(), value.clone().into());
            }
        }
    }
    let body = request
        .body
        .as_ref()
        .map(|body| serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.clone())));
    json!({
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "body": body,
        "body-cut": request.body_cut,
    })
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

    fn request(body: &str) -> DryRequest {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        DryRequest {
            method: "POST".into(),
            url: "https://org.example/api/tasks".into(),
            headers: vec![
                header("content-type", "application/json"),
                header("authorization", "<added by the host>"),
            ],
            body: Some(body.into()),
            body_cut: false,
        }
    }

    #[test]
    fn a_request_is_shown_as_it_would_leave() {
        assert_eq!(
            text(&request("{\"subject\":\"Call\"}")),
            "POST https://org.example/api/tasks\ncontent-type: application/json\nauthorization: <added by the host>\n\n{\n  \"subject\": \"Call\"\n}\n"
        );
    }

    #[test]
    fn programs_get_the_body_as_the_json_that_it_is() {
        let mut shown = request("{\"revenue\":5000.00}");
        shown.headers.push(("prefer".into(), "a".into()));
        shown.headers.push(("prefer".into(), "b".into()));
        assert_eq!(
            document(&shown).to_string(),
            r#"{"method":"POST","url":"https://org.example/api/tasks","headers":{"content-type":"application/json","authorization":"<added by the host>","prefer":"a, b"},"body":{"revenue":5000.00},"body-cut":false}"#
        );
        assert_eq!(document(&request("{cut"))["body"], "{cut");
    }
}
