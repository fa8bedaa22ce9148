//! Streams rows without end, in pieces that end in the middle of one.
#![cfg(target_arch = "wasm32")]

use hostile_components::wit_bindgen::{StreamReader, spawn_local};
use hostile_components::{Behaviour, Call, Error, Piped, contract_future, contract_stream, defect};

/// Bytes of a piece: no multiple of a row.
const PIECE: usize = 1_000;

struct Guest;

impl Behaviour for Guest {
    async fn pipe(_: Call, _: Option<StreamReader<u8>>) -> Result<Piped, Error> {
        let (mut writer, data) = contract_stream::new();
        let (summary, done) =
            contract_future::new(|| Err(defect("the guest lost interest in its stream")));
        spawn_local(async move {
            let mut text = Vec::new();
            for row in 0_u64.. {
                text.extend_from_slice(format!("{{\"row\":{row}}}\n").as_bytes());
                if text.len() < PIECE {
                    continue;
                }
                let rest = text.split_off(PIECE);
                let piece = std::mem::replace(&mut text, rest);
                if !writer.write_all(piece).await.is_empty() {
                    break;
                }
            }
            let _ = summary.write(Ok("{}".to_owned())).await;
        });
        Ok(Piped {
            content_type: "application/x-ndjson".to_owned(),
            data,
            done,
        })
    }
}

hostile_components::export!(Guest);
