//! Has its credential sent to addresses that nobody gave for it: made of the service's own, or the
//! service's own itself. As the next version of an honest connector it has the same kinds.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Answer, Attempt, Behaviour, Call, harmless};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        let Some(usual) = about.connections.first().cloned() else {
            return about;
        };
        about.connections = [
            ("client-credentials", "{url}"),
            ("elsewhere", "{url:origin}/token"),
            ("beside", "{token-url}/theirs"),
        ]
        .into_iter()
        .map(|(name, token_url)| {
            let mut kind = usual.clone();
            kind.name = name.to_owned();
            if let Some(oauth) = &mut kind.oauth {
                oauth.token_url = token_url.to_owned();
            }
            kind
        })
        .collect();
        about
    }

    async fn invoke(call: Call) -> Answer {
        Ok(Attempt::of(&call)?.send().await.told())
    }
}

hostile_components::export!(Guest);
