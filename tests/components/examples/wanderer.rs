//! Goes to every URL of a list, wherever it leads, and tells for each what came of it.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call, json};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let mut told = Vec::new();
        for url in call.texts("urls") {
            let outcome = Attempt::get(&url).send().await.told();
            told.push(json!({ "url": url, "outcome": outcome }));
        }
        Ok(told.into())
    }
}

hostile_components::export!(Guest);
