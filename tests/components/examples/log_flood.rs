//! Writes `lines` log lines, all alike, and as many to both standard streams.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Answer, Behaviour, Call, json, report};

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let lines = call.amount("lines");
        let line = call.text("line")?;
        for _ in 0..lines {
            report::log(report::Level::Warn, line);
            println!("{line}");
            eprintln!("{line}");
        }
        Ok(json!({ "lines": lines }))
    }
}

hostile_components::export!(Guest);
