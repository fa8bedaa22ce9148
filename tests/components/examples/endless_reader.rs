//! Reads a response body to its end, should it have one, and tells how far it came.
#![cfg(target_arch = "wasm32")]

use hostile_components::wasip3::http::types::Response;
use hostile_components::wasip3::wit_bindgen::StreamResult;
use hostile_components::wasip3::wit_future;
use hostile_components::{Answer, Attempt, Behaviour, Call, json};

const PIECE: usize = 64 * 1024;

struct Guest;

impl Behaviour for Guest {
    async fn invoke(call: Call) -> Answer {
        let response = match Attempt::of(&call)?.begin().await {
            Ok(response) => response,
            Err(outcome) => return Ok(outcome.told()),
        };
        let most = call.amount("bytes");
        let status = response.get_status_code();
        let (_, handled) = wit_future::new(|| Ok(()));
        let (mut stream, ended) = Response::consume_body(response, handled);
        let mut read = 0_u64;
        let mut piece = Vec::with_capacity(PIECE);
        while read < most {
            piece.clear();
            let result;
            (result, piece) = stream.read(piece).await;
            read = read.saturating_add(piece.len() as u64);
            match result {
                StreamResult::Complete(_) => {}
                StreamResult::Dropped | StreamResult::Cancelled => {
                    let end = match ended.await {
                        Ok(_) => "whole".to_owned(),
                        Err(code) => format!("{code:?}"),
                    };
                    return Ok(json!({ "status": status, "read": read, "end": end }));
                }
            }
        }
        Ok(json!({ "status": status, "read": read, "end": "enough" }))
    }
}

hostile_components::export!(Guest);
