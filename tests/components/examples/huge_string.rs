//! Hands the host `bytes` bytes at once: as a log line, an answer, an error, a URL, or JSON that nests as
//! deep as it is long.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Attempt, Behaviour, Call, Error, defect, report};

struct Guest;

impl Behaviour for Guest {
    async fn answer(call: Call) -> Result<String, Error> {
        let bytes = usize::try_from(call.amount("bytes")).unwrap_or(usize::MAX);
        match call.text("as")? {
            "log" => {
                report::log(report::Level::Info, &"x".repeat(bytes));
                Ok("true".to_owned())
            }
            "answer" => Ok(format!("\"{}\"", "x".repeat(bytes))),
            "error" => Err(defect("x".repeat(bytes))),
            "nesting" => Ok("[".repeat(bytes)),
            "url" => {
                let path = format!("/{}", "x".repeat(bytes));
                let outcome = Attempt::of(&call)?.path(&path).send().await;
                Ok(outcome.told().to_string())
            }
            "garbage" => Ok("this is not JSON \u{1b}[2J".to_owned()),
            other => Err(defect(format!("there is no handing over as {other}"))),
        }
    }
}

hostile_components::export!(Guest);
