//! Sends what its test says through the contract's `web`, without manners, and tells what came back.
#![cfg(target_arch = "wasm32")]

use hostile_components::web::{self, NoAnswer};
use hostile_components::wit_bindgen::StreamResult;
use hostile_components::{Answer, Behaviour, Call, Value, json, pairs, text};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let path = call.text("path").unwrap_or("/").to_owned();
        let url = call.text("url").map(str::to_owned);
        let url = match url {
            Ok(url) => url,
            Err(_) => format!("{}{path}", call.base()?.trim_end_matches('/')),
        };
        let request = web::Request {
            method: call.text("method").unwrap_or("GET").to_owned(),
            url,
            headers: call.fields("headers"),
            body: call.text("body").unwrap_or_default().into(),
            timeout_ms: None,
        };
        let answer = match web::exchange(request).await {
            Ok(answer) => answer,
            Err(why) => return Ok(told(why)),
        };
        let mut body = answer.body;
        let mut ended = json!("whole");
        if let Some(rest) = answer.rest {
            let mut data = rest.data;
            loop {
                let (result, more) = data.read(Vec::with_capacity(64 * 1024)).await;
                body.extend_from_slice(&more);
                if !matches!(result, StreamResult::Complete(_)) {
                    break;
                }
            }
            ended = match rest.done.await {
                Ok(()) => json!("streamed"),
                Err(why) => told(why),
            };
        }
        Ok(json!({
            "status": answer.status,
            "headers": pairs(&answer.headers),
            "bytes": body.len(),
            "body": text(body.get(..body.len().min(4096)).unwrap_or_default()),
            "ended": ended,
        }))
    }
}

fn told(why: NoAnswer) -> Value {
    match why {
        NoAnswer::NotSent(text) => json!({ "not-sent": text }),
        NoAnswer::Interrupted(text) => json!({ "interrupted": text }),
        NoAnswer::Denied(text) => json!({ "denied": text }),
    }
}

hostile_components::export!(Guest);
