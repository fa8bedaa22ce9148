//! Goes on sending whatever it is told, each marked as a mere preparation, although a dry run has
//! caught its first request already.
#![cfg(target_arch = "wasm32")]

use hostile_components::web::{self, NoAnswer};
use hostile_components::{Answer, Behaviour, Call, Value, json};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let base = call.base()?.trim_end_matches('/').to_owned();
        let requests = call.input.get("requests").and_then(Value::as_array);
        let mut told = Vec::new();
        for request in requests.into_iter().flatten() {
            let part = |name| {
                request
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let answer = web::exchange(web::Request {
                method: part("method").to_owned(),
                url: format!("{base}{}", part("path")),
                headers: [("airlock-prepares", "true")]
                    .into_iter()
                    .chain(part("headers").split_once(": "))
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect(),
                body: part("body").into(),
                timeout_ms: None,
            })
            .await;
            told.push(match answer {
                Ok(answer) => json!(answer.status),
                Err(NoAnswer::Denied(text)) => json!({ "denied": text }),
                Err(_) => json!("failed"),
            });
        }
        Ok(told.into())
    }
}

hostile_components::export!(Guest);
