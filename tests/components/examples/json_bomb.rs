//! Answers `bytes` of the same small `unit` in a list: as text it is what it is, as values in memory
//! sixty times as much.
#![cfg(target_arch = "wasm32")]

use hostile_components::{Behaviour, Call, Error};

struct Guest;

impl Behaviour for Guest {
    async fn answer(call: Call) -> Result<String, Error> {
        let unit = call.text("unit")?;
        let bytes = usize::try_from(call.amount("bytes")).unwrap_or(0);
        let mut answer = String::with_capacity(bytes + unit.len() + 4);
        answer.push('[');
        while answer.len() < bytes {
            answer.push_str(unit);
            answer.push(',');
        }
        answer.push_str("0]");
        Ok(answer)
    }
}

hostile_components::export!(Guest);
