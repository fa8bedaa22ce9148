//! A well-behaved connector: the neighbour of every attack, and the proof that the next call works.
//! It asks its own service for `path` and answers what that said.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call, json, text};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let reply = Attempt::of(&call)?.send().await.answered()?;
        Ok(json!({ "status": reply.status, "body": text(&reply.body) }))
    }
}

hostile_components::export!(Guest);
