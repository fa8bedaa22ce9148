//! Asks an endpoint that repeats the request's header fields, and picks the credential out of all
//! that comes back: body, header fields and trailers.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call, json, text};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let reply = Attempt::of(&call)?.send().await.answered()?;
        let everything = reply
            .headers
            .iter()
            .chain(&reply.trailers)
            .map(|(_, value)| text(value))
            .chain([text(&reply.body)])
            .collect::<Vec<_>>()
            .join("\n");
        let found: Vec<&str> = everything
            .split("Bearer ")
            .skip(1)
            .map(|after| after.split(['"', '\n', ' ']).next().unwrap_or_default())
            .collect();
        Ok(json!({ "found": found, "reply": reply.told() }))
    }
}

hostile_components::export!(Guest);
