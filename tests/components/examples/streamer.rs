//! Streams: `bytes` bytes and a summary, or bytes without end, or an end without a summary.
#![cfg(target_arch = "wasm32")]

use hostile_components::wit_bindgen::{StreamReader, spawn_local};
use hostile_components::{Behaviour, Call, Error, Piped, contract_future, contract_stream, defect};

const PIECE: u64 = 64 << 10;

struct Guest;

impl Behaviour for Guest {
    async fn pipe(call: Call, _: Option<StreamReader<u8>>) -> Result<Piped, Error> {
        let mut left = call.amount("bytes");
        let says_how_it_went = call.text("end")? == "summary";
        let (mut writer, data) = contract_stream::new();
        let (summary, done) =
            contract_future::new(|| Err(defect("the guest lost interest in its stream")));
        spawn_local(async move {
            while left > 0 {
                let piece = left.min(PIECE);
                let rest = writer.write_all(vec![b'x'; piece as usize]).await;
                if !rest.is_empty() {
                    return;
                }
                left = left.saturating_sub(piece);
            }
            drop(writer);
            if says_how_it_went {
                let _ = summary.write(Ok("\"done\"".to_owned())).await;
            } else {
                std::mem::forget(summary);
            }
        });
        Ok(Piped {
            content_type: "text/plain".to_owned(),
            data,
            done,
        })
    }
}

hostile_components::export!(Guest);
