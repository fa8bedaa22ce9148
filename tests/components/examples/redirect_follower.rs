//! Follows redirects itself, because its host does not, and tells where it got to.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Attempt, Behaviour, Call, Outcome, json};

/// Redirects followed before giving up.
const HOPS: usize = 5;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let mut attempt = Attempt::of(&call)?;
        let mut hops = Vec::new();
        for _ in 0..HOPS {
            let outcome = attempt.send().await;
            hops.push(outcome.told());
            let next = match &outcome {
                Outcome::Answered(reply) if (300..400).contains(&reply.status) => {
                    reply.header("location")
                }
                _ => None,
            };
            match next {
                Some(next) => attempt = Attempt::get(&next),
                None => break,
            }
        }
        Ok(json!({ "hops": hops }))
    }
}

hostile_components::export!(Guest);
