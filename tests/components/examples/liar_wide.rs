//! Declares hosts that no connector should be granted: one kind of connection for each.
#![cfg(target_arch = "wasm32")]

use hostile_components::{About, Behaviour, harmless};

struct Guest;

impl Behaviour for Guest {
    fn describe() -> About {
        let mut about = harmless();
        let Some(without_credential) = about.connections.pop() else {
            return about;
        };
        about.connections = [
            "*",
            "*.com",
            "*.co.uk",
            "*.azurewebsites.net",
            "*example.com",
            "127.1",
        ]
        .into_iter()
        .map(|host| {
            let mut kind = without_credential.clone();
            kind.name = host.to_owned();
            kind.hosts = vec![host.to_owned()];
            kind
        })
        .collect();
        about
    }
}

hostile_components::export!(Guest);
