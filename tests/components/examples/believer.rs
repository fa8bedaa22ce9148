//! Takes every refusal at its word, as connectors do: the code and the message that stand in the body.
#![cfg(target_arch = "wasm32")]

use hostile_components::web;
use hostile_components::{Answer, Attempt, Behaviour, Call, Error, Failure, Value, defect, json};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let (status, body) = match call.text("door")? {
            "web" => {
                let url = match call.text("url") {
                    Ok(url) => url.to_owned(),
                    Err(_) => format!("{}{}", call.base()?, call.text("path")?),
                };
                let request = web::Request {
                    method: "GET".to_owned(),
                    url,
                    headers: Vec::new(),
                    body: Vec::new(),
                    timeout_ms: None,
                };
                match web::exchange(request).await {
                    Ok(answer) => (answer.status, answer.body),
                    Err(_) => return Err(defect("there was no answer")),
                }
            }
            _ => {
                let reply = Attempt::of(&call)?.send().await.answered()?;
                (reply.status, reply.body)
            }
        };
        if status < 400 {
            return Ok(json!({ "status": status }));
        }
        let body: Value = parse(&body)?;
        let part = |name: &str| body["error"][name].as_str().map(str::to_owned);
        Err(Error::Forbidden(Failure {
            message: part("message").unwrap_or_default(),
            status: Some(status),
            code: part("code"),
            request_id: None,
        }))
    }
}

fn parse(body: &[u8]) -> Result<Value, Error> {
    std::str::from_utf8(body)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| defect("the refusal is not JSON"))
}

hostile_components::export!(Guest);
